"""How well one measurement of n things agrees with k repeated others of the same things."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.stats.arrays import Floats
from nassim.stats.intervals import Interval

RESAMPLES = 2000


class Estimate(NamedTuple):
    """A number and its 95 % interval; nan = too few to say."""

    value: float
    low: float
    high: float


def student_interval(values: Floats, confidence: float = 0.95) -> Interval:
    """Return the mean of each row of (n, k) and its interval by Student's t, each (n,).

    A nan is a missing value. One value has no interval, none has no mean.
    """
    from scipy.stats import t  # slow to import: who draws figures of other things does not wait for it

    real = ~np.isnan(values)
    count = real.sum(axis=1)
    mean = _ratio(np.where(real, values, 0.0).sum(axis=1), count, count > 0)
    square = (np.where(real, values - mean[:, None], 0.0) ** 2).sum(axis=1)
    error = np.sqrt(_ratio(square, np.maximum(count - 1, 1) * count, count > 1))
    reach = error * t.ppf(0.5 + confidence / 2, np.maximum(count - 1, 1))
    return Interval(mean, mean - reach, mean + reach)


def kendall(one: Floats, other: Floats, seed: int = 0) -> Estimate:
    """Return Kendall's tau-b of two (n,), and its bootstrap interval: n things are drawn anew with replacement."""
    if len(one) < 3 or len(set(one)) == 1 or len(set(other)) == 1:  # noqa: PLR2004  (two always agree or disagree)
        return Estimate(np.nan, np.nan, np.nan)
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(len(one), np.full(len(one), 1 / len(one)), size=RESAMPLES)
    value = _taus(np.ones((1, len(one))), one, other)
    return Estimate(float(value[0]), *_middle(_taus(drawn, one, other)))


def regret(chosen: int, values: Floats, seed: int = 0) -> Estimate:
    """Return how far the mean of row `chosen` of (n, k) lies above the lowest mean, and a bootstrap interval.

    Every mean is drawn anew with noise made of the deviations of all rows, since k is often too small to resample
    within a row. As the lowest of n noisy means lies below the lowest true one, regret is overstated.
    """
    mean, repeats = values.mean(axis=1), values.shape[1]
    found = float(mean[chosen] - mean.min())
    if repeats == 1:
        return Estimate(found, np.nan, np.nan)
    deviations = (values - mean[:, None]).ravel() * np.sqrt(repeats / (repeats - 1))
    generator = np.random.default_rng(seed)
    noise = generator.choice(deviations, size=(RESAMPLES, *values.shape)).mean(axis=2)
    drawn = mean + noise
    return Estimate(found, *_middle(drawn[:, chosen] - drawn.min(axis=1)))


def _taus(counts: Floats | NDArray[np.int64], one: Floats, other: Floats) -> Floats:
    """Return Kendall's tau-b of things that occur `counts` (m, n) times each, (m,); nan where all are alike."""
    first, second = (np.sign(values[:, None] - values) for values in (one, other))
    agree, apart, distinct = (
        ((counts @ pairs) * counts).sum(axis=1) for pairs in (first * second, first**2, second**2)
    )
    scale = np.sqrt(apart * distinct)
    taus: Floats = np.divide(agree, scale, out=np.full(len(counts), np.nan), where=scale > 0)
    return taus


def _middle(drawn: Floats) -> tuple[float, float]:
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _ratio(above: Floats, below: NDArray[np.int64], where: NDArray[np.bool_]) -> Floats:
    ratio: Floats = np.divide(above, below, out=np.full(len(above), np.nan), where=where)
    return ratio
