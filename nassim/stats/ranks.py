"""Ranks with ties shared: the mean of the places that the tied would have taken (midranks)."""

from __future__ import annotations

import numpy as np

from nassim.stats.arrays import Floats

DIGITS = 30  # binary: nine decimal ones, more than any error has, and far from the noise of doubles, which have 16
SMALLEST = float(np.finfo(np.float64).tiny)
EXACT = 2.0**52  # multiples of a unit beyond it have no digits below the unit


def ranks(scores: Floats) -> Floats:
    """Return the rank of each strategy among all in each run, shape (..., strategies, runs); 1 = the lowest score.

    Means over runs compare strategies on one benchmark; means of those over benchmarks compare them over all
    (Demsar, 2006, JMLR 7).

    Args:
        scores: (..., strategies, runs), paired: column r of every strategy is run r. Lower is better; nan is worse than
            any number, and ties with nan.
    """
    scores = np.where(np.isnan(scores), np.inf, scores)
    mine, other = scores[..., :, None, :], scores[..., None, :, :]
    below, level = (other < mine).sum(axis=-2), (other == mine).sum(axis=-2)
    return np.asarray(below + (level + 1) / 2)


def paired_differences(x: Floats, y: Floats) -> Floats:
    """Return x - y of paired samples (n,), rounded so that differences that are equal are so to the last bit.

    Decimal fractions have no exact doubles: 82.2 - 82.8 and 83.2 - 83.8 differ in the last digits, and ranks would take
    that for an order. Differences are whole multiples of 2^-DIGITS of what the samples typically come to. nan is larger
    than any number, and equals nan.
    """
    x, y = (np.where(np.isnan(sample), np.inf, sample) for sample in (x, y))
    difference = np.subtract(x, y, out=np.zeros(x.size), where=x != y)
    sizes = np.maximum(np.abs(x), np.abs(y))
    sizes = sizes[(sizes > 0) & np.isfinite(sizes)]
    if not sizes.size:
        return difference
    unit = max(float(np.ldexp(1.0, int(np.frexp(np.median(sizes))[1]) - DIGITS)), SMALLEST)
    whole = np.isfinite(difference) & (np.abs(difference) < unit * EXACT)
    return np.where(whole, np.rint(np.where(whole, difference, 0) / unit) * unit, difference)


def midranks(values: Floats) -> Floats:
    """Return the rank of each value among all, shape (n,); 1 = the lowest."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place.reshape(-1)]
