"""One strategy over many benchmarks and runs (Agarwal et al., 2021, Deep RL at the Edge of the Statistical Precipice).

Scores are (benchmarks, runs) on a scale that the benchmarks share, such as regret over that of random search; lower
is better; nan = failed, worse than any number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from nassim.stats.arrays import Floats
from nassim.stats.intervals import Interval
from nassim.stats.paired import a12

Places = NDArray[np.integer]

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

    Args:
        statistic: Takes arrays (..., benchmarks, runs), one for each of `scores`, and returns (..., columns) or (...).
        scores: Each with the same number of benchmarks; each is resampled independently.
        confidence: Of the interval.
        resamples: How many.
        seed: Of the resamples.
    """

    def of_drawn(*drawn: Places) -> Floats:
        rows = (np.arange(len(score))[:, None] for score in scores)
        return statistic(*(score[row, places] for score, row, places in zip(scores, rows, drawn, strict=True)))

    limits = _limits(of_drawn, [score.shape for score in scores], confidence, resamples, seed)
    return Interval(np.asarray(statistic(*scores)), *limits)


def improvement_interval(
    scores: Floats, others: Floats, *, confidence: float = 0.95, resamples: int = 2000, seed: int = 0
) -> Interval:
    """Return what stratified_interval(probability_of_improvement, scores, others) does, in a fifth of the time.

    What is drawn is counted along the sorted runs of the others, instead of sorting every resample.
    """
    mine, theirs = (np.where(np.isnan(both), np.inf, both) for both in (scores, others))
    order = np.argsort(theirs, axis=1)
    place = np.argsort(order, axis=1)  # of each of their runs among them
    edges = [
        (np.searchsorted(row[by], own, "left"), np.searchsorted(row[by], own, "right"))
        for row, by, own in zip(theirs, order, mine, strict=True)
    ]  # how many of them are below each of mine, and how many are below or equal

    def of_drawn(drawn: Places, other: Places) -> Floats:
        rows = zip(drawn.swapaxes(0, 1), other.swapaxes(0, 1), edges, place, strict=True)
        return np.asarray(np.mean([_share_above(one, by[two], *edge) for one, two, edge, by in rows], axis=0))

    limits = _limits(of_drawn, [mine.shape, theirs.shape], confidence, resamples, seed)
    return Interval(probability_of_improvement(scores, others), *limits)


def _share_above(mine: Places, theirs: Places, below: Places, not_above: Places) -> Floats:
    """Return the share of pairs in which one drawn of theirs is above one drawn of mine, ties half, (draws,).

    Args:
        mine: (draws, runs) drawn runs.
        theirs: (draws, others) the places of what was drawn among all of theirs, sorted.
        below: (runs,) how many of all of theirs are lower than each.
        not_above: (runs,) how many are lower or equal.
    """
    draws, count = theirs.shape
    drawn = np.bincount((np.arange(draws)[:, None] * count + theirs).ravel(), minlength=draws * count)
    lower = np.zeros((draws, count + 1), dtype=np.int32)  # how many drawn are among the lowest so many
    np.cumsum(drawn.reshape(draws, count), axis=1, out=lower[:, 1:])
    both = np.take_along_axis(lower, below[mine], axis=1) + np.take_along_axis(lower, not_above[mine], axis=1)
    return np.asarray(1 - both.sum(axis=1) / (2 * count * mine.shape[1]))


def _limits(
    of_drawn: Callable[..., Floats], shapes: Sequence[tuple[int, ...]], confidence: float, resamples: int, seed: int
) -> tuple[Floats, Floats]:
    """Return the percentile limits of a statistic of resampled runs, each of the shapes (benchmarks, runs) by itself.

    Args:
        of_drawn: Takes which runs were drawn, an array (draws, benchmarks, runs) of each.
        shapes: Of the scores, (benchmarks, runs) each.
        confidence: Of the interval.
        resamples: How many.
        seed: Of the resamples.
    """
    generators = [np.random.default_rng([seed, place]) for place in range(len(shapes))]
    together = max(1, ROOM // sum(map(math.prod, shapes)))
    parts = [
        of_drawn(
            *(
                draw.integers(shape[1], size=(count, *shape), dtype=np.int32)
                for shape, draw in zip(shapes, generators, strict=True)
            )
        )
        for count in np.diff([*range(0, resamples, together), resamples]).tolist()
    ]
    tails = [0.5 - confidence / 2, 0.5 + confidence / 2]
    # Not linear between neighbours: a failed half of all runs makes them infinite.
    low, high = np.quantile(np.concatenate(parts), tails, axis=0, method="inverted_cdf")
    return np.asarray(low), np.asarray(high)
