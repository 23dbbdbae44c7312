"""How many runs are needed to see a difference? Asked of a pilot study, before the whole one is run."""

from __future__ import annotations

import math

import numpy as np

from nassim.stats.arrays import Floats


def runs_needed(differences: Floats, shift: float, *, power: float = 0.8, level: float = 0.05) -> float:
    """Return how many paired runs let the two-sided signed-rank test see a difference of `shift`; inf = no number.

    Noether (1987, doi:10.1080/01621459.1987.10478478): n = (z + z')^2 / (3 (p - 1/2)^2), where p is the probability
    that the sum of two shifted differences is positive, here counted over all pairs of the pilot's. It is made for
    small differences; for large ones it asks for more than are needed.

    Args:
        differences: (n,) of a pilot's paired runs; only how they scatter around their median counts.
        shift: The difference that should be seen, in their unit.
        power: How often it should be seen.
        level: Of the test.
    """
    from scipy.special import ndtri

    scatter = np.sort(differences - np.median(differences)) + abs(shift)
    below, level_with = (np.searchsorted(scatter, -scatter, side=side) for side in ("left", "right"))
    positive = 1 - (below + level_with).mean() / 2 / scatter.size
    if positive <= 0.5:  # noqa: PLR2004 - a half is no difference
        return math.inf
    found = (ndtri(1 - level / 2) + ndtri(power)) ** 2 / (3 * (positive - 0.5) ** 2)
    return float(math.ceil(found))
