"""Regularized evolution: tournaments, mutation by one gene, and the oldest dies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Outcome
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.strategies.regularized_evolution import RegularizedEvolution
from tests.toys import Failing, toy_benchmark, toy_space

RUNS = np.arange(200)


def outcome(error: Any) -> Outcome:
    """Return an answer of these errors."""
    return Outcome(np.asarray(error, dtype=np.float64), np.zeros(len(error)), np.zeros((len(error), 0)))


def evolved(errors: list[float], **options: Any) -> tuple[RegularizedEvolution, list[Any]]:
    """Return the strategy after it was told these errors in all runs, and what it asked."""
    strategy = RegularizedEvolution(toy_space((5,) * 6), Streams(0, "regularized_evolution", RUNS), **options)
    asked = []
    for error in errors:
        asked.append(strategy.ask(RUNS))
        strategy.tell(RUNS, asked[-1], outcome(np.full(RUNS.size, error)))
    return strategy, [query.archs for query in asked]


def test_every_child_differs_from_one_of_the_living_by_one_gene() -> None:
    """After the random population, each architecture is one mutation away from one of the latest ten."""
    trace = nassim.simulate("regularized_evolution", toy_benchmark((4, 3, 1, 5, 2)), runs=20, evaluations=60)
    for event in range(10, 60):
        living = trace.archs[:, event - 10 : event]
        distance = (living != trace.archs[:, event, None]).sum(axis=2)
        assert (distance == 1).any(axis=1).all()


def test_the_best_of_a_tournament_is_the_parent() -> None:
    """When the tournament is as good as certain to hold the best, all children are mutants of it."""
    strategy, asked = evolved([5.0, 1.0, 7.0], population=3, sample=3)
    strategy.sample = 100
    assert ((strategy.ask(RUNS).archs != asked[1]).sum(axis=1) == 1).all()


def test_tournaments_draw_with_replacement() -> None:
    """The best of three is in a tournament of two with probability 5/9."""
    strategy, asked = evolved([5.0, 1.0, 7.0], population=3, sample=2)
    shares = [((strategy.ask(RUNS).archs != asked[1]).sum(axis=1) == 1).mean() for _ in range(20)]
    assert abs(np.mean(shares) - 5 / 9) < 0.03


def test_the_oldest_dies_even_if_it_is_the_best() -> None:
    """After as many births as there are living, the best of the first population has no more children."""
    strategy, asked = evolved([0.0, 5.0, 5.0, 5.0, 5.0, 5.0], population=3, sample=3)
    np.testing.assert_array_equal(np.sort(strategy.archs, axis=0), np.sort(asked[3:], axis=0))


def test_failed_trainings_are_no_parents() -> None:
    """A failed architecture wins a tournament only against its like."""
    strategy, asked = evolved([np.nan, 8.0, np.nan], population=3, sample=3)
    strategy.sample = 100
    assert ((strategy.ask(RUNS).archs != asked[1]).sum(axis=1) == 1).all()


@pytest.mark.parametrize("workers", [1, 4])
def test_it_beats_random_search_where_trainings_fail(workers: int) -> None:
    """With one worker or four, the mean regret is below that of random search."""
    benchmark = Failing(toy_benchmark((5,) * 5))
    chosen = {"runs": 50, "evaluations": 150, "workers": workers}
    names = ("regularized_evolution", "random_search")
    regrets = [nassim.simulate(name, benchmark, **chosen).regret()[:, -1].mean() for name in names]
    assert regrets[0] < regrets[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"population": 0}, "population.*whole number >= 1, got 0"),
        ({"sample": 2.0}, "sample.*whole number >= 1, got 2.0"),
        ({"population": 3, "sample": 4}, r"sample \(4\) must be <= population \(3\)"),
        ({"mutation": "unifrom"}, "did you mean 'uniform'"),
    ],
)
def test_wrong_settings(options: dict[str, Any], message: str) -> None:
    """What is out of range is refused, with the range."""
    with pytest.raises(SettingError, match=message):
        nassim.simulate("regularized_evolution", toy_benchmark((2, 2)), runs=1, evaluations=1, **options)


def test_a_warm_start_takes_the_highest_candidates() -> None:
    """Each run's first population are the ten of its own hundred with the most parameters, highest first."""
    bench = toy_benchmark((4, 3, 5, 2))
    trace = nassim.simulate(
        "regularized_evolution", bench, runs=3, evaluations=14, workers=2, warm_start="params", population=10
    )
    streams, rows = Streams(0, "regularized_evolution", [0, 1, 2]), np.arange(3)
    drawn = np.stack([bench.space.sample(rows, streams) for _ in range(100)])
    for run in rows:
        first = [tuple(arch) for arch in trace.archs[run]]
        best = drawn[np.argsort(-bench.cost("params", drawn[:, run]), kind="stable")[:10], run]
        assert {tuple(arch) for arch in best} <= set(first)


def test_a_warm_started_run_alone_equals_its_row() -> None:
    """Its candidates are drawn from its own stream."""
    options = {"evaluations": 30, "workers": 3, "warm_start": "params", "candidates": 20}
    together = nassim.simulate("regularized_evolution", toy_benchmark((4, 3, 5, 2)), runs=[4, 0, 9], **options)
    alone = nassim.simulate("regularized_evolution", toy_benchmark((4, 3, 5, 2)), runs=[9], **options)
    np.testing.assert_array_equal(alone.archs[0], together.archs[2])


def test_a_warm_start_needs_what_is_known() -> None:
    """A misspelt cost, a benchmark without any, a run driven by hand and too few candidates are refused."""
    bench = toy_benchmark((4, 3))
    with pytest.raises(nassim.NassimError, match=r"unknown cost of toy/.* 'parms'; did you mean 'params'"):
        nassim.simulate("regularized_evolution", bench, runs=1, evaluations=1, warm_start="parms")
    with pytest.raises(SettingError, match="regularized_evolution needs 'params', and nothing is known"):
        nassim.solo("regularized_evolution", bench.space, warm_start="params").ask()
    with pytest.raises(SettingError, match=r"candidates \(5\) must be >= population \(10\)"):
        nassim.simulate("regularized_evolution", bench, evaluations=1, warm_start="params", candidates=5)


def test_a_warm_start_helps_where_the_cost_tells_something() -> None:
    """On NAS-Bench-201, the most parameters of a hundred are better than random: half the error above the optimum."""
    regret = {}
    for warm_start in (None, "params"):
        trace = nassim.simulate(
            "regularized_evolution", "nb201/cifar10", runs=200, evaluations=10, warm_start=warm_start
        )
        regret[warm_start] = trace.regret()[:, -1].mean()
    assert regret["params"] < regret[None] / 2
