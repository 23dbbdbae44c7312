"""The tests of a report by scipy and by hand: Wilcoxon's signed ranks against the best, adjusted for choosing it."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import norm, studentized_range, wilcoxon

from tests.report.marks.told import Told


def against_best(told: Told, benchmark: str) -> dict[str, str]:
    """Return what is written beside each strategy of which any run succeeded."""
    names = list(told.study.strategies)
    finals = {name: np.nan_to_num(np.array(told.finals(benchmark, name)), nan=1e9) for name in names}
    alive = told.ranking(benchmark)
    failed = {name: sum(map(math.isnan, told.finals(benchmark, name))) for name in names}
    best = min(alive, key=lambda name: (failed[name], alive.index(name)))
    raw = {name: _signed_rank(finals[name], finals[best]) for name in names if name != best}
    adjusted, lowest = {}, 0.0
    for place, name in enumerate(sorted(raw, key=raw.__getitem__)):
        width = math.sqrt(2) * norm.isf(max(raw[name], 1e-300) / 2)
        lowest = max(lowest, raw[name], float(studentized_range.sf(width, len(raw) + 1 - place, math.inf)))
        adjusted[name] = lowest
    said = {n: "p < 0.001" if p < 0.001 else f"p = {p:.3f}" for n, p in adjusted.items()}
    return {best: "best", **said}


def _signed_rank(x: np.ndarray, y: np.ndarray) -> float:
    """Return the p value of scipy's test, whose exact distribution knows no ties: those are enumerated by sampling."""
    difference = np.round(x - y, 9)
    difference = difference[difference != 0]
    if not difference.size:
        return 1.0
    tied = np.unique(np.abs(difference)).size < difference.size
    if difference.size > 50:
        return float(wilcoxon(difference, correction=False, method="approx").pvalue)
    if not tied:
        return float(wilcoxon(difference, method="exact").pvalue)
    return enumerated(difference)


def enumerated(difference: np.ndarray) -> float:
    """Return the exact p value with ties: every sum of signed ranks, counted value by value."""
    size = np.abs(difference)
    rank = [int((size < one).sum() * 2 + (size == one).sum() + 1) for one in size]  # doubled, so whole
    ways = {0: 1}
    for one in rank:
        more = dict(ways)
        for total, count in ways.items():
            more[total + one] = more.get(total + one, 0) + count
        ways = more
    seen, whole = sum(r for r, d in zip(rank, difference, strict=True) if d > 0), sum(rank)
    far = abs(2 * seen - whole)
    return sum(count for total, count in ways.items() if abs(2 * total - whole) >= far) / 2 ** len(rank)
