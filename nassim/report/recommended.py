"""The set that each run recommends of several objectives: chosen by what the run was told, after every event.

all-trained       what nothing dominates of all that it trained within the limits
final-population  what nothing dominates of the strategy's population of the moment, within the limits
a number          so many of all-trained, chosen greedily by hypervolume, see stats/subsets.py
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nassim.core.arrays import Flags, Floats
from nassim.core.dominance import non_dominated
from nassim.core.hashing import hash_archs
from nassim.core.policies import RecommendedSet
from nassim.core.set_changes import Change, front_changes, stay_changes
from nassim.core.trace import Trace
from nassim.stats.subsets import greedy_subsets


def recommended(trace: Trace) -> Iterator[Change]:
    """Yield the sets that runs recommend, whenever what they are chosen from changes."""
    named, values = set_of(trace), trace.candidates()
    if named == "final-population":
        for change in stay_changes(*trace.population_stays()):
            points = change.of(values)
            kept = non_dominated(points) & ~np.isnan(points).any(axis=2)
            yield change._replace(members=np.where(kept, change.members, -1))
        return
    values[_told_again(trace, values)] = np.nan
    for change in front_changes(values):
        if isinstance(named, int):
            chosen = greedy_subsets(change.of(values), named)
            yield change._replace(members=np.where(chosen, change.members, -1))
        else:
            yield change


def final_sets(trace: Trace) -> Flags:
    """Return which answers each run recommends at its end, (runs, events)."""
    found = np.zeros(trace.error.shape, dtype=np.bool_)
    for change in recommended(trace):
        row, place = np.nonzero(change.members >= 0)
        found[change.rows] = False
        found[change.rows[row], change.members[row, place]] = True
    return found


def set_of(trace: Trace) -> RecommendedSet:
    """Return which set runs recommend, as the policy names it."""
    return trace.provenance.get("recommended_set", "all-trained")


def _told_again(trace: Trace, values: Floats) -> Flags:
    """Return which answers say of an architecture what the run's answer before on it has said, (runs, events)."""
    runs, events, genes = trace.archs.shape
    hashes = hash_archs(trace.archs.reshape(-1, genes)).reshape(runs, events)
    order = np.argsort(hashes, axis=1, kind="stable")
    ordered, told = np.take_along_axis(hashes, order, axis=1), np.take_along_axis(values, order[:, :, None], axis=1)
    same = np.zeros((runs, events), dtype=np.bool_)
    same[:, 1:] = (ordered[:, 1:] == ordered[:, :-1]) & (told[:, 1:] == told[:, :-1]).all(axis=2)
    again = np.empty_like(same)
    np.put_along_axis(again, order, same, axis=1)
    return again
