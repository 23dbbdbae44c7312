"""How long until a target is reached? (Hansen et al., 2021, COCO, doi:10.1080/10556788.2020.1808977)."""

from __future__ import annotations

import numpy as np

from nassim.stats.arrays import Floats

TARGETS = 40
DECADES = 3


def relative_targets(lowest: float) -> Floats:
    """Return the regrets that a benchmark of such a lowest error (> 0) sets as targets, decreasing, (TARGETS,).

    They go from the lowest error, which doubles it, to a thousandth of it, evenly spaced in their logarithm, whatever
    the unit and whoever searches.
    """
    return np.asarray(lowest * np.logspace(0, -DECADES, TARGETS))


def hitting_times(values: Floats, positions: Floats, targets: Floats) -> Floats:
    """Return when each run first held a value of at most each target, (runs, targets); inf = never.

    Args:
        values: (runs, events) what each run holds after each event, nan = nothing yet.
        positions: (runs, events) when each event completed; nan = padding.
        targets: (targets,) values to reach.
    """
    found = np.empty((len(values), targets.size))
    for column, target in enumerate(targets):
        reached = (values <= target) & ~np.isnan(positions)
        first = reached.argmax(axis=1)
        when = positions[np.arange(len(values)), first]
        found[:, column] = np.where(reached.any(axis=1), when, np.inf)
    return found


def ecdf(hits: Floats, at: Floats) -> Floats:
    """Return the share of all (run, target) pairs, hits of any shape, that were reached by each point, (points,)."""
    return np.asarray(np.searchsorted(np.sort(hits, axis=None), at, side="right") / hits.size)


def expected_running_time(hits: Floats, spent: Floats) -> Floats:
    """Return the expected time to reach each target when a failing run is followed by another, (targets,).

    The sum over runs of the time before success, or all of it, over the number of successes; inf = nobody got there.

    Args:
        hits: (runs, targets) of hitting_times.
        spent: (runs,) the whole time of each run.
    """
    used, reached = np.minimum(hits, spent[:, None]).sum(axis=0), np.isfinite(hits).sum(axis=0)
    return np.asarray(np.divide(used, reached, out=np.full(reached.shape, np.inf), where=reached > 0))
