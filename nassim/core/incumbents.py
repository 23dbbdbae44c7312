"""Incumbents: which of its evaluations each run would hand in after each event, by what it was told. -1 = none yet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Floats


def lowest_events(counted: Floats, epochs: Floats | None) -> NDArray[np.intp]:
    """Return the event of the lowest error so far among those trained furthest so far, (runs, events); first of equals.

    Args:
        counted: (runs, events) errors, inf = it cannot be handed in.
        epochs: (runs, events) for how many epochs each was trained; None = all alike.
    """
    if epochs is None:
        return latest(_improves(counted))
    trained = np.where(counted < np.inf, epochs, -1)
    incumbent = np.full(counted.shape, -1)
    for level in np.unique(trained[trained >= 0]):  # who was trained further takes the place of all before
        best = latest(_improves(np.where(trained == level, counted, np.inf)))
        incumbent = np.where(best >= 0, best, incumbent)
    return incumbent


def chosen_events(noted: Floats, counted: Floats) -> NDArray[np.intp]:
    """Return the event that the strategy itself chose, (runs, events); -1 also where it is one that failed.

    Args:
        noted: (runs, events) its choice after each event, nan = it made none.
        counted: (runs, events) errors, inf = it cannot be handed in.
    """
    at = np.maximum(latest(~np.isnan(noted)), 0)  # after the end of a run it stays
    chosen = np.nan_to_num(np.take_along_axis(noted, at, axis=1), nan=-1).astype(np.intp)
    failed = ~np.isfinite(np.take_along_axis(counted, np.maximum(chosen, 0), axis=1))
    return np.where(failed, -1, chosen)


def latest(which: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the latest event of those marked (runs, events), at every event."""
    return np.maximum.accumulate(np.where(which, np.arange(which.shape[1]), -1), axis=1)


def _improves(error: Floats) -> NDArray[np.bool_]:
    """Return which errors (runs, events) are lower than all before."""
    before = np.full((len(error), 1), np.inf)
    improves: NDArray[np.bool_] = error < np.minimum.accumulate(np.concatenate([before, error], axis=1), axis=1)[:, :-1]
    return improves
