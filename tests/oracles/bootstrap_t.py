"""The bootstrap-t interval of a mean, from resamples written out (Efron and Tibshirani, 1993, section 12.5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy.stats import t


def bootstrap_t(values: Sequence[float], resamples: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return both limits; nan where more resamples than a tail holds hardly scatter."""
    sample = np.asarray(values, dtype=float)
    if np.ptp(sample) == 0:
        return float(sample[0]), float(sample[0])
    drawn = sample[draws(sample.size, resamples)]
    ahead = drawn.mean(axis=1) - sample.mean()
    alike = drawn.var(axis=1) < 1e-3 * sample.var()
    far = np.where(np.abs(ahead) > 1e-9 * sample.std(), np.copysign(np.inf, ahead), 0.0)
    student_ = np.where(alike, far, ahead / np.where(alike, 1, drawn.std(axis=1)))
    ordered = sorted(student_.tolist())
    low, high = (sample.mean() - sample.std() * _quantile(ordered, 0.5 + sign * confidence / 2) for sign in (1, -1))
    if not (math.isfinite(low) and math.isfinite(high)):
        return math.nan, math.nan
    return (max(low, 0.0) if sample.min() >= 0 else low), high


@cache
def draws(runs: int, resamples: int) -> np.ndarray:
    """Return which runs each resample draws."""
    generator = np.random.default_rng(0)
    return np.array([generator.integers(runs, size=runs) for _ in range(resamples)])


def student(values: Sequence[float]) -> float:
    """Return half the width of Student's interval."""
    return float(t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / math.sqrt(len(values)))


def _quantile(ordered: list[float], level: float) -> float:
    place = level * (len(ordered) - 1)
    below, above = ordered[int(place)], ordered[min(int(place) + 1, len(ordered) - 1)]
    if math.isinf(below) or math.isinf(above):
        return math.inf
    return below + (place - int(place)) * (above - below)
