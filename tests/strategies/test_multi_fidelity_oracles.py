"""Multi-fidelity strategies for many runs equal plain versions for one run, bit for bit, with any number of workers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nassim
from nassim.benchmarks.table import TableBenchmark
from tests.oracles import asha, cluster, curves, dehb, hyperband
from tests.oracles.random import Random
from tests.oracles.space import PlainSpace
from tests.toys import toy_benchmark

EPOCHS = (1, 3, 9, 27)
CASES: list[tuple[Any, dict[str, Any], dict[str, Any]]] = [
    (hyperband.SuccessiveHalving, {}, {}),
    (hyperband.Hyperband, {}, {}),
    (asha.Asha, {}, {}),
    (asha.Stopping, {}, {"variant": "stopping"}),
    (asha.MedianStopping, {}, {}),
    (hyperband.Bohb, {"samples": 8}, {"samples": 8}),
    (hyperband.Bohb, {"random_fraction": 0.0, "good": 0.3, "samples": 4}, {}),
    (dehb.Dehb, {}, {}),
    (curves.LcStopping, {}, {}),
    (curves.LcStopping, {"chance": 0.4}, {}),
]


def agrees(oracle: Any, benchmark: TableBenchmark, runs: list[int], options: Any, **how: Any) -> None:
    """Compare each run of a batch with the oracle: architectures, epochs, errors and seconds."""
    plain, own = options
    trace = nassim.simulate(oracle.name, benchmark, runs=runs, **how, **(plain | own))
    for row, run in enumerate(runs):
        random, space = Random(how["seed"], oracle.name, run), PlainSpace(benchmark.space.choices)
        searcher = oracle(space, random, list(benchmark.epochs), **plain)
        events = cluster.simulate(searcher, benchmark, how["seed"], run, how["evaluations"], how["workers"])
        archs, epochs, error, seconds = zip(*events, strict=True)
        np.testing.assert_array_equal(trace.archs[row], archs)
        np.testing.assert_array_equal(trace.diagnostic("epochs")[row], epochs)
        np.testing.assert_array_equal(trace.error[row], error)
        np.testing.assert_array_equal(trace.seconds[row], seconds)


@pytest.mark.parametrize("workers", [1, 4, 32])
@pytest.mark.parametrize(("oracle", "plain", "own"), CASES)
def test_on_curves(oracle: Any, plain: Any, own: Any, workers: int) -> None:
    """On four rungs, every strategy equals its oracle."""
    benchmark = toy_benchmark((3, 4, 2, 5), epochs=EPOCHS)
    agrees(oracle, benchmark, [0, 1, 2**33 + 1], (plain, own), seed=7, evaluations=150, workers=workers)


@pytest.mark.parametrize(("oracle", "plain", "own"), CASES)
@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_where_trainings_fail(oracle: Any, plain: Any, own: Any, data: st.DataObject) -> None:
    """On small tables with unequal genes, ties and failed trainings, every strategy equals its oracle."""
    choices = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=4).filter(lambda some: max(some) > 1))
    epochs = data.draw(st.sampled_from([(5,), (1, 3), (1, 3, 9)]))
    benchmark = toy_benchmark(choices, data.draw(st.integers(1, 3)), data.draw(st.integers(0, 99)), epochs)
    if data.draw(st.booleans()):
        benchmark._error[:] = np.round(benchmark._error / 5)
    failed = np.random.default_rng(data.draw(st.integers(0, 99))).random(benchmark._error.shape) < 0.2
    benchmark._error[failed] = np.nan
    runs = data.draw(st.lists(st.integers(0, 2**40), min_size=1, max_size=3, unique=True))
    how = {"seed": data.draw(st.integers(0, 2**31)), "workers": data.draw(st.integers(1, 9)), "evaluations": 60}
    agrees(oracle, benchmark, runs, (plain, own), **how)
