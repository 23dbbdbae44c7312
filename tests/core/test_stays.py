"""When answers are in a front: held against all pairs, event by event."""

from __future__ import annotations

import numpy as np
import pytest

from nassim.core.stays import front_stays, fronts_within


def beaten(point, others):
    """Return whether any of others (n, k) dominates a point (k,), by the definition."""
    return any((other <= point).all() and (other < point).any() for other in others)


@pytest.mark.parametrize("objectives", [1, 2, 3])
def test_a_front_is_what_nothing_so_far_dominates(objectives):
    """After every event of every run, of few values so that points are equal, and of some that failed."""
    drawn = np.random.default_rng(objectives)
    values = drawn.integers(12, size=(6, 40, objectives)).astype(np.float64)
    values[drawn.random((6, 40)) < 0.1, 0] = np.nan
    values[5] = np.nan
    stays = front_stays(values)
    for run, own in enumerate(values):
        states = stays.states(run)
        for event in range(40):
            known = [other for other in range(event + 1) if not np.isnan(own[other]).any()]
            front = [one for one in known if not beaten(own[one], own[known])]
            assert np.flatnonzero((stays.entered[run] <= event) & (event < stays.left[run])).tolist() == front
            latest = np.searchsorted(states.at, event, side="right") - 1
            assert (states.members[states.inside[latest]].tolist() if latest >= 0 else []) == front
    assert np.array_equal(
        np.flatnonzero(stays.last(np.full(6, 40))[0]), stays.states(0).members[stays.states(0).inside[-1]]
    )


def test_the_front_of_some() -> None:
    """Within any set of points, those that none of the same set dominates; what has a nan never."""
    drawn = np.random.default_rng(5)
    values, inside = drawn.integers(6, size=(15, 2)).astype(np.float64), drawn.random((30, 15)) < 0.4
    values[3, 1] = np.nan
    found = fronts_within(values, inside)
    for state, members in zip(found, inside, strict=True):
        whole = [one for one in np.flatnonzero(members) if one != 3]
        assert np.flatnonzero(state).tolist() == [one for one in whole if not beaten(values[one], values[whole])]
