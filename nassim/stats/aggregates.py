"""One strategy over many benchmarks and runs (Agarwal et al., 2021, Deep RL at the Edge of the Statistical Precipice).

Scores are (benchmarks, runs) on a scale that the benchmarks share, such as regret over that of random search; lower
is better; nan = failed, worse than any number.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nassim.stats.intervals import Floats, Interval
from nassim.stats.paired import a12

ROOM = 4_000_000  # resampled scores held at once


def iqm(scores: Floats) -> Floats:
    """Return the interquartile mean of all scores (..., benchmarks, runs), shape (...): the mean of the middle half."""
    flat = np.where(np.isnan(scores), np.inf, scores).reshape(*scores.shape[:-2], -1)
    cut = flat.shape[-1] // 4
    middle = np.partition(flat, [cut, flat.shape[-1] - cut - 1], axis=-1)[..., cut : flat.shape[-1] - cut]
    return np.asarray(middle.mean(axis=-1))


def profile(scores: Floats, thresholds: Floats) -> Floats:
    """Return the share of (benchmark, run) pairs with a score of at most each threshold, (..., thresholds).

    scores  (..., benchmarks, runs); thresholds  (thresholds,) increasing
    """
    ordered = np.sort(np.where(np.isnan(scores), np.inf, scores).reshape(-1, scores.shape[-2] * scores.shape[-1]))
    shares = np.stack([np.searchsorted(row, thresholds, side="right") for row in ordered]) / ordered.shape[1]
    return np.asarray(shares.reshape(*scores.shape[:-2], thresholds.size))


def probability_of_improvement(scores: Floats, others: Floats) -> Floats:
    """Return the probability that a run scores lower than one of the others, mean over benchmarks; ties count half.

    Both (..., benchmarks, runs); the result is of shape (...).
    """
    lead = scores.shape[:-2]
    pairs = zip(scores.reshape(-1, *scores.shape[-2:]), others.reshape(-1, *others.shape[-2:]), strict=True)
    means = [np.mean([a12(other, mine) for mine, other in zip(*pair, strict=True)]) for pair in pairs]
    return np.array(means).reshape(lead)


def stratified_interval(
    statistic: Callable[..., Floats],
    *scores: Floats,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """Return a statistic of scores (benchmarks, runs) and its percentile interval, resampling runs per benchmark.

    statistic  takes arrays (..., benchmarks, runs), one for each of `scores`, and returns (..., columns) or (...)
    scores     each with the same number of benchmarks; each is resampled independently
    """
    generators = [np.random.default_rng([seed, place]) for place in range(len(scores))]
    together = max(1, ROOM // sum(score.size for score in scores))
    parts = [
        statistic(*(_resampled(score, count, draw) for score, draw in zip(scores, generators, strict=True)))
        for count in np.diff([*range(0, resamples, together), resamples]).tolist()
    ]
    tails = [0.5 - confidence / 2, 0.5 + confidence / 2]
    # Not linear between neighbours: a failed half of all runs makes them infinite.
    low, high = np.quantile(np.concatenate(parts), tails, axis=0, method="inverted_cdf")
    return Interval(np.asarray(statistic(*scores)), np.asarray(low), np.asarray(high))


def _resampled(scores: Floats, count: int, generator: np.random.Generator) -> Floats:
    """Return `count` copies of scores, each with the runs of each benchmark drawn anew, (count, benchmarks, runs)."""
    drawn = generator.integers(scores.shape[1], size=(count, *scores.shape), dtype=np.int32)
    return np.asarray(scores[np.arange(len(scores))[:, None], drawn])
