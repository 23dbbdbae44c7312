"""Shares of runs by counting, and how far the shares of resampled runs can lie: they are sums of binomials."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.told import Told

THRESHOLDS = np.geomspace(0.03, 3, 61)
OUTER, INNER = 0.003, 0.07  # between which levels the 2.5 % quantile of 500 resamples lies, whatever is drawn


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return the panel over all benchmarks; none where random search finds the optimum in every run."""
    scales = [_mean(told.known(benchmark, "random_search")) for benchmark in told.study.benchmarks]
    if not all(scale > 0 for scale in scales):
        return {}
    marks: list[Mark | Band] = []
    for name in told.study.strategies:
        finals = [told.finals(benchmark, name) for benchmark in told.study.benchmarks]
        shares = [
            [sum(value / scale <= limit for value in values) / len(values) for limit in THRESHOLDS]
            for values, scale in zip(finals, scales, strict=True)
        ]
        mean = np.array([sum(column) / len(column) for column in zip(*shares, strict=True)])
        marks.append(Mark("steps", f"{told.owners[name]}-line", THRESHOLDS, mean))
        if len(finals[0]) > 1:
            ends = np.array([_ends(column, len(finals[0])) for column in zip(*shares, strict=True)]).T
            marks.append(Band(f"{told.owners[name]}-band", THRESHOLDS, ends[0], ends[3], within=(ends[1], ends[2])))
    return {"profile": [Panel(marks, ("log", "linear"))]}


def _ends(shares: tuple[float, ...], runs: int) -> list[float]:
    """Return quantiles of the mean of shares when each is drawn anew from so many runs."""
    chances = np.ones(1)
    for share in shares:
        chances = np.convolve(chances, binom.pmf(np.arange(runs + 1), runs, share))
    below = np.cumsum(chances)
    return [
        float(np.searchsorted(below, level) / (runs * len(shares))) for level in (OUTER, INNER, 1 - INNER, 1 - OUTER)
    ]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
