"""Many strategies at once: Friedman's test, Nemenyi's critical difference and who cannot be told apart.

After Demsar (2006, Statistical Comparisons of Classifiers over Multiple Data Sets, JMLR 7). A block is what all
strategies met alike: a run, or a benchmark.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nassim.stats.arrays import Floats
from nassim.stats.ranks import ranks

SMALLEST = 1e-300  # p value that a normal quantile can be taken of


class Friedman(NamedTuple):
    """Whether any strategy differs from the rest."""

    statistic: float  # chi-square with (strategies - 1) degrees of freedom, corrected for ties
    p: float  # 1 when nothing differs anywhere


def friedman(scores: Floats) -> Friedman:
    """Test whether scores (strategies, blocks) come from one distribution; lower is better, nan is worst."""
    from scipy.special import chdtrc

    strategies, blocks = scores.shape
    rank = ranks(scores)
    between = float(np.square(rank.mean(axis=1) - (strategies + 1) / 2).sum()) * blocks
    within = float(np.square(rank - (strategies + 1) / 2).sum()) / (blocks * (strategies - 1))
    statistic = between / within if within > 0 else 0.0
    return Friedman(statistic, float(chdtrc(strategies - 1, statistic)))


def critical_difference(strategies: int, blocks: int, level: float = 0.05) -> float:
    """Return by how much two mean ranks must differ to be told apart: q / sqrt(2) * sqrt(k (k + 1) / (6 n))."""
    return _range_quantile(strategies, level) / math.sqrt(2) * _deviation(strategies, blocks)


def against_chosen(p: Floats) -> Floats:
    """Return p values (n,) of n samples against the best of all n + 1, adjusted for its being chosen from the data.

    Holm's adjustment holds for a reference that was named before. Here the n + 1 samples stand for as many standard
    normal values, the tests for their differences, and the largest difference from the chosen one is at most their
    range. Step by step: the smallest p is the chance that the range of all n + 1 is as wide, the next that of the
    others without that sample, and so on; none is below the one before. So if all are alike, any is found to be worse
    with at most the chance of the level (as in the step-down procedures of Ryan, Einot and Gabriel, and Welsch; see
    Hochberg and Tamhane, 1987, Multiple Comparison Procedures).

    Args:
        p: two-sided, of paired tests against the sample that looks best, whichever that is.
    """
    from scipy.special import ndtri

    order = np.argsort(p, kind="stable")
    width = -math.sqrt(2) * ndtri(np.maximum(np.asarray(p)[order], SMALLEST) / 2)
    found = [float(_wider(np.asarray(wide), p.size + 1 - step)) for step, wide in enumerate(width)]
    adjusted = np.empty(p.size)
    adjusted[order] = np.maximum.accumulate(np.maximum(found, np.asarray(p)[order]))
    return adjusted


def groups(mean_ranks: Sequence[float], difference: float) -> list[tuple[int, ...]]:
    """Return the largest sets of strategies of which no two differ by `difference` or more, as places by rank.

    Places are those in `mean_ranks`; sets of one are left out, and so is what another set holds already.
    """
    order = sorted(range(len(mean_ranks)), key=lambda place: mean_ranks[place])
    ordered = np.array([mean_ranks[place] for place in order])
    ends = np.searchsorted(ordered, ordered + difference, side="left").tolist()
    spans = [(first, end) for first, end in enumerate(ends) if end - first > 1]
    kept = [(first, end) for place, (first, end) in enumerate(spans) if not place or end > spans[place - 1][1]]
    return [tuple(order[first:end]) for first, end in kept]


def _range_quantile(strategies: int, level: float) -> float:
    """Return the quantile of the studentized range of so many, with infinitely many degrees of freedom."""
    low, high = 0.0, 100.0
    for _ in range(60):  # halves the distance to the last digit
        middle = (low + high) / 2
        low, high = (middle, high) if _wider(np.array(middle), strategies) > level else (low, middle)
    return high


def _wider(width: Floats, strategies: int) -> Floats:
    """Return the probability that so many standard normal values span more than `width`, of any shape.

    scipy.stats has it too, but takes longer to import than all figures of a benchmark to draw. The probability that
    all lie within `width` above the lowest, summed over where that is; sums of such smooth bells are exact.
    """
    from scipy.special import ndtr

    step = 1 / 16
    lowest = np.arange(-12, 12, step)
    density = np.exp(-np.square(lowest) / 2) / math.sqrt(2 * math.pi)
    others = (ndtr(lowest + width[..., None]) - ndtr(lowest)) ** (strategies - 1)
    return np.asarray(1 - strategies * step * (others * density).sum(axis=-1)).clip(0, 1)


def _deviation(strategies: int, blocks: int) -> float:
    """Return the standard deviation of the difference of two mean ranks under no difference."""
    return math.sqrt(strategies * (strategies + 1) / (6 * blocks))
