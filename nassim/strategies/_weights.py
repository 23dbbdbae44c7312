"""Weights of objectives, evenly spaced (Das and Dennis, SIAM Journal on Optimization 1998)."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np

from nassim.core.arrays import Floats


def even_weights(objectives: int, most: int) -> Floats:
    """Return evenly spaced weights of objectives that add up to 1, at most so many, (n, objectives)."""
    if objectives == 1:
        return np.ones((most, 1))
    parts = 1
    while comb(parts + objectives, objectives - 1) <= most:
        parts += 1
    walls = np.array(list(combinations(range(parts + objectives - 1), objectives - 1)))
    ends = np.full((len(walls), 1), -1), np.full((len(walls), 1), parts + objectives - 1)
    weights: Floats = (np.diff(np.concatenate([ends[0], walls, ends[1]], axis=1), axis=1) - 1) / parts
    return weights
