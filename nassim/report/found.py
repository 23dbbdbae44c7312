"""What each run found under several objectives or limits, at its end: every indicator of a table, a number per run.

Those of sets are of what the run recommends, on the scale of `indicators.Scale`, by the error on the report split. That
a run met nothing within the limits is said apart: it has no set, and then no quality either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Flags, Floats
from nassim.core.hashing import hash_archs
from nassim.core.trace import Trace
from nassim.report.indicators import WHOLE, Scale
from nassim.report.recommended import final_sets
from nassim.stats.pareto import additive_epsilon, hypervolume, igd_plus, r2, share_found

Indicator = Callable[[Floats, Floats], float]
TWO = 2  # objectives, of which the exact R2 is


class Meaning(NamedTuple):
    """How an indicator is read."""

    title: str  # of a column
    says: str  # what it is, in a part of a sentence
    better: Literal["lower", "higher"] | None = "higher"  # None = neither
    share: bool = False  # whether each run has it or not


@dataclass(frozen=True, eq=False)
class Indicators:
    """Of each run, (runs,); nan = it has none, or it is not known here."""

    success: Annotated[Floats, Meaning("success", "share of runs that met anything within the limits", share=True)]
    hands_in_feasible: Annotated[
        Floats, Meaning("keeps limits", "share of runs whose handed-in network keeps the limits", share=True)
    ]
    feasible_error: Annotated[
        Floats,
        Meaning("feasible error", "error on the report split of the lowest seen error within the limits", "lower"),
    ]
    hypervolume: Annotated[Floats, Meaning("hypervolume (%)", "of the recommended set")]
    igd_plus: Annotated[Floats, Meaning("IGD+", "how far the set is behind the exact front on average", "lower")]
    epsilon: Annotated[Floats, Meaning("epsilon", "additive, what the set lacks to attain the exact front", "lower")]
    r2: Annotated[Floats, Meaning("R2", "exact, of two objectives, from what is 0 on the scale", "lower")]
    front_points: Annotated[Floats, Meaning("front: points", "share of the exact front's points in the set")]
    front_cells: Annotated[Floats, Meaning("front: cells", "share of its architectures in the set")]
    front_networks: Annotated[Floats, Meaning("front: networks", "share of its networks, isomorphic ones alike")]
    set_size: Annotated[Floats, Meaning("set size", "architectures in the set", None)]
    distinct_cells: Annotated[Floats, Meaning("distinct cells", "different architectures that a run trained", None)]


MEANINGS: dict[str, Meaning] = {
    name: hint.__metadata__[0] for name, hint in get_type_hints(Indicators, include_extras=True).items()
}


def indicators_of(trace: Trace, incumbent: NDArray[np.intp]) -> Indicators:
    """Return the indicators of each run, where it has several objectives or limits; `incumbent` is the trace's."""
    runs, feasible, true = np.arange(len(trace.runs)), trace.feasible(), trace.feasible(true=True)
    end = incumbent[runs, np.maximum(trace.lengths, 1) - 1]
    kept = np.where(end < 0, False, true[runs, np.maximum(end, 0)])
    lowest = np.where(feasible, trace.error, np.inf).argmin(axis=1)[:, None]
    error = np.take_along_axis(np.where(feasible & true, trace.truth, np.nan), lowest, axis=1)[:, 0]
    met = np.asarray(true.any(axis=1))
    known: dict[str, Floats] = {
        "feasible_error": error,
        "distinct_cells": _distinct(trace, np.asarray(~np.isnan(trace.seconds))).astype(np.float64),
    }
    if trace.provenance.get("limits"):
        known |= {"success": met.astype(np.float64), "hands_in_feasible": kept.astype(np.float64)}
    if len(trace.objective_names) > 1:
        known |= _of_sets(trace, final_sets(trace))
    nothing = np.full(len(runs), np.nan)
    return Indicators(**{name: np.asarray(known.get(name, nothing)) for name in MEANINGS})


def _of_sets(trace: Trace, sets: Flags) -> dict[str, Floats]:
    """Return the indicators of the sets that runs recommend, (runs, events)."""
    scale = Scale.of(trace)
    values = scale.values(trace)
    points = [own[members] for own, members in zip(values, sets, strict=True)]
    size = _distinct(trace, sets).astype(np.float64)
    found = {"set_size": size, "hypervolume": WHOLE * _each(points, hypervolume, np.ones(values.shape[2]))}
    if scale.front is not None and len(scale.front):
        found |= {"igd_plus": _each(points, igd_plus, scale.front)}
        found |= {"epsilon": _each(points, additive_epsilon, scale.front)}
        found |= _shares(trace, sets)
    if values.shape[2] == TWO:
        found["r2"] = _each(points, r2, np.zeros(TWO))
    return {name: np.where(size > 0, numbers, np.nan) for name, numbers in found.items()}


def _each(points: list[Floats], indicator: Indicator, against: Floats) -> Floats:
    """Return an indicator of each run's points (n, k) against a point or a front."""
    return np.array([indicator(own, against) for own in points])


def _distinct(trace: Trace, which: Flags) -> NDArray[np.intp]:
    """Return how many different architectures are among some answers (runs, events) of each run, (runs,)."""
    return np.array([len(np.unique(hash_archs(own[marked]))) for own, marked in zip(trace.archs, which, strict=True)])


def _shares(trace: Trace, sets: Flags) -> dict[str, Floats]:
    """Return which shares of the exact front's points, architectures and networks are in each run's set."""
    networks = trace.provenance["reference"]["networks"]
    if networks is None:
        return {}
    points, numbers = np.array(networks["points"]), np.array(networks["numbers"])
    places = list(_places(trace.archs, sets, np.array(networks["archs"], dtype=trace.archs.dtype)))
    return {
        "front_points": share_found([points[own] for own in places], points[points >= 0]),
        "front_cells": share_found(places, np.flatnonzero(points >= 0)),
        "front_networks": share_found([numbers[own] for own in places], numbers),
    }


def _places(archs: Archs, sets: Flags, known: Archs) -> Iterator[NDArray[np.intp]]:
    """Yield of each run's set which of some known architectures (n, genes) are in it, by their places."""
    hashes = hash_archs(known)
    order = np.argsort(hashes)
    for own, members in zip(archs, sets, strict=True):
        asked = hash_archs(own[members])
        place = order[np.minimum(np.searchsorted(hashes, asked, sorter=order), len(order) - 1)]
        yield place[hashes[place] == asked]
