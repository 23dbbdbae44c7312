"""Sets that change as runs go on: held against all pairs, event by event."""

from __future__ import annotations

import numpy as np
import pytest

from nassim.core.set_changes import front_changes, stay_changes


def after(changes, runs, events):
    """Return the members of each run's set after each event, as sets."""
    now, found = [set() for _ in range(runs)], []
    steps = {change.event: change for change in changes}
    for event in range(events):
        if event in steps:
            for row, members in zip(steps[event].rows, steps[event].members, strict=True):
                now[row] = set(members[members >= 0].tolist())
        found.append(list(now))
    return found


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
    found = after(front_changes(values), 6, 40)
    for run, own in enumerate(values):
        for event in range(40):
            known = [other for other in range(event + 1) if not np.isnan(own[other]).any()]
            assert found[event][run] == {one for one in known if not beaten(own[one], own[known])}


def test_a_front_may_hold_all() -> None:
    """Of points none of which dominates another, more than there is room for at first."""
    line = np.column_stack([np.arange(40.0), -np.arange(40.0)])
    *_, last = front_changes(line[None])
    assert sorted(last.members[last.members >= 0]) == list(range(40))
    assert np.array_equal(np.sort(last.of(line[None])[0, :, 0])[:40], np.arange(40.0))
    assert np.isnan(last.of(line[None])[0, :, 0]).sum() == last.members.shape[1] - 40


def test_who_enters_and_leaves() -> None:
    """An answer is a member from the event at which it entered until that at which it left; some never are."""
    drawn = np.random.default_rng(3)
    entered = np.minimum(np.arange(20) + drawn.integers(4, size=(5, 20)), 20)
    entered[drawn.random((5, 20)) < 0.2] = 20
    left = np.minimum(entered + drawn.integers(1, 9, size=(5, 20)), 20)
    found = after(stay_changes(entered, left), 5, 20)
    for run in range(5):
        for event in range(20):
            assert found[event][run] == set(np.flatnonzero((entered[run] <= event) & (event < left[run])).tolist())
