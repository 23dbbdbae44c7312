"""Is one strategy better than another over paired runs, and how clearly? Tests that need no normal distribution."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nassim.stats.arrays import Floats
from nassim.stats.ranks import midranks, paired_differences

EXACT = 50  # up to so many pairs that differ, the distribution of the statistic is counted out


class SignedRank(NamedTuple):
    """The outcome of a Wilcoxon signed-rank test."""

    p: float  # two-sided
    effect: float  # matched-pairs rank-biserial correlation: 1 = x larger in every pair, 0 = balanced, -1 = smaller


def signed_rank(x: Floats, y: Floats) -> SignedRank:
    """Test whether paired samples x and y (n,) differ in location (Wilcoxon, 1945, doi:10.2307/3001968).

    Pairs that tie say nothing and are left out; if all do, p = 1. nan counts as larger than any number. What is equal
    but for the noise of floating point is a tie, of two samples as of two differences (ranks.paired_differences).
    The p value is exact, given the ties, up to 50 differing pairs; beyond, normal with the variance corrected for
    ties and no continuity correction. The effect is that of Kerby (2014, doi:10.2466/11.IT.3.1).
    """
    difference = paired_differences(x, y)
    difference = difference[difference != 0]
    if not difference.size:
        return SignedRank(1.0, 0.0)
    rank = midranks(np.abs(difference))
    larger, total = float(rank[difference > 0].sum()), float(rank.sum())
    p = _exact(rank, larger) if rank.size <= EXACT else _normal(rank, larger)
    return SignedRank(p, (2 * larger - total) / total)


def holm(p: ArrayLike) -> Floats:
    """Return p values (n,) adjusted for their number, in their order (Holm, 1979, Scand. J. Statist. 6)."""
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    adjusted = np.empty_like(values)
    adjusted[order] = np.maximum.accumulate(values[order] * np.arange(values.size, 0, -1)).clip(max=1.0)
    return adjusted


def a12(x: Floats, y: Floats) -> float:
    """Return the probability that a random x (n,) is larger than a random y (m,), ties counted half; nan is largest.

    The effect size A of Vargha and Delaney (2000, doi:10.3102/10769986025002101): 0.5 = none; they call 0.56 small,
    0.64 medium and 0.71 large.
    """
    x, y = (np.where(np.isnan(sample), np.inf, sample) for sample in (x, y))
    rank = midranks(np.concatenate([x, y]))
    return float((rank[: x.size].mean() - (x.size + 1) / 2) / y.size)


def _exact(rank: Floats, larger: float) -> float:
    """Return the share of all assignments of signs to the ranks that are at least as extreme, two-sided."""
    doubled = np.rint(2 * rank).astype(np.intp)  # midranks are whole or half
    ways = np.zeros(doubled.sum() + 1)
    ways[0] = 1.0
    for step in doubled:
        ways[step:] += ways[: ways.size - step].copy()
    seen = round(2 * larger)
    tail = min(ways[: seen + 1].sum(), ways[seen:].sum())
    return float(min(1.0, 2 * tail / ways.sum()))


def _normal(rank: Floats, larger: float) -> float:
    # The variance of a sum of ranks with random signs; midranks make the correction for ties by themselves.
    deviation = math.sqrt(float(np.square(rank).sum()) / 4)
    return math.erfc(abs(larger - float(rank.sum()) / 2) / deviation / math.sqrt(2))
