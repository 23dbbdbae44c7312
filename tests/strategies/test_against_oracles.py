"""Strategies for many runs equal their textbook versions for one run, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nassim
from nassim.benchmarks.table import TableBenchmark
from nassim.spaces.nb201 import NB201
from tests.oracles.genetic_algorithm import genetic_algorithm
from tests.oracles.local_search import local_search
from tests.oracles.random import Random
from tests.oracles.random_search import random_search
from tests.oracles.regularized_evolution import regularized_evolution
from tests.oracles.training import BudgetSpentError, Trainer
from tests.toys import tabulate, toy_benchmark

Oracle = Callable[..., None]
ORACLES: dict[str, Oracle] = {
    oracle.__name__: oracle for oracle in (random_search, regularized_evolution, local_search, genetic_algorithm)
}
CASES: list[tuple[str, dict[str, Any]]] = [
    ("random_search", {}),
    ("regularized_evolution", {}),
    ("regularized_evolution", {"population": 7, "sample": 1}),
    ("regularized_evolution", {"population": 8, "sample": 8}),
    ("local_search", {}),
    ("local_search", {"neighbourhood": "first"}),
    ("genetic_algorithm", {}),
    ("genetic_algorithm", {"population": 5, "mutation_rate": 0.3}),
    ("genetic_algorithm", {"population": 1}),
    ("genetic_algorithm", {"population": 6, "selection": "tournament", "tournament": 3}),
]
NODE_CASES: list[tuple[str, dict[str, Any]]] = [
    ("regularized_evolution", {"mutation": "node"}),
    ("genetic_algorithm", {"mutation": "node", "population": 5}),
]
RUNS = [0, 1, 5, 2**33 + 1]


def agrees(name: str, benchmark: TableBenchmark, runs: list[int], seed: int, evaluations: int, **options: Any) -> None:
    """Compare each run of a batch with the oracle: architectures, errors and seconds."""
    trace = nassim.simulate(name, benchmark, runs=runs, evaluations=evaluations, seed=seed, **options)
    for row, run in enumerate(runs):
        trainer = Trainer(benchmark, seed, run, evaluations)
        with pytest.raises(BudgetSpentError):
            ORACLES[name](trainer, Random(seed, name, run), **options)
        np.testing.assert_array_equal(trace.archs[row], trainer.archs)
        np.testing.assert_array_equal(trace.error[row], trainer.errors)
        np.testing.assert_array_equal(trace.seconds[row], trainer.seconds)


@pytest.fixture(scope="module")
def cells() -> TableBenchmark:
    """Return a made-up table of all NAS-Bench-201 cells."""
    return tabulate(NB201())


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("name", "options"), CASES + NODE_CASES)
def test_cells(cells: TableBenchmark, name: str, options: dict[str, Any], seed: int) -> None:
    """On the cells of NAS-Bench-201, every strategy equals its oracle under several settings."""
    agrees(name, cells, RUNS, seed, 120, **options)


@pytest.mark.parametrize(("name", "options"), CASES)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_any_table(name: str, options: dict[str, Any], data: st.DataObject) -> None:
    """On small tables with unequal genes and failed trainings, every strategy equals its oracle."""
    choices = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=5).filter(lambda some: max(some) > 1))
    benchmark = toy_benchmark(choices, data.draw(st.integers(1, 3)), data.draw(st.integers(0, 99)))
    failed = np.random.default_rng(data.draw(st.integers(0, 99))).random(benchmark._error.shape) < 0.1
    benchmark._error[failed] = np.nan
    runs = data.draw(st.lists(st.integers(0, 2**40), min_size=1, max_size=4, unique=True))
    agrees(name, benchmark, runs, data.draw(st.integers(0, 2**31)), 60, **options)
