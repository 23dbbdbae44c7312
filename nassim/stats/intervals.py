"""Confidence intervals of means over runs, also of skewed ones, and the cases in which there can be none.

Regrets of searches are skewed: most runs end well, few end badly, and what is bad may be far. An interval by the
bootstrap-t (Efron, 1982, The Jackknife, the Bootstrap and Other Resampling Plans; Hall, 1988,
doi:10.1214/aos/1176350933) follows the skewness that a sample shows. What a sample does not show, no interval can:
where few runs could hide bad ones that others have met, there is none. `perf/coverage.py` measures how often intervals
hold the mean, of this method and of others.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.stats.arrays import Floats, Singles

HIDDEN = 2  # runs as bad as the worst that a sample may have missed: with so many expected, e^-2 = 14 % show none
FLAT = 1e-3  # of a column's variance: a resample below it says nothing of how far runs scatter


class Interval(NamedTuple):
    """A mean and the interval that holds the true mean with the confidence asked for; nan = too few runs for one."""

    mean: Floats
    low: Floats
    high: Floats


def mean_interval(
    values: Floats,
    worst: float | Floats = -np.inf,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """Return the mean over runs of each column and its bootstrap-t interval, each of shape (columns,).

    There is none either of fewer than two runs, and where more than a fortieth of the resamples are almost one value
    again and again. An interval of values that are never negative does not begin below 0. All columns share the
    resampled runs, drawn from `seed`, so results do not depend on which columns are asked for together.

    Args:
        values: (runs, columns); a column with a nan gives nan.
        worst: What a run can come to, as others have shown, of all columns or of each (columns,). Two runs as bad as
            that, or as the worst of the column, must leave the mean within Student's interval; otherwise there is no
            interval, however alike the runs are.
        confidence: Of the interval.
        resamples: How many.
        seed: Of the resamples.
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
    spread = np.sqrt(np.square(deviations).mean(axis=0))
    low, high = mean - spread * _student(
        deviations, spread, (0.5 + confidence / 2, 0.5 - confidence / 2), resamples, seed
    )
    low = np.where((values >= 0).all(axis=0), np.maximum(low, 0), low)
    few = ~np.isfinite(low + high) | _hides(values, mean, spread, worst, confidence)
    low, high = (np.where(few, np.nan, np.where(constant, mean, limit)) for limit in (low, high))
    return Interval(mean, low, high)


def share_interval(successes: int, runs: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of a probability, of which so many runs were a success: exact, after Clopper and Pearson.

    Biometrika 26, 1934, doi:10.1093/biomet/26.4.404. nan without a run.
    """
    from scipy.special import betaincinv

    if not runs:
        return np.nan, np.nan
    level = (1 - confidence) / 2
    low = float(betaincinv(successes, runs - successes + 1, level)) if successes else 0.0
    high = float(betaincinv(successes + 1, runs - successes, 1 - level)) if successes < runs else 1.0
    return low, high


def _hides(values: Floats, mean: Floats, spread: Floats, worst: float | Floats, confidence: float) -> NDArray[np.bool_]:
    """Return in which columns runs as bad as the worst would move the mean beyond Student's interval."""
    from scipy.special import stdtrit

    runs = len(values)
    reach = float(stdtrit(runs - 1, 0.5 + confidence / 2)) * spread / np.sqrt(runs - 1)
    bad = np.maximum(values.max(axis=0), worst) - mean
    return np.asarray((worst > -np.inf) & (HIDDEN * bad > reach * runs))


@lru_cache(maxsize=2)
def _weights(runs: int, resamples: int, seed: int) -> Singles:
    """Return how often each resample drew each run, over the number of runs, shape (resamples, runs)."""
    generator = np.random.default_rng(seed)
    weights = np.empty((resamples, runs), dtype=np.float32)
    for row in weights:
        row[:] = np.bincount(generator.integers(runs, size=runs), minlength=runs)
    weights /= np.float32(runs)
    return weights


def _student(deviations: Floats, spread: Floats, levels: tuple[float, float], resamples: int, seed: int) -> Floats:
    """Return quantiles of each column's studentized resampled means, (levels, columns); infinite = unknown.

    Args:
        deviations: (runs, columns) from the mean of each column.
        spread: (columns,) their root mean square.
        levels: The quantiles asked for.
        resamples: How many.
        seed: Of the resamples.
    """
    scaled = np.divide(deviations, spread, out=np.zeros_like(deviations), where=spread > 0).T.astype(np.float32)
    weights = _weights(len(deviations), resamples, seed).T
    means = scaled @ weights  # single precision is enough: what is resampled has mean 0 and variance 1
    variance = np.square(scaled) @ weights - np.square(means)
    flat = variance < FLAT
    student = means / np.sqrt(np.where(flat, 1, variance))
    student[flat] = np.where(means[flat] == 0, 0, np.copysign(np.inf, means[flat]))
    student.sort(axis=1)
    return _quantiles(student, levels)


def _quantiles(ordered: Singles | Floats, levels: tuple[float, float]) -> Floats:
    """Return quantiles of each row of sorted values (columns, resamples), straight between neighbours."""
    found = []
    for level in levels:
        place = level * (ordered.shape[1] - 1)
        below, above = (
            ordered[:, k].astype(np.float64) for k in (int(place), min(int(place) + 1, ordered.shape[1] - 1))
        )
        with np.errstate(invalid="ignore"):  # infinite less infinite
            found.append(below + (place - int(place)) * (above - below))
    return np.array(found)
