"""Stays: from which of a run's events until which each of its answers belongs to a set, such as the front so far.

So a set is known after every event of every run, at two numbers per answer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nassim.core.arrays import Flags, Floats, Ints
from nassim.core.dominance import dominates
from nassim.core.growing import grown

ROOM = 8  # members of a front at first


class Stays(NamedTuple):
    """When each answer was in a set; the number of events stands for never."""

    entered: Ints  # (runs, events) the first event after which it was
    left: Ints  # (runs, events) the first after that after which it was no longer

    def states(self, run: int) -> States:
        """Return how the set of one run went."""
        entered, left = self.entered[run], self.left[run]
        members = np.flatnonzero(entered < entered.size)
        at = np.unique(np.concatenate([entered[members], left[members]]))
        at = at[at < entered.size]
        return States(at, members, (entered[members] <= at[:, None]) & (at[:, None] < left[members]))

    def last(self, lengths: Ints) -> Flags:
        """Return which answers are in the set after the last of so many events of each run, (runs, events)."""
        end = lengths[:, None] - 1
        return (self.entered <= end) & (end < self.left)


class States(NamedTuple):
    """A set of one run, whenever it changes."""

    at: Ints  # (s,) after which events, increasing
    members: Ints  # (n,) the answers that ever were in it, increasing
    inside: Flags  # (s, n) which of them are in it then


def front_stays(values: Floats) -> Stays:
    """Return when each answer was one that no other answer so far dominates; of equal ones all.

    Args:
        values: Objectives (runs, events, k), each lower is better; what has a nan never is in a front.
    """
    runs, events, objectives = values.shape
    entered, left = np.full((runs, events), events), np.full((runs, events), events)
    held, points = np.full((runs, ROOM), -1), np.full((runs, ROOM, objectives), np.inf)  # the fronts; -1 = no member
    for event in range(events):
        point = values[:, event, None]
        fresh = ~np.isnan(point).any(axis=(1, 2)) & ~dominates(points, point).any(axis=1)
        rows = np.flatnonzero(fresh)
        if not rows.size:
            continue
        beaten = dominates(point[rows], points[rows]) & (held[rows] >= 0)
        run, place = rows[beaten.nonzero()[0]], beaten.nonzero()[1]
        left[run, held[run, place]], held[run, place], points[run, place] = event, -1, np.inf
        if (held[rows] >= 0).all(axis=1).any():
            held, points = grown(held, held.shape[1], -1), grown(points, held.shape[1], np.inf)
        place = (held[rows] < 0).argmax(axis=1)
        held[rows, place], points[rows, place], entered[rows, event] = event, point[rows, 0], event
    return Stays(entered, left)


def fronts_within(values: Floats, inside: Flags) -> Flags:
    """Return which members of each state of a set no other member of the same state dominates, (s, n).

    Args:
        values: Objectives of all that ever were members, (n, k); what has a nan never is.
        inside: Which are members then, (s, n).
    """
    whole = np.asarray(~np.isnan(values).any(axis=1))
    beaten = dominates(values[:, None], values[None]) & whole[:, None]  # (n, n): by the first, the second
    kept: Flags = inside & whole & ~(inside.astype(np.float32) @ beaten.astype(np.float32) > 0)
    return kept
