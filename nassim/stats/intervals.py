"""Bootstrap confidence intervals of means over runs (Efron and Tibshirani, 1993, An Introduction to the Bootstrap)."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """A mean and the interval that holds the true mean with the confidence asked for."""

    mean: Floats
    low: Floats
    high: Floats


def mean_interval(
    values: Floats,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
    method: Literal["bca", "percentile"] = "bca",
) -> Interval:
    """Return the mean over runs of each column and its bootstrap interval, each of shape (columns,).

    values  (runs, columns); a column with a nan gives nan. Fewer than two runs have a mean but no interval.
    method  percentile, or bca: corrected for bias and acceleration (Efron, 1987, doi:10.1080/01621459.1987.10478410),
            whose acceleration is known in closed form for a mean

    All columns share the resampled runs, drawn from `seed`, so results do not depend on which columns are asked
    for together.
    """
    runs = len(values)
    if not runs:
        nothing = np.full(values.shape[1], np.nan)
        return Interval(nothing, nothing, nothing)
    constant = (values == values[0]).all(axis=0)
    mean = np.where(constant, values[0], values.mean(axis=0))
    if runs == 1:
        return Interval(mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan))
    deviations = values - mean
    # Resampled deviations need few digits, so single precision halves the time.
    means = deviations.T.astype(np.float32) @ _weights(runs, resamples, seed).T
    means.sort(axis=1)
    tails = np.array([[0.5 - confidence / 2], [0.5 + confidence / 2]])
    levels = np.broadcast_to(tails, (2, mean.size)) if method == "percentile" else _bca(deviations, means, tails)
    low, high = mean + _quantiles(means, levels)
    return Interval(mean, np.where(constant, mean, low), np.where(constant, mean, high))


@lru_cache(maxsize=2)
def _weights(runs: int, resamples: int, seed: int) -> NDArray[np.float32]:
    """Return how often each resample drew each run, over the number of runs, shape (resamples, runs)."""
    generator = np.random.default_rng(seed)
    weights = np.empty((resamples, runs), dtype=np.float32)
    for row in weights:
        row[:] = np.bincount(generator.integers(runs, size=runs), minlength=runs)
    weights /= np.float32(runs)
    return weights


def _bca(deviations: Floats, means: NDArray[np.float32], tails: Floats) -> Floats:
    """Return the levels (2, columns) at which BCa reads the sorted resampled means (columns, resamples)."""
    from scipy.special import ndtr, ndtri

    share = (means < 0).mean(axis=1) / 2 + (means <= 0).mean(axis=1) / 2
    edge = 0.5 / means.shape[1]
    bias = ndtri(share.clip(edge, 1 - edge))
    spread = np.square(deviations).sum(axis=0) ** 1.5
    skew = (deviations**3).sum(axis=0)
    acceleration = np.divide(skew, 6 * spread, out=np.zeros_like(skew), where=spread > 0)
    shifted = bias + ndtri(tails)
    levels: Floats = ndtr(bias + shifted / (1 - acceleration * shifted))
    return levels


def _quantiles(means: NDArray[np.float32], levels: Floats) -> Floats:
    """Return the quantiles at `levels` (2, columns) of each row of sorted means (columns, resamples)."""
    position = np.nan_to_num(levels) * (means.shape[1] - 1)
    below = position.astype(np.intp)
    above = np.minimum(below + 1, means.shape[1] - 1)
    at = np.take_along_axis(means, below.T, axis=1).T.astype(np.float64)
    return np.asarray(at + (position - below) * (np.take_along_axis(means, above.T, axis=1).T - at))
