"""The knee of a front: what a run hands in of several objectives, by what it was told.

The knee is the member of a front that is farthest from the line through its two ends, each objective scaled by the
front's range (Das, Structural Optimization 18, 1999, doi:10.1007/BF01195985, for two objectives): of these scaled
objectives it has the lowest sum, which says it for more of them too (the minimum Manhattan distance to the ideal
point: Chiu, Yen and Juan, IEEE TEVC 20, 2016, doi:10.1109/TEVC.2016.2564158).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Floats
from nassim.core.set_changes import front_changes


def knee_events(values: Floats) -> NDArray[np.intp]:
    """Return the event of the knee of each run's front after each event, (runs, events); -1 = no front yet.

    Args:
        values: Objectives (runs, events, k), as told; nan = it cannot be chosen.
    """
    found, latest = np.full(values.shape[:2], -1), np.full(values.shape[:2], -1)
    for change in front_changes(values):
        order = np.sort(change.members, axis=1)  # so that of equal ones the first is chosen
        knees = knees_of(change._replace(members=order).of(values))
        found[change.rows, change.event] = np.take_along_axis(order, knees[:, None], axis=1)[:, 0]
        latest[change.rows, change.event] = change.event
    latest = np.maximum.accumulate(latest, axis=1)
    return np.where(latest < 0, -1, np.take_along_axis(found, np.maximum(latest, 0), axis=1))


def knees_of(fronts: Floats) -> NDArray[np.intp]:
    """Return which point of each front is its knee, (m,); the first of equal ones.

    Args:
        fronts: Points (m, w, k); nan = an empty place. Each has one point at least.
    """
    low, high = np.nanmin(fronts, axis=1, keepdims=True), np.nanmax(fronts, axis=1, keepdims=True)
    distance = ((fronts - low) / np.where(high > low, high - low, 1.0)).sum(axis=2)
    return np.asarray(np.nanargmin(distance, axis=1))
