"""How limits are handled: rewards by hand and as published, rejection, and what is handed in."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest

import nassim
from nassim.core.constraint_handling import rejecting, told_error
from nassim.core.errors import SettingError
from nassim.core.policies import Handling
from nassim.core.random_streams import Streams

BENCH = nassim.load("nb201/cifar10")
EVERY = BENCH.space.at(np.arange(BENCH.space.size))
LATENCY = BENCH.cost("latency", EVERY)
NAN, INF = np.nan, np.inf
ERROR = np.array([10.0, 10.0, 20.0, NAN, 10.0])
RATIO = np.array([[0.5], [2.0], [1.0], [2.0], [NAN]])
VIOLATION = np.array([0.0, 1.0, 0.0, 1.0, INF])
LIMIT = {"latency": "12 ms"}


@pytest.mark.parametrize(
    ("how", "weight", "expected"),
    [
        ("none", None, [10, 10, 20, NAN, 10]),
        ("feasibility-first", None, [10, 200, 20, NAN, NAN]),
        ("penalty", None, [10, 110, 20, NAN, NAN]),
        ("penalty", 5.0, [10, 15, 20, NAN, NAN]),
        ("mnasnet-soft", None, [100 - 90 * 0.5**-0.07, 100 - 90 * 2**-0.07, 20, NAN, NAN]),
        ("mnasnet-soft", -1.0, [-80, 55, 20, NAN, NAN]),
        ("mnasnet-hard", None, [10, 55, 20, NAN, NAN]),
        ("tunas", None, [10 + 3.5, 10 + 7, 20, NAN, NAN]),
        ("tunas", -0.2, [20, 30, 20, NAN, NAN]),
    ],
)
def test_what_is_told(how: Handling, weight: float | None, expected: list[float]) -> None:
    """Each form by hand; failures and missing costs are no numbers."""
    np.testing.assert_allclose(told_error(how, weight, ERROR, RATIO, VIOLATION), expected)


def test_several_limits_multiply_or_add_up() -> None:
    """Two limits, each used up twice."""
    two = np.array([[2.0, 2.0]])
    told = {how: told_error(how, None, np.array([10.0]), two, np.array([2.0]))[0] for how in get_args(Handling)}
    assert told["mnasnet-soft"] == pytest.approx(100 - 90 * 4**-0.07)
    assert told["mnasnet-hard"] == pytest.approx(100 - 90 / 4)
    assert told["tunas"] == pytest.approx(10 + 14)
    assert told["penalty"] == 210


def test_the_best_by_a_reward_may_miss_the_limit() -> None:
    """The exact optimum over the table: MnasNet's soft reward misses a narrow limit, the hard one keeps it."""
    error = BENCH.truth(EVERY)
    for percent in (5, 10):
        bound = np.quantile(LATENCY, percent / 100)
        ratio = (LATENCY / bound)[:, None]
        violation = np.maximum(ratio[:, 0] - 1, 0)
        best = {how: told_error(how, None, error, ratio, violation).argmin() for how in get_args(Handling)}
        assert LATENCY[best["mnasnet-soft"]] > bound
        assert LATENCY[best["mnasnet-hard"]] <= bound
        assert LATENCY[best["feasibility-first"]] <= bound


@pytest.mark.parametrize("strategy", ["random_search", "regularized_evolution", "genetic_algorithm"])
def test_rejection_trains_only_what_keeps_the_limits(strategy: str) -> None:
    """All that is trained is feasible; each run is the same alone."""
    search: dict[str, Any] = {"evaluations": 80, "constraints": LIMIT, "handling": "reject"}
    trace = nassim.simulate(strategy, BENCH, runs=20, **search)
    assert trace.feasible().all()
    assert (LATENCY[BENCH.space.index(trace.archs.reshape(-1, 6))] <= 0.012).all()
    alone = nassim.simulate(strategy, BENCH, runs=[7], **search)
    assert np.array_equal(alone.archs[0], trace.archs[7])


