"""Is something no worse than it was, up to a margin stated before? For two independent sets of runs."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

Verdict = Literal["no worse", "worse", "undecided"]


class Sample(NamedTuple):
    """What is kept of a set of runs."""

    n: int
    mean: float
    deviation: float  # standard deviation, with n - 1


class Shift(NamedTuple):
    """By how much one mean is above another, with a two-sided 90 % interval: 5 % on each side."""

    mean: float
    low: float
    high: float


def shift(before: Sample, after: Sample, level: float = 0.05) -> Shift:
    """Return by how much the mean rose (Welch, 1947, doi:10.1093/biomet/34.1-2.28); nan with fewer than two runs."""
    from scipy.special import stdtrit

    rise = after.mean - before.mean
    if min(before.n, after.n) < 2:  # noqa: PLR2004 - a deviation needs two
        return Shift(rise, math.nan, math.nan)
    parts = [sample.deviation**2 / sample.n for sample in (before, after)]
    variance = sum(parts)
    if not variance:
        return Shift(rise, rise, rise)
    freedom = variance**2 / sum(part**2 / (sample.n - 1) for part, sample in zip(parts, (before, after), strict=True))
    reach = float(stdtrit(freedom, 1 - level)) * math.sqrt(variance)
    return Shift(rise, rise - reach, rise + reach)


def non_inferior(found: Shift, margin: float) -> Verdict:
    """Return whether a rise is shown to be below the margin, or above it, each at the 5 % level, or neither."""
    if found.high <= margin:
        return "no worse"
    return "worse" if found.low > margin else "undecided"
