"""The knee of a front: what a run hands in of several objectives, by what it was told.

The knee is the member of a front that is farthest from the line through its two ends, each objective scaled by the
front's range (Das, Structural Optimization 18, 1999, doi:10.1007/BF01195985, for two objectives): of these scaled
objectives it has the lowest sum, which says it for more of them too (the minimum Manhattan distance to the ideal
point: Chiu, Yen and Juan, IEEE TEVC 20, 2016, doi:10.1109/TEVC.2016.2564158).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Flags, Floats
from nassim.core.stays import front_stays


def knee_events(values: Floats) -> NDArray[np.intp]:
    """Return the event of the knee of each run's front after each event, (runs, events); -1 = no front yet.

    Args:
        values: Objectives (runs, events, k), as told; nan = it cannot be chosen.
    """
    stays = front_stays(values)
    found = np.full(values.shape[:2], -1)
    for run, own in enumerate(values):
        at, members, inside = stays.states(run)
        if at.size:
            knees = members[knees_of(own[members], inside)]
            latest = np.searchsorted(at, np.arange(at[0], len(own)), side="right") - 1
            found[run, at[0] :] = knees[latest]
    return found


def knees_of(values: Floats, inside: Flags) -> NDArray[np.intp]:
    """Return which of some points (n, k) is the knee of each front, (s,); the first of equal ones.

    Args:
        values: The points.
        inside: Which of them are each front, (s, n), one at least.
    """
    among = inside[:, :, None]
    low = np.where(among, values, np.inf).min(axis=1, keepdims=True)
    high = np.where(among, values, -np.inf).max(axis=1, keepdims=True)
    distance = ((values - low) / np.where(high > low, high - low, 1.0)).sum(axis=2)
    return np.asarray(np.where(inside, distance, np.inf).argmin(axis=1))
