"""Indicators of several objectives: against moocore on every prefix, against sums over boxes, and by hand."""

from __future__ import annotations

import moocore
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nassim.stats import pareto
from nassim.stats.arrays import Floats

# few levels: duplicates, ties, points at and beyond the reference 1
LEVELS = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0, 1.25])
MAYBE = st.one_of(LEVELS, LEVELS, LEVELS, st.just(np.nan))


def clouds(objectives: int, entries: st.SearchStrategy[float] = MAYBE) -> st.SearchStrategy[Floats]:
    """Return points of some runs, (runs, events, objectives)."""
    shapes = st.tuples(st.integers(1, 3), st.integers(1, 12), st.just(objectives))
    return arrays(np.float64, shapes, elements=entries)


def volume_by_boxes(points: Floats, reference: Floats) -> float:
    """Return the hypervolume by asking of each box between coordinates whether a point dominates it."""
    points = points[~np.isnan(points).any(axis=1)]
    sides = [np.unique(np.append(points[:, axis], reference[axis])) for axis in range(len(reference))]
    sides = [side[side <= limit] for side, limit in zip(sides, reference, strict=True)]
    total = 0.0
    for place in np.ndindex(*(len(side) - 1 for side in sides)):
        corner = [side[i] for side, i in zip(sides, place, strict=True)]
        if (points <= corner).all(axis=1).any():
            total += float(np.prod([side[i + 1] - side[i] for side, i in zip(sides, place, strict=True)]))
    return total


@pytest.mark.parametrize("objectives", [2, 3])
@given(data=st.data())
def test_hypervolume_over_time_is_that_of_each_prefix(objectives: int, data: st.DataObject) -> None:
    """After every event it is what moocore says of all points so far, and what boxes add up to."""
    values, reference = data.draw(clouds(objectives)), np.ones(objectives)
    found = pareto.hypervolume_over_time(values, reference)
    for run, curve in zip(values, found, strict=True):
        for event, volume in enumerate(curve):
            assert volume == pytest.approx(pareto.hypervolume(run[: event + 1], reference), abs=1e-9)
            assert volume == pytest.approx(volume_by_boxes(run[: event + 1], reference), abs=1e-9)


@pytest.mark.parametrize("objectives", [2, 3])
@given(data=st.data())
def test_hypervolumes_are_those_of_each_set(objectives: int, data: st.DataObject) -> None:
    """Many sets at once, of duplicates, of points at and beyond the reference, and of none."""
    sets, reference = data.draw(clouds(objectives)), np.ones(objectives)
    expected = [pareto.hypervolume(points, reference) for points in sets]
    np.testing.assert_allclose(pareto.hypervolumes(sets, reference), expected, atol=1e-9)
    assert pareto.hypervolumes(sets[:0], reference).shape == (0,)


@pytest.mark.parametrize("objectives", [2, 3])
@given(data=st.data())
def test_distances_over_time_are_those_of_each_prefix(objectives: int, data: st.DataObject) -> None:
    """IGD+ and the additive epsilon after every event are what moocore says of all points so far."""
    values, front = data.draw(clouds(objectives)), data.draw(clouds(objectives, LEVELS))[0]
    pairs = (
        (pareto.igd_plus_over_time, pareto.igd_plus),
        (pareto.additive_epsilon_over_time, pareto.additive_epsilon),
    )
    for over_time, once in pairs:
        for run, curve in zip(values, over_time(values, front), strict=True):
            expected = [once(run[: event + 1], front) for event in range(len(run))]
            np.testing.assert_allclose(curve, expected, atol=1e-9)


@given(clouds(2))
def test_non_dominated_points_are_those_that_no_other_betters(values: Floats) -> None:
    """A point is kept unless another is as good in all and better in one; equals are all kept, nans never."""
    points = values[0]
    better = [(points <= point).all(axis=1) & (points < point).any(axis=1) for point in points]
    expected = [not np.isnan(point).any() and not any(row) for point, row in zip(points, better, strict=True)]
    assert pareto.non_dominated(points).tolist() == expected


