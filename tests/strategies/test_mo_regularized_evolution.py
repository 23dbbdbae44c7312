"""Regularized evolution for several objectives: one objective is the special case, and parents are not dominated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.stats import pareto
from nassim.strategies.mo_regularized_evolution import MoRegularizedEvolution
from nassim.strategies.regularized_evolution import RegularizedEvolution
from tests.toys import toy_space

RUNS = np.arange(40)
BENCH = nassim.load("nb201/cifar10")


def streams() -> Streams:
    """Return the same draws for all."""
    return Streams(0, "evolution", RUNS)


def test_with_one_objective_it_is_regularized_evolution() -> None:
    """Asked and told alike, both ask for the same, failures and equals included."""
    space, random = toy_space((4, 5, 3, 4)), np.random.default_rng(0)
    pair = [kind(space, streams(), population=8, sample=4) for kind in (RegularizedEvolution, MoRegularizedEvolution)]
    for _ in range(60):
        one, other = (searcher.ask(RUNS) for searcher in pair)
        assert np.array_equal(one.archs, other.archs)
        error = random.integers(0, 6, RUNS.size).astype(np.float64)
        error[random.random(RUNS.size) < 0.1] = np.nan
        for searcher, asked in zip(pair, (one, other), strict=True):
            searcher.tell(RUNS, asked, Outcome(error, np.ones(RUNS.size), np.zeros((RUNS.size, 0))))


def test_parents_are_not_dominated_in_their_sample() -> None:
    """Each is the first drawn that no other of the draw dominates, replayed by hand."""
    space, random = toy_space((9,) * 6), np.random.default_rng(1)
    searcher, replay = MoRegularizedEvolution(space, streams(), population=6, sample=4), streams()
    archs, objectives = [], []
    for _ in range(6):
        archs.append(searcher.ask(RUNS).archs)
        assert np.array_equal(archs[-1], space.sample(RUNS, replay))
        objectives.append(random.random((RUNS.size, 2)))
        answer = Outcome(objectives[-1][:, 0], np.ones(RUNS.size), np.zeros((RUNS.size, 0)), objectives[-1])
        searcher.tell(RUNS, Query(archs[-1]), answer)
    children, drawn = searcher.ask(RUNS).archs, replay.integers(RUNS, 6, 4)
    for run, places in enumerate(drawn.tolist()):
        points = [objectives[place][run] for place in places]
        free = [k for k, p in enumerate(points) if not any((q <= p).all() and (q < p).any() for q in points)]
        parent = archs[places[free[0]]][run]
        assert (parent != children[run]).sum() == 1


def test_it_finds_more_than_random_search() -> None:
    """Its hypervolume is higher after 400 evaluations."""
    every = BENCH.space.at(np.arange(BENCH.space.size))
    table = np.column_stack([np.round(BENCH.truth(every), 4), BENCH.cost("latency", every)])
    table = pareto.scaled(table, table.min(axis=0), table.max(axis=0))
    search: dict[str, Any] = {"runs": 100, "evaluations": 400, "objectives": ["error", "latency"]}
    found = {}
    for name in ("mo_regularized_evolution", "random_search"):
        cells = BENCH.space.index(nassim.simulate(name, BENCH, **search).archs.reshape(-1, 6)).reshape(100, 400)
        found[name] = pareto.hypervolume_over_time(table[cells], np.ones(2))[:, -1].mean()
    assert found["mo_regularized_evolution"] > found["random_search"] + 0.02


def test_a_sample_is_no_larger_than_the_population() -> None:
    """It is refused in one line."""
    with pytest.raises(SettingError, match=r"sample \(9\) must be <= population \(8\)"):
        MoRegularizedEvolution(toy_space((4, 4)), streams(), population=8, sample=9)
