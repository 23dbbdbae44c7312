"""What the sets that searches for several objectives recommend come to: hypervolume after every event, and at the end.

Each objective is scaled by what the trace keeps as 0 and as the reference point, 1, which are fixed before any search
begins. A set is chosen by what the run was told; the error that counts is that on the report split.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Floats
from nassim.core.errors import DataError
from nassim.core.provenance import Reference
from nassim.core.trace import Trace
from nassim.report.recommended import final_sets, recommended
from nassim.stats.pareto import hypervolume, hypervolumes, non_dominated, scaled

HYPERVOLUME = "% hypervolume"  # the unit: hundredths of the box between what is 0 and the reference point
WHOLE = 100.0


class Scale(NamedTuple):
    """By what objectives are scaled, (k,) each, and the exact front on that scale, (n, k); None = unknown."""

    ideal: Floats
    point: Floats
    front: Floats | None

    @classmethod
    def of(cls, trace: Trace) -> Scale:
        """Return that of a trace."""
        reference = reference_in(trace)
        ideal, point = (np.array(reference[name], dtype=np.float64) for name in ("ideal", "point"))
        front = reference["front"]
        points = None if front is None else np.array(front, dtype=np.float64).reshape(-1, len(ideal))
        return cls(ideal, point, None if points is None else scaled(points, ideal, point))

    def values(self, trace: Trace) -> Floats:
        """Return the objectives of all evaluations on this scale, (runs, events, k), as the report split has them.

        nan = it misses a limit, or was not trained.
        """
        return scaled(judged(trace), self.ideal, self.point)


def hypervolume_regret(trace: Trace) -> Floats:
    """Return by how much hypervolume each run's set is behind the exact front after each event, (runs, events).

    Where the front is not known, the hypervolume itself, with a minus. In percent of the whole box; nan = the set is
    empty.
    """
    scale = Scale.of(trace)
    values, corner = scale.values(trace), np.ones(len(scale.ideal))
    found, latest = np.full(trace.error.shape, np.nan), np.full(trace.error.shape, -1, dtype=np.intp)
    for change in recommended(trace):
        volume = hypervolumes(change.of(values), corner)
        found[change.rows, change.event] = np.where((change.members >= 0).any(axis=1), volume, np.nan)
        latest[change.rows, change.event] = change.event
    latest = np.maximum.accumulate(latest, axis=1)
    found = np.where(latest < 0, np.nan, np.take_along_axis(found, np.maximum(latest, 0), axis=1))
    best = 0.0 if scale.front is None else hypervolume(scale.front, corner)
    within = np.arange(trace.events) < np.maximum(trace.lengths, 1)[:, None]
    return np.where(within, WHOLE * (best - found), np.nan)


def fronts(trace: Trace) -> list[Floats]:
    """Return of each run's set in the end the points that no other of it dominates (n, k), by the report split."""
    values = np.where(final_sets(trace)[:, :, None], judged(trace), np.nan)
    return [np.unique(run[non_dominated(run)], axis=0) for run in values]


def judged(trace: Trace) -> Floats:
    """Return the objectives of what keeps the limits, as the report split has both, (runs, events, k); else nan."""
    return np.where(trace.feasible(true=True)[:, :, None], trace.objectives(true=True), np.nan)


def handed_in(trace: Trace, events: NDArray[np.intp]) -> Floats:
    """Return the objectives of what each run hands in, by its event (runs,), on the report split, (runs, k)."""
    values = trace.objectives(true=True)[np.arange(len(events)), np.maximum(events, 0)]
    return np.where(events[:, None] < 0, np.nan, values)


def reference_in(trace: Trace) -> Reference:
    """Return what a trace is measured by.

    Raises:
        DataError: It does not say.
    """
    reference = trace.provenance.get("reference")
    if reference is None or "point" not in reference:
        raise DataError(
            f"{trace.provenance['benchmark']}: has no reference point for {', '.join(trace.objective_names)}; "
            "benchmarks that train live have one only where it is given in pairs, see `reference_point`"
        )
    return reference
