"""Pareto local search: run for run a textbook's, and where a climb ends nothing near is better."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.policies import Budget, Policies
from nassim.core.trace import Trace
from nassim.engine.loop import simulate
from nassim.stats import pareto
from nassim.strategies.mo_local_search import MoLocalSearch
from tests.oracles.mo_local_search import mo_local_search
from tests.oracles.random import Random
from tests.oracles.space import Arch
from tests.oracles.training import BudgetSpentError, Trainer

BENCH = nassim.load("nb201/cifar10")
EVERY = BENCH.space.at(np.arange(BENCH.space.size))
LATENCY, PARAMS = (BENCH.cost(name, EVERY) for name in ("latency", "params"))
COSTS = {"latency": LATENCY.tolist(), "params": PARAMS.tolist()}


def run_of(runs: Any, objectives: list[str], limit: float | None, workers: int = 1) -> Trace:
    """Return searches of 400 evaluations."""
    policies = Policies(workers, objectives=objectives, constraints={} if limit is None else {"latency": limit})
    return simulate(MoLocalSearch, BENCH, runs=runs, seed=3, budget=Budget(evaluations=400), policies=policies)


@pytest.mark.parametrize("objectives", [["error"], ["error", "latency"], ["error", "latency", "params"]])
@pytest.mark.parametrize("limit", [None, 0.012])
def test_every_run_is_the_textbooks(objectives: list[str], limit: float | None) -> None:
    """Each run trains what the algorithm in plain Python trains, in its order, whoever is in its batch."""

    def judge(error: float, arch: Arch) -> tuple[tuple[float, ...], float]:
        number = trainer.space.number(arch)
        costs = [COSTS[name][number] for name in objectives[1:]]
        return (error, *costs), 0.0 if limit is None else max(0.0, (COSTS["latency"][number] - limit) / limit)

    trace = run_of([4, 9], objectives, limit)
    for run, archs in zip(trace.runs.tolist(), trace.archs, strict=True):
        trainer = Trainer(BENCH, 3, run, 400)
        with pytest.raises(BudgetSpentError):
            mo_local_search(trainer, Random(3, "mo_local_search", run), judge)
        assert trainer.archs == [tuple(arch) for arch in archs.tolist()]
    assert np.array_equal(run_of([9], objectives, limit).archs[0], trace.archs[1])


def test_it_finds_more_than_random_search() -> None:
    """Its hypervolume is higher, with one worker and with eight."""
    table = np.column_stack([np.round(BENCH.truth(EVERY), 4), LATENCY])
    table = pareto.scaled(table, table.min(axis=0), table.max(axis=0))
    search = {"runs": 100, "evaluations": 400, "objectives": ["error", "latency"]}
    volumes = {}
    for name, workers in (("mo_local_search", 1), ("mo_local_search", 8), ("random_search", 1)):
        trace = nassim.simulate(name, BENCH, **search, workers=workers)
        cells = BENCH.space.index(trace.archs.reshape(-1, 6)).reshape(100, 400)
        volumes[name, workers] = pareto.hypervolume_over_time(table[cells], np.ones(2))[:, -1].mean()
    assert min(volumes["mo_local_search", 1], volumes["mo_local_search", 8]) > volumes["random_search", 1] + 0.02
