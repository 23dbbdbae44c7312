"""MOEA/D: even weights, who replaces whom by hand, and on average as pymoo's."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Outcome
from nassim.core.policies import Budget, Policies
from nassim.core.random_streams import Streams
from nassim.engine.loop import simulate
from nassim.stats import pareto
from nassim.strategies._weights import even_weights
from nassim.strategies.moead import Moead
from tests.toys import toy_space

BENCH = nassim.load("nb201/cifar10")
RUNS = np.arange(30)


@pytest.mark.parametrize(("objectives", "most"), [(1, 7), (2, 2), (2, 100), (3, 90), (3, 91), (4, 60)])
def test_weights_are_even(objectives: int, most: int) -> None:
    """They add up to 1, differ, are multiples of one share, and one more share would be too many."""
    weights = even_weights(objectives, most)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    if objectives == 1:
        assert len(weights) == most
        return
    share = weights[weights > 0].min()
    parts = round(1 / share)
    np.testing.assert_allclose(weights * parts, np.round(weights * parts), atol=1e-9)
    assert len(np.unique(weights, axis=0)) == len(weights) == comb(parts + objectives - 1, objectives - 1) <= most
    assert comb(parts + objectives, objectives - 1) > most


@pytest.mark.parametrize("scale", ["range", "none"])
def test_a_child_replaces_whom_it_betters(scale: str) -> None:
    """Those neighbours by whose weights its largest weighed distance from the best of each objective is smaller."""
    searcher = Moead(toy_space((9,) * 5), Streams(0, "moead", RUNS), population=9, neighbours=4, scale=scale)  # type: ignore[arg-type]
    searcher.objectives = 2
    searcher.prepare((1,))
    random = np.random.default_rng(0)
    for event in range(60):
        asked = searcher.ask(RUNS)
        objectives = random.random((RUNS.size, 2)) * [1, 100]
        objectives[random.random(RUNS.size) < 0.1] = np.nan
        before = searcher.values.copy()
        answer = Outcome(objectives[:, 0], np.ones(RUNS.size), np.zeros((RUNS.size, 0)), objectives)
        searcher.tell(RUNS, asked, answer)
        for run, member in enumerate(np.asarray(asked.tag).tolist()):
            new, expected = np.where(np.isnan(objectives[run]), np.inf, objectives[run]), before[run].copy()
            if event < 9:
                expected[member] = new
            else:
                low = searcher.ideal[run]
                known = np.where(np.isinf(before[run]), low, before[run])
                width = known.max(axis=0) - low if scale == "range" else np.ones(2)
                near = np.abs(searcher.weights - searcher.weights[member]).sum(axis=1).argsort(kind="stable")[:4]
                for place in near:
                    weight = searcher.weights[place]
                    pair = [np.where(np.isinf(point), np.inf, weight * (np.nan_to_num(point, posinf=0) - low) / width)
                            for point in (new, before[run, place])]  # fmt: skip
                    worth = [point.max() for point in pair]
                    if worth[0] < worth[1]:
                        expected[place] = new
            np.testing.assert_array_equal(searcher.values[run], expected)


@pytest.mark.parametrize(
    ("population", "known"),
    [
        (20, [(0.8120, 0.0070), (0.8439, 0.0071), (134.9, 1.7), (281.2, 3.9)]),
        (100, [(0.8649, 0.0031), (0.8676, 0.0030), (206.3, 1.3), (350.1, 3.6)]),
    ],
)
def test_pymoo_finds_as_much(population: int, known: list[tuple[float, float]]) -> None:
    """Means of hypervolume and of distinct cells after 300 and 1,000 evaluations are those of 60 runs of pymoo 0.6.2.

    Both minimise objectives as they are: the error in percent, and the latency in seconds.
    """
    every = BENCH.space.at(np.arange(BENCH.space.size))
    table = np.column_stack([np.round(BENCH.truth(every), 4), BENCH.cost("latency", every)])
    table = pareto.scaled(table, table.min(axis=0), table.max(axis=0))
    policies, budget = Policies(objectives=["error", "latency"]), Budget(evaluations=1000)
    settings = {"population": population, "scale": "none"}
    trace = simulate(Moead, BENCH, runs=200, seed=3, budget=budget, policies=policies, settings=settings)
    cells = BENCH.space.index(trace.archs.reshape(-1, 6)).reshape(200, 1000)
    volumes = pareto.hypervolume_over_time(table[cells], np.ones(2))[:, [299, 999]]
    distinct = [[len(np.unique(run[:many])) for many in (300, 1000)] for run in cells]
    found = np.concatenate([volumes, distinct], axis=1)
    error = np.hypot(found.std(axis=0, ddof=1) / np.sqrt(200), [e for _, e in known])
    assert (np.abs(found.mean(axis=0) - [mean for mean, _ in known]) < 2 * error).all()


def test_a_run_alone_is_its_row() -> None:
    """With limits and three objectives, whoever is in the batch."""
    policies = Policies(objectives=["error", "latency", "params"], constraints={"params": "50 %"})
    how = {"budget": Budget(evaluations=120), "policies": policies, "settings": {"population": 15}}
    together, alone = (simulate(Moead, BENCH, runs=runs, **how) for runs in ([3, 4, 5], [4]))
    assert np.array_equal(alone.archs[0], together.archs[1])
