"""Curves are right-continuous steps: exact at every point, never between two results."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from nassim.stats.steps import align, count_grid, log_grid

NAN = np.nan


def test_worked_example() -> None:
    """Before the first result nan, at a completion the new value, between two the older, after the end the last."""
    values = np.array([[5.0, 3.0, 1.0], [4.0, 2.0, 9.0]])
    positions = np.array([[1.0, 2.0, 4.0], [1.5, 3.0, NAN]])
    curves = align(values, positions, np.array([0.5, 1.0, 1.99, 2.0, 3.0, 10.0]))
    assert_array_equal(curves, [[NAN, 5, 5, 3, 3, 1], [NAN, NAN, 4, 4, 2, 2]])


def test_nothing_yet_stays_nothing() -> None:
    """A run whose first evaluations failed holds nan until one succeeds."""
    assert_array_equal(align(np.array([[NAN, 2.0]]), np.array([[1.0, 2.0]]), np.array([1.0, 2.0])), [[NAN, 2]])


@st.composite
def cases(draw):
    """Draw values, increasing positions with padding, and a grid; times collide often."""
    runs, events = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    times = st.lists(st.integers(1, 8), min_size=events, max_size=events)
    positions = np.array([sorted(draw(times)) for _ in range(runs)], dtype=float)
    for row in positions:
        row[draw(st.integers(0, events)) :] = NAN
    grid = np.array(sorted(draw(st.sets(st.integers(0, 9), min_size=1))), dtype=float)
    return np.arange(runs * events, dtype=float).reshape(runs, events), positions, grid


@given(cases())
def test_equals_the_plain_definition(case) -> None:
    """At each point a run holds the value of its latest event that is not after the point."""
    values, positions, grid = case
    expected = [
        [next((v for v, p in zip(row[::-1], when[::-1], strict=True) if p <= point), NAN) for point in grid]
        for row, when in zip(values, positions, strict=True)
    ]
    assert_array_equal(align(values, positions, grid), expected)


@given(st.floats(1e-3, 1e3), st.floats(1.0, 1e5))
def test_log_grids_increase_share_their_points_and_end_at_the_end(first: float, factor: float) -> None:
    """Two curves can be compared point by point, and the last point is exact."""
    end = first * factor
    grid = log_grid(first, end)
    assert grid[-1] == end
    assert (np.diff(grid) > 0).all()
    assert np.isin(grid[:-1], log_grid(first / 7, end * 3)).all()


def test_count_grid() -> None:
    """Counts are whole, dense at first, and end at the end."""
    grid = count_grid(300)
    assert_array_equal(grid[:12], np.arange(1, 13))
    assert grid[-1] == 300
    assert grid.size < 80
    assert_array_equal(grid, np.unique(grid.astype(int)))
    assert_array_equal(count_grid(1), [1])
