"""MO-ASHA: every run as the textbook's, with any number of workers; with one objective it is ASHA."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim.benchmarks.table import TableBenchmark
from nassim.core.policies import Budget
from nassim.core.trace import Trace
from nassim.engine.loop import simulate
from nassim.strategies.asha import Asha
from nassim.strategies.moasha import Moasha, epsilon_net
from tests.oracles import cluster
from tests.oracles.moasha import MoAsha, spread_out
from tests.oracles.random import Random
from tests.oracles.space import PlainSpace
from tests.toys import toy_benchmark

EPOCHS = (1, 3, 9, 27)
CHOICES = (3, 4, 2, 5)


def agrees(benchmark: TableBenchmark, runs: list[int], limit: float | None, evaluations: int, workers: int) -> Trace:
    """Compare each run of a batch with the oracle: architectures, epochs, errors and seconds."""
    params = benchmark.cost("params", benchmark.space.at(np.arange(benchmark.space.size))).tolist()
    space = PlainSpace(benchmark.space.choices)

    def judge(error: float, arch: Any) -> tuple[tuple[float, ...], float]:
        cost = params[space.number(arch)]
        return (error, cost), 0.0 if limit is None else max(0.0, (cost - limit) / limit)

    how = {"evaluations": evaluations, "workers": workers, "seed": 7, "objectives": ["error", "params"]}
    trace = nassim.simulate(
        "moasha", benchmark, runs=runs, constraints={} if limit is None else {"params": limit}, **how
    )
    for row, run in enumerate(runs):
        searcher = MoAsha(space, Random(7, "moasha", run), list(benchmark.epochs), judge)
        events = cluster.simulate(searcher, benchmark, 7, run, evaluations, workers)
        archs, epochs, error, seconds = zip(*events, strict=True)
        np.testing.assert_array_equal(trace.archs[row], archs)
        np.testing.assert_array_equal(trace.diagnostic("epochs")[row], epochs)
        np.testing.assert_array_equal(trace.error[row], error)
        np.testing.assert_array_equal(trace.seconds[row], seconds)
    return trace


@pytest.mark.parametrize("limit", [None, 0.4])
@pytest.mark.parametrize("workers", [1, 4, 32])
def test_on_curves(workers: int, limit: float | None) -> None:
    """On four rungs it is the textbook's, and some trainings go far."""
    trace = agrees(toy_benchmark(CHOICES, epochs=EPOCHS), [0, 2**33 + 1], limit, 150, workers)
    assert (trace.diagnostic("epochs") >= EPOCHS[2]).any()


@pytest.mark.parametrize("workers", [1, 5])
def test_where_trainings_fail(workers: int) -> None:
    """With ties, failed trainings and more trainings than there is room for at first."""
    benchmark = toy_benchmark(CHOICES, epochs=EPOCHS)
    benchmark._error[:] = np.round(benchmark._error / 5)
    benchmark._error[np.random.default_rng(0).random(benchmark._error.shape) < 0.2] = np.nan
    agrees(benchmark, [1, 5], 0.7, 160, workers)


@pytest.mark.parametrize("size", [1, 4, 9])
def test_the_net_is_spread_out(size: int) -> None:
    """With points that are equal, too."""
    points = np.random.default_rng(0).integers(4, size=(9, 2)) / 4
    assert epsilon_net(points, size) == spread_out(dict(enumerate(points.tolist())))[:size]


def test_with_one_objective_it_is_asha() -> None:
    """Draw for draw."""
    named = type("Asha", (Moasha,), {"__module__": Asha.__module__})  # so that it draws what asha draws
    benchmark = toy_benchmark(CHOICES, epochs=EPOCHS)
    both = [simulate(kind, benchmark, runs=5, budget=Budget(evaluations=150)) for kind in (named, Asha)]
    assert np.array_equal(both[0].archs, both[1].archs)
    assert np.array_equal(both[0].diagnostic("epochs"), both[1].diagnostic("epochs"))


def test_a_run_alone_is_its_row() -> None:
    """On real learning curves, with a limit."""
    how = {"evaluations": 60, "workers": 4, "objectives": ["error", "params"], "constraints": {"params": "50 %"}}
    together, alone = (nassim.simulate("moasha", "mini201/mnist5k", runs=runs, **how) for runs in ([3, 4, 5], [4]))
    assert np.array_equal(alone.archs[0], together.archs[1])
