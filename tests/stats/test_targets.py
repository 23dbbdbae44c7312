"""Times to targets: against moocore's attainment function, worked examples and simulation."""

import moocore
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nassim.stats.targets import ecdf, expected_running_time, hitting_times, relative_targets

NAN, INF = np.nan, np.inf


def test_worked_example() -> None:
    """The first event at or below a target counts; failures reach nothing, padding neither."""
    values = np.array([[NAN, 5.0, 1.0], [3.0, 3.0, NAN]])
    positions = np.array([[1.0, 2.0, 4.0], [1.5, 2.5, NAN]])
    hits = hitting_times(values, positions, np.array([5.0, 2.0, 0.5]))
    assert_array_equal(hits, [[2, 4, INF], [1.5, INF, INF]])
    assert_array_equal(ecdf(hits, np.array([1.0, 1.5, 2.0, 9.0])), [0, 1 / 6, 2 / 6, 3 / 6])
    assert_array_equal(expected_running_time(hits, np.array([4.0, 2.5])), [3.5 / 2, 6.5, INF])


def test_a_target_is_attained_as_moocore_says() -> None:
    """The share of runs that reached a target by a time is the empirical attainment function of (time, value)."""
    generator = np.random.default_rng(4)
    values = np.minimum.accumulate(generator.integers(0, 12, (9, 7)), axis=1).astype(float)
    positions = np.cumsum(generator.integers(1, 4, (9, 7)), axis=1).astype(float)
    points = np.column_stack([positions.ravel(), values.ravel()])
    for time, value, percent in moocore.eaf(points, np.repeat(np.arange(9), 7)):
        shares = [
            ecdf(hitting_times(values, positions, np.array([value - better])), np.array([time - earlier]))[0]
            for earlier, better in ((0, 0), (1, 0), (0, 1))
        ]
        assert shares[0] >= percent / 100 - 1e-9
        assert max(shares[1:]) < percent / 100 - 1e-9


def test_expected_running_time_of_restarts() -> None:
    """With success at once with probability q, else after a run of length t another one: t (1 - q) / q."""
    generator = np.random.default_rng(9)
    hits = np.where(generator.random((200_000, 1)) < 0.25, 0.0, INF)
    assert expected_running_time(hits, np.full(200_000, 10.0))[0] == pytest.approx(30, rel=0.02)


def test_ecdf_ends_at_the_share_of_successes() -> None:
    """At the end of time all that was reached is counted."""
    hits = np.array([[1.0, INF], [2.0, 3.0]])
    assert_allclose(ecdf(hits, np.array([1e9])), [0.75])


def test_targets_are_set_by_the_lowest_error() -> None:
    """From as much again to a thousandth of it, evenly in their logarithm, in whatever unit."""
    targets = relative_targets(5.6)
    assert targets[[0, -1]] == pytest.approx([5.6, 0.0056])
    assert_allclose(np.diff(np.log(targets)), np.log(0.001) / (targets.size - 1))
    assert_allclose(relative_targets(0.056) * 100, targets)
