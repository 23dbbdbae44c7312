"""Samples of a part of a space, made of a toy table, to learn from."""

from __future__ import annotations

import numpy as np

from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.table import TableBenchmark


def partial(bench: TableBenchmark, count: int) -> PartialTable:
    """Return what a table has of `count` random architectures; the cost of the first was not measured."""
    rows = np.sort(np.random.default_rng(3).permutation(bench.space.size)[:count])
    counts = bench._counts[rows].astype(np.int64)
    padding = np.arange(bench._error.shape[2] - 1) >= counts[:, None]
    params = bench._costs[rows, 0].copy()
    params[0] = np.nan
    return PartialTable(
        name=f"{bench.name}-partial",
        space=bench.space,
        card=bench.card,
        epochs=bench.epochs,
        archs=bench.space.at(rows),
        error=np.where(padding, np.nan, bench._error[:, rows, :-1]),
        seconds=np.where(padding, np.nan, bench._seconds[:, rows, :-1]),
        counts=counts,
        costs={"params": params},
    )
