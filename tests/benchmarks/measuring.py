"""A benchmark for studies of tests, with a cost that is measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nassim.benchmarks.table import TableBenchmark
from nassim.core.benchmark import Benchmark, Query
from tests.toys import toy_benchmark


def energy() -> Benchmark:
    """Return a toy table with params, which are known, and an energy, which is measured."""
    toy = toy_benchmark((3, 2, 5, 4))
    every = toy.space.at(np.arange(toy.space.size))
    answer = toy.evaluate(Query(every))
    return TableBenchmark(
        "toy/energy",
        toy.space,
        replace(toy.card, facts={"measured": ["energy"]}),
        epochs=(9,),
        error=answer.error[None, :, None],
        seconds=answer.seconds[None, :, None],
        counts=np.ones(len(every), dtype=np.int64),
        costs={"params": answer.costs[:, 0], "energy": 1 + every.sum(axis=1).astype(np.float64)},
    )


def noisy() -> Benchmark:
    """Return the same with a noisy energy."""
    found = energy()
    every = found.everything()
    assert every is not None
    answer = found.evaluate(Query(every))
    return TableBenchmark(
        "toy/noisy-energy",
        found.space,
        replace(found.card, facts={"noise": {"energy": 0.2}}),
        epochs=(9,),
        error=answer.error[None, :, None],
        seconds=answer.seconds[None, :, None],
        counts=np.ones(len(every), dtype=np.int64),
        costs=dict(zip(found.costs, answer.costs.T, strict=True)),
    )
