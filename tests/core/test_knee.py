"""The knee of a front: the farthest from the line through its ends, measured as such."""

from __future__ import annotations

import numpy as np
import pytest

import nassim
from nassim.core.errors import SettingError
from nassim.core.knee import knee_events, knees_of
from nassim.stats.pareto import non_dominated


def test_a_knee_is_farthest_from_the_line_through_the_ends() -> None:
    """Of two objectives, by the distance of points from a line, after the front is scaled to a square."""
    drawn = np.random.default_rng(0)
    for _ in range(50):
        first = np.sort(drawn.random(9)) * 40
        front = np.column_stack([first, np.sort(drawn.random(9))[::-1] * 3e-3])
        square = (front - front.min(axis=0)) / np.ptp(front, axis=0)
        (x0, y0), (x1, y1) = square[0], square[-1]
        towards = ((x1 - x0) * (y0 - square[:, 1]) - (x0 - square[:, 0]) * (y1 - y0)) / np.hypot(x1 - x0, y1 - y0)
        assert knees_of(front[None])[0] == towards.argmax()


def test_fronts_of_few_points() -> None:
    """One point is a knee; of two, and of equal ones, the first; what is in no front is none."""
    none = [np.nan, np.nan]
    fronts = [[none, [1, 0], none], [[0, 1], [1, 0], none], [none, [1, 0], [0, 1]], [[0, 1], none, [0, 1]]]
    assert knees_of(np.array(fronts, dtype=np.float64)).tolist() == [1, 0, 1, 0]
    assert knee_events(np.full((2, 3, 2), np.nan)).tolist() == [[-1] * 3] * 2


def test_a_run_hands_in_the_knee_of_what_keeps_the_limits() -> None:
    """After every event it is of the front so far, by the errors that the run was told, and within the limits."""
    given = {"objectives": ["error", "latency"], "constraints": {"params": "40 %"}, "hand_in": "knee"}
    trace = nassim.simulate("nsga2", "nb201/cifar10", runs=8, evaluations=120, population=20, **given)
    incumbent, told = trace.incumbent(), trace.candidates()
    assert (incumbent[:, -1] >= 0).all()
    seen = trace.feasible().cumsum(axis=1) > 0
    assert np.array_equal(incumbent >= 0, seen)
    for run, event in np.argwhere(seen):
        chosen = incumbent[run, event]
        front = np.flatnonzero(non_dominated(told[run, : event + 1]))
        assert chosen in front
        values = trace.objectives()[run, front]
        scaled = (values - values.min(axis=0)) / np.where(np.ptp(values, axis=0) > 0, np.ptp(values, axis=0), 1)
        assert chosen == front[scaled.sum(axis=1).argmin()]


@pytest.mark.parametrize("given", [{"hand_in": "knee"}, {"recommended_set": 5}, {"reference_point": "nadir"}])
def test_one_objective_has_none_of_it(given) -> None:
    """A knee, a set and a reference point are of two objectives or more."""
    with pytest.raises(SettingError, match="needs two objectives or more, got error"):
        nassim.simulate("random_search", "graph/cora", runs=1, evaluations=1, **given)
