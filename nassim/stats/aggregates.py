"""One strategy over many benchmarks and runs (Agarwal et al., 2021, Deep RL at the Edge of the Statistical Precipice).

Scores are (benchmarks, runs) on a scale that the benchmarks share, such as regret over that of random search; lower
is better; nan = failed, worse than any number.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nassim.stats.arrays import Floats
from nassim.stats.intervals import Interval

ROOM = 4_000_000  # resampled scores held at once


def iqm(scores: Floats) -> Floats:
    """Return the interquartile mean of all scores (..., benchmarks, runs), shape (...): the mean of the middle half."""
    flat = np.where(np.isnan(scores), np.inf, scores).reshape(*scores.shape[:-2], -1)
    cut = flat.shape[-1] // 4
    middle = np.partition(flat, [cut, flat.shape[-1] - cut - 1], axis=-1)[..., cut : flat.shape[-1] - cut]
    return np.asarray(middle.mean(axis=-1))


def profile(scores: Floats, thresholds: Floats) -> Floats:
    """Return the share of (benchmark, run) pairs with a score of at most each threshold, (..., thresholds).

    Args:
        scores: (..., benchmarks, runs).
        thresholds: (thresholds,) increasing.
    """
    ordered = np.sort(np.where(np.isnan(scores), np.inf, scores).reshape(-1, scores.shape[-2] * scores.shape[-1]))
    shares = np.stack([np.searchsorted(row, thresholds, side="right") for row in ordered]) / ordered.shape[1]
    return np.asarray(shares.reshape(*scores.shape[:-2], thresholds.size))


def stratified_interval(
    statistic: Callable[[Floats], Floats],
    scores: Floats,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """Return a statistic of scores and its percentile interval, resampling runs per benchmark.

    Args:
        statistic: Takes an array (..., benchmarks, runs), and returns (..., columns) or (...).
        scores: (benchmarks, runs).
        confidence: Of the interval.
        resamples: How many.
        seed: Of the resamples.
    """
    generator, rows = np.random.default_rng([seed, 0]), np.arange(len(scores))[:, None]
    together = max(1, ROOM // scores.size)

    def of_drawn(count: int) -> Floats:
        places = generator.integers(scores.shape[1], size=(count, *scores.shape), dtype=np.int32)
        return statistic(scores[rows, places])

    parts = [of_drawn(count) for count in np.diff([*range(0, resamples, together), resamples]).tolist()]
    tails = [0.5 - confidence / 2, 0.5 + confidence / 2]
    # Not linear between neighbours: a failed half of all runs makes them infinite.
    low, high = np.quantile(np.concatenate(parts), tails, axis=0, method="inverted_cdf")
    return Interval(np.asarray(statistic(scores)), np.asarray(low), np.asarray(high))
