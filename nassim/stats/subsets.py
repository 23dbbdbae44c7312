"""Subsets of fronts: so many points, one after the other by the hypervolume that they add, of many fronts at once.

The greedy choice has (1 - 1/e) of the hypervolume of the best subset at the least (Nemhauser, Wolsey and Fisher, 1978);
of hypervolumes it is that of Guerreiro, Fonseca and Paquete (Evolutionary Computation 24, 2016,
doi:10.1162/EVCO_a_00188). Each objective is scaled by the range of its own front, and the reference point is a tenth of
that range beyond the highest, so that the ends of a front count.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nassim.stats.arrays import Floats
from nassim.stats.pareto import hypervolume

BEYOND = 1.1  # where the reference point is on the scale of a front
Flags = NDArray[np.bool_]


def greedy_subsets(fronts: Floats, size: int) -> Flags:
    """Return which points of each front are chosen, (m, w): `size`, or fewer where no other adds anything.

    Args:
        fronts: Points (m, w, k), each objective lower is better; nan = an empty place. Those of one front do not
            dominate each other.
        size: How many.
    """
    there = np.asarray(~np.isnan(fronts).any(axis=2))
    low = np.where(there[:, :, None], fronts, np.inf).min(axis=1, keepdims=True, initial=np.inf)
    high = np.where(there[:, :, None], fronts, -np.inf).max(axis=1, keepdims=True, initial=-np.inf)
    with np.errstate(invalid="ignore"):  # of fronts without a point
        points = np.where(there[:, :, None], (fronts - low) / np.where(high > low, high - low, 1.0), BEYOND)
    if fronts.shape[2] == 2:  # noqa: PLR2004  (a staircase)
        return _from_stairs(points, size) & there
    return np.array([_lazily(front, size) for front in points], dtype=np.bool_).reshape(there.shape) & there


def _from_stairs(points: Floats, size: int) -> Flags:
    """Return what is chosen of fronts (s, n, 2): a point adds what is between itself and those chosen beside it."""
    order = np.argsort(points[:, :, 0], axis=1, kind="stable")
    x, y = (np.take_along_axis(points[:, :, axis], order, axis=1) for axis in (0, 1))
    chosen, edge = np.zeros(x.shape, dtype=np.bool_), np.full((len(x), 1), BEYOND)
    for _ in range(min(size, x.shape[1])):
        left = np.minimum.accumulate(np.concatenate([edge, np.where(chosen, y, BEYOND)[:, :-1]], axis=1), axis=1)
        right = np.concatenate([np.where(chosen, x, BEYOND)[:, 1:], edge], axis=1)
        right = np.minimum.accumulate(right[:, ::-1], axis=1)[:, ::-1]
        gain = np.where(chosen, 0.0, np.maximum(right - x, 0) * np.maximum(left - y, 0))
        best, front = gain.argmax(axis=1), np.arange(len(x))
        chosen[front, best] |= gain[front, best] > 0
    found = np.zeros_like(chosen)
    np.put_along_axis(found, order, chosen, axis=1)
    return found


def _lazily(points: Floats, size: int) -> Flags:
    """Return what is chosen of a front (n, k).

    What a point adds never grows, so that one that added less than another adds now need not be asked again.
    """
    reference, chosen = np.full(points.shape[1], BEYOND), np.zeros(len(points), dtype=np.bool_)
    gains, total = np.array([hypervolume(point[None], reference) for point in points]), 0.0
    for _ in range(min(size, len(points))):
        fresh = np.zeros(len(points), dtype=np.bool_)
        while not fresh[best := int(gains.argmax())]:
            gains[best] = hypervolume(points[chosen | (np.arange(len(points)) == best)], reference) - total
            fresh[best] = True
        if not gains[best] > 0:
            break
        chosen[best], total, gains[best] = True, total + gains[best], -np.inf
    return chosen
