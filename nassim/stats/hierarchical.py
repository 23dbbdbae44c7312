"""Means over benchmarks and runs, with an interval for other benchmarks too (Davison and Hinkley, 1997, sec. 3.8)."""

from __future__ import annotations

import numpy as np

from nassim.stats.arrays import Floats
from nassim.stats.intervals import Interval


def hierarchical_interval(
    values: Floats, *, confidence: float = 0.95, resamples: int = 2000, seed: int = 0
) -> Interval:
    """Return the mean over benchmarks and runs of each column, and its percentile interval, each of shape (columns,).

    Benchmarks are resampled, and runs within each, so that the interval tells what other benchmarks of their kind might
    say. One benchmark says nothing about others: the interval is nan. Of few benchmarks it is too narrow, as every
    bootstrap of few is.

    Args:
        values: (benchmarks, runs, columns) without nan.
        confidence: Of the interval.
        resamples: How many.
        seed: Of the resamples.
    """
    benchmarks, _, columns = values.shape
    mean = values.mean(axis=(0, 1))
    if benchmarks == 1:
        return Interval(mean, np.full(columns, np.nan), np.full(columns, np.nan))
    means = np.stack([_resampled(one, resamples, [seed, place]) for place, one in enumerate(values)])
    generator = np.random.default_rng(seed)
    drawn = generator.integers(benchmarks, size=(resamples, benchmarks))
    # A benchmark that is drawn twice brings other runs each time.
    which = (np.arange(resamples)[:, None] + np.arange(benchmarks) * resamples // benchmarks) % resamples
    found = means[drawn, which].mean(axis=1)
    low, high = np.quantile(found, [0.5 - confidence / 2, 0.5 + confidence / 2], axis=0)
    return Interval(mean, np.minimum(low, mean), np.maximum(high, mean))


def _resampled(values: Floats, resamples: int, seed: list[int]) -> Floats:
    """Return means (resamples, columns) of resampled rows of values (runs, columns)."""
    runs = len(values)
    generator = np.random.default_rng(seed)
    weights = generator.multinomial(runs, np.full(runs, 1 / runs), size=resamples)
    means: Floats = weights @ values / runs
    return means
