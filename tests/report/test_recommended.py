"""The set that a run recommends: recomputed from the trace by all pairs, event by event, and judged by moocore."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import moocore
import numpy as np
import pytest

import nassim
from nassim.core.arrays import Floats
from nassim.core.policies import RecommendedSet
from nassim.core.trace import Trace
from nassim.report.indicators import hypervolume_regret
from nassim.report.recommended import final_sets

BENCH = nassim.load("nb201/cifar10")
EVERY = BENCH.space.at(np.arange(BENCH.space.size))
TABLE = np.column_stack([np.round(BENCH.truth(EVERY), 4), BENCH.cost("latency", EVERY), BENCH.cost("params", EVERY)])
SEARCH: dict[str, Any] = {"runs": 4, "evaluations": 70, "population": 12}


def front(values: Floats, among: list[int]) -> list[int]:
    """Return which of some answers no other of them dominates, by the definition."""
    return [
        one
        for one in among
        if not any((values[other] <= values[one]).all() and (values[other] < values[one]).any() for other in among)
    ]


def greedy(values: Floats, among: list[int], size: int) -> list[int]:
    """Return so many answers, one after the other by the hypervolume that moocore says they add."""
    own = (values[among] - values[among].min(axis=0)) / np.maximum(np.ptp(values[among], axis=0), 1e-300)
    chosen: list[int] = []
    corner = np.full(values.shape[1], 1.1)
    for _ in range(min(size, len(among))):
        total = moocore.hypervolume(own[chosen], ref=corner) if chosen else 0.0
        gains = [moocore.hypervolume(own[[*chosen, one]], ref=corner) - total for one in range(len(among))]
        if max(gains) <= 1e-12:
            break
        chosen.append(int(np.argmax(gains)))
    return [among[one] for one in chosen]


def by_hand(trace: Trace, run: int, event: int) -> list[int]:
    """Return the set of a run after an event, as the policy's sentence says it."""
    told, named = trace.objectives()[run], trace.provenance["recommended_set"]
    among = [one for one in range(event + 1) if trace.feasible()[run, one]]
    if named == "final-population":
        entered, left = trace.population_stays()
        return front(told, [one for one in among if entered[run, one] <= event < left[run, one]])
    best = front(told, among)
    return greedy(told, best, named) if best and isinstance(named, int) else best


@pytest.mark.parametrize("named", ["all-trained", "final-population", 3, 8])
@pytest.mark.parametrize("objectives", [["error", "latency"], ["error", "latency", "params"]])
def test_regret_is_the_hypervolume_that_the_set_lacks(named: RecommendedSet, objectives: list[str]) -> None:
    """Chosen by what was told, within the limits; judged by the report split, against the exact front."""
    asked = {"objectives": objectives, "constraints": {"params": "50 %"}, "recommended_set": named}
    trace = nassim.simulate("nsga2", BENCH, **SEARCH, **asked)
    table = TABLE[:, : len(objectives)]
    low, high, corner = table.min(axis=0), table.max(axis=0), np.ones(len(objectives))
    kept = TABLE[:, 2] <= np.quantile(TABLE[:, 2], 0.5)
    best = moocore.hypervolume((table[kept] - low) / (high - low), ref=corner)
    cells = BENCH.space.index(trace.archs.reshape(-1, 6)).reshape(4, 70)
    true = np.concatenate([trace.truth[:, :, None], TABLE[cells][:, :, 1 : len(objectives)]], axis=2)
    true = (true - low) / (high - low)
    regret = hypervolume_regret(trace)
    for run in range(4):
        for event in (0, 5, 12, 33, 69):
            members = by_hand(trace, run, event)
            own = moocore.hypervolume(true[run, members], ref=corner) if members else np.nan
            assert regret[run, event] == pytest.approx(100 * (best - own), abs=1e-9, nan_ok=True)
        found = trace.objectives()[run, final_sets(trace)[run]]
        expected = trace.objectives()[run, by_hand(trace, run, 69)]
        assert {tuple(row) for row in found.tolist()} == {tuple(row) for row in expected.tolist()}


def test_a_set_is_chosen_without_the_judge() -> None:
    """Another judge moves the regret and no set; what is true of the front of all that was trained is never worse."""
    asked = {"objectives": ["error", "latency"], "runs": 20, "evaluations": 200}
    unseen, every = (
        nassim.simulate("random_search", BENCH, **asked, judged_by=judge) for judge in ("unseen-seeds", "all-seeds")
    )
    assert np.array_equal(final_sets(unseen), final_sets(every))
    low, high = TABLE[:, :2].min(axis=0), TABLE[:, :2].max(axis=0)
    for run, regret in enumerate(hypervolume_regret(every)[:, -1]):
        whole = (every.objectives(true=True)[run] - low) / (high - low)
        best = moocore.hypervolume((TABLE[:, :2] - low) / (high - low), ref=np.ones(2))
        assert 100 * (best - moocore.hypervolume(whole, ref=np.ones(2))) <= regret + 1e-9


def test_a_greedy_set_is_near_the_best_of_its_size() -> None:
    """It has (1 - 1/e) of the hypervolume of the best subset at the least, and is that one for a single point."""
    asked = {"objectives": ["error", "latency"], "evaluations": 100, "runs": 3}
    for size in (1, 3):
        trace = nassim.simulate("random_search", BENCH, **asked, recommended_set=size)
        for run in range(3):
            told = trace.objectives()[run]
            members = front(told, list(range(100)))
            own = (told - told[members].min(axis=0)) / np.ptp(told[members], axis=0)
            volumes = [
                moocore.hypervolume(own[list(some)], ref=np.array([1.1, 1.1])) for some in combinations(members, size)
            ]
            found = moocore.hypervolume(own[final_sets(trace)[run]], ref=np.array([1.1, 1.1]))
            assert found >= (1 if size == 1 else 1 - 1 / np.e) * max(volumes) - 1e-12