def test_many_steps_are_kept() -> None:
    """A front of more points than there was room for at first is counted in full."""
    steps = np.arange(100.0)
    values = np.stack([steps, steps[::-1]], axis=1)[None, np.random.default_rng(0).permutation(100)]
    reference = np.array([100.0, 100.0])
    assert pareto.hypervolume_over_time(values, reference)[0, -1] == 100 * 101 / 2


def test_nothing_found_is_as_far_as_can_be() -> None:
    """Without a whole point the hypervolume is 0, and every distance infinite."""
    nothing, front = np.full((2, 2), np.nan), np.zeros((1, 2))
    assert pareto.hypervolume(nothing, np.ones(2)) == 0
    assert pareto.igd_plus(nothing, front) == pareto.additive_epsilon(nothing, front) == np.inf
    assert pareto.r2(nothing, np.zeros(2)) == np.inf


def test_r2_is_the_mean_over_all_weights() -> None:
    """The exact R2 is the integral over weights of the best weighted Chebyshev distance."""
    points = np.array([[0.5, 0.1], [0.2, 0.6], [0.9, 0.9]])
    weights = (np.arange(20_000) + 0.5) / 20_000
    distances = np.maximum(weights[:, None] * points[:, 0], (1 - weights)[:, None] * points[:, 1])
    assert pareto.r2(points, np.zeros(2)) == pytest.approx(distances.min(axis=1).mean(), abs=1e-6)
    with pytest.raises(ValueError, match="two objectives, got 3"):
        pareto.r2(np.ones((1, 3)), np.zeros(3))


def test_attainment_is_what_shares_of_runs_dominate() -> None:
    """A point of the surface of a share is attained by at least that share of the sets, and none below it is."""
    rng = np.random.default_rng(1)
    sets = [rng.random((6, 2)) for _ in range(8)]
    for share, surface in zip((0.25, 0.5, 1.0), pareto.attainment_surfaces(sets, (0.25, 0.5, 1.0)), strict=True):
        for point in surface:
            attained = np.mean([(one <= point).all(axis=1).any() for one in sets])
            assert attained >= share
            below = [(one <= point - 1e-9 * np.eye(2)[axis]).all(axis=1).any() for axis in (0, 1) for one in sets]
            assert np.reshape(below, (2, -1)).mean(axis=1).max() < share


def test_sets_without_a_point_attain_nothing() -> None:
    """Of four runs two found nothing: half attain what the other two both do, and three quarters nothing."""
    sets = [np.array([[1.0, 5.0], [2.0, 3.0]]), np.empty((0, 2)), np.array([[0.0, 6.0]]), np.array([[np.nan, 1.0]])]
    quarter, half, most = pareto.attainment_surfaces(sets, (0.25, 0.5, 0.75))
    assert sorted(quarter.tolist()) == [[0, 6], [1, 5], [2, 3]]
    assert half.tolist() == [[1, 6]]
    assert most.shape == (0, 2)


def test_differences_are_where_one_attains_more() -> None:
    """Runs that dominate others attain more everywhere between the two, by all there is; equal runs nowhere."""
    one, other = [np.array([[0.0, 0.0]])] * 3, [np.array([[1.0, 1.0]])] * 3
    rectangles = pareto.attainment_difference(one, other)
    assert len(rectangles)
    assert (rectangles[:, -1] == 1).all()
    assert not len(pareto.attainment_difference(one, one))


def test_shares_and_feasible_errors() -> None:
    """Shares count members once; the lowest error within the limits is nan until there is one."""
    assert pareto.share_found([np.array([1, 1, 7]), np.array([9])], np.array([1, 2, 2])).tolist() == [0.5, 0.0]
    error, violation = np.array([[1.0, 5.0, np.nan, 4.0]]), np.array([[2.0, 0.0, 0.0, -1.0]])
    np.testing.assert_array_equal(pareto.best_feasible_over_time(error, violation), [[np.nan, 5.0, 5.0, 4.0]])


def test_moocore_is_asked_for_the_smaller() -> None:
    """Lower is better in what moocore is asked, as everywhere here."""
    assert moocore.hypervolume([[0.25, 0.5]], ref=[1, 1]) == pareto.hypervolume(np.array([[0.25, 0.5]]), np.ones(2))