def test_mutants_and_children_of_lonely_parents_are_samples() -> None:
    """Where a parent has no feasible mutant, another feasible architecture is drawn."""
    alone = EVERY[[0]]
    space = rejecting(BENCH.space, lambda archs, _: (archs == alone[0]).all(axis=1) | (archs.sum(axis=1) >= 18))
    rows = np.arange(1)
    for found in (
        space.mutate(alone, rows, Streams(0, "lonely", rows)),
        space.crossover(EVERY[[1]], EVERY[[2]], rows, Streams(0, "lonely", rows)),
    ):
        assert found.sum() >= 18 or (found == alone).all()
    nothing = rejecting(BENCH.space, lambda archs, _: np.zeros(len(archs), dtype=np.bool_))
    with pytest.raises(SettingError, match="2,000 random architectures of nb201 miss the limits"):
        nothing.sample(np.arange(2), Streams(0, "lonely", np.arange(2)))


@pytest.mark.parametrize("how", get_args(Handling))
def test_who_is_handed_in(how: Handling) -> None:
    """By `best-feasible` one that keeps the limits, where one was seen; by `best-told` the lowest that was told."""
    search: dict[str, Any] = {"runs": 40, "evaluations": 60, "constraints": {"latency": "20 %"}, "handling": how}
    for strategy in ("regularized_evolution", "reinforce"):
        trace = nassim.simulate(strategy, BENCH, **search)
        last, seen = trace.incumbent()[:, -1], trace.feasible().any(axis=1)
        assert (last[~seen] == -1).all()
        assert seen.any()
        assert trace.feasible()[np.flatnonzero(seen), last[seen]].all()
        told = nassim.simulate(strategy, BENCH, **search, hand_in="best-told")
        assert np.array_equal(told.archs, trace.archs)
        scores = told.diagnostics.get("told error", told.error)
        np.testing.assert_array_equal(told.incumbent()[:, -1], np.nanargmin(scores, axis=1))


def test_handling_steers_the_search() -> None:
    """Evolution that hears of a limit hands in lower errors within it than one that does not."""
    search: dict[str, Any] = {"runs": 300, "evaluations": 200, "constraints": {"latency": "10 %"}}
    found = {}
    for how in ("none", "reject", "feasibility-first", "mnasnet-hard"):
        trace = nassim.simulate("regularized_evolution", BENCH, **search, handling=how)
        found[how] = np.nan_to_num(trace.incumbent_truth()[:, -1], nan=90.0).mean()
    assert max(found["reject"], found["feasibility-first"], found["mnasnet-hard"]) < found["none"] - 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"handling": "reject"}, "handling = 'reject' is of limits, and there are none"),
        ({"constraints": LIMIT, "handling": "reject", "handling_weight": 1.0}, "handling_weight is for penalty, "),
        ({"constraints": LIMIT, "handling": "rejects"}, "handling must be 'none' or 'reject' or .* got 'rejects'"),
        (
            {"constraints": {"latency": "1 us"}},
            r"no architecture of .* keeps latency <= 1e-06; .* is nearest",
        ),
        ({"constraints": {"latency": "1 %", "params": ">= 1 M"}}, "no architecture of nb201/cifar10 keeps latency"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], message: str) -> None:
    """In one line, before anything is simulated."""
    with pytest.raises(SettingError, match=message) as caught:
        nassim.simulate("random_search", BENCH, runs=1, evaluations=1, **given)
    assert "\n" not in str(caught.value)


def test_rewards_need_percentages() -> None:
    """Where errors are no percentages, no accuracy is a share."""
    with pytest.raises(SettingError, match="handling = 'tunas' needs errors in percent, got"):
        nassim.simulate(
            "random_search", "fcnet/slice", runs=1, evaluations=1, constraints={"params": "50 %"}, handling="tunas"
        )
