"""What a search for several objectives found, as one number per event: the hypervolume that it misses.

Each objective is scaled by its range over the whole space, which the trace keeps, so that the reference point, 1 in all
of them, is fixed before any search begins. The error is that on the report split, and all that a run has trained within
the limits counts.
"""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Floats
from nassim.core.errors import DataError
from nassim.core.trace import Trace
from nassim.stats.pareto import hypervolume, hypervolume_over_time, non_dominated, scaled

HYPERVOLUME = "% hypervolume"  # the unit: hundredths of the box between the lowest and the highest of each objective
WHOLE = 100.0


def hypervolume_regret(trace: Trace) -> Floats:
    """Return by how much hypervolume each run is behind the exact front after each event, (runs, events).

    Where the front is not known, the hypervolume itself, with a minus. In percent of the whole box.
    """
    low, high, front = _reference(trace)
    counted = np.where(trace.feasible(true=True)[:, :, None], trace.objectives(true=True), np.nan)
    found = hypervolume_over_time(scaled(counted, low, high), np.ones(len(low)))
    best = 0.0 if front is None else hypervolume(scaled(front, low, high), np.ones(len(low)))
    regret: Floats = WHOLE * (best - found)
    return np.where(np.arange(regret.shape[1]) < np.maximum(trace.lengths, 1)[:, None], regret, np.nan)


def fronts(trace: Trace) -> list[Floats]:
    """Return what each run found: its non-dominated points (n, k), by the error on the report split."""
    counted = np.where(trace.feasible(true=True)[:, :, None], trace.objectives(true=True), np.nan)
    return [np.unique(run[non_dominated(run)], axis=0) for run in counted]


def _reference(trace: Trace) -> tuple[Floats, Floats, Floats | None]:
    """Return the range of each objective, (k,) each, and the points of the exact front (n, k)."""
    reference = trace.provenance.get("reference")
    if reference is None:
        raise DataError(
            f"{trace.provenance['benchmark']}: has no reference for {', '.join(trace.objective_names)}; benchmarks "
            "that train live have none"
        )
    low, high = (np.array(reference[name], dtype=np.float64) for name in ("low", "high"))
    front = reference["front"]
    return low, np.where(high > low, high, low + 1.0), None if front is None else np.array(front, dtype=np.float64)
