"""Sets of answers that change as runs go on, such as their fronts: whenever one changes, for all runs at once.

A change is an event, the runs whose set is another after it, and what is in their sets then, in no order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from nassim.core.arrays import Floats, Ids, Ints, Rows
from nassim.core.dominance import dominates
from nassim.core.growing import grown

ROOM = 8  # members of a front at first


class Change(NamedTuple):
    """What is in some runs' sets after an event."""

    event: int
    rows: Rows  # (m,)
    members: Ids  # (m, w) which of the run's answers; -1 = an empty place

    def of(self, values: Floats) -> Floats:
        """Return what the members have of values (runs, events, k), (m, w, k); nan = an empty place."""
        taken = values[self.rows[:, None], np.maximum(self.members, 0)]
        return np.where((self.members >= 0)[:, :, None], taken, np.nan)


def front_changes(values: Floats) -> Iterator[Change]:
    """Yield what no other answer so far dominates, whenever that changes; of equal answers all.

    Args:
        values: Objectives (runs, events, k), each lower is better; what has a nan never is in a front.
    """
    runs, events, objectives = values.shape
    held, points = np.full((runs, ROOM), -1), np.full((runs, ROOM, objectives), np.inf)  # -1 = an empty place
    whole = np.asarray(~np.isnan(values).any(axis=2))
    for event in range(events):
        point = values[:, event, None]
        rows = np.flatnonzero(whole[:, event] & ~dominates(points, point).any(axis=1))
        if not rows.size:
            continue
        beaten = dominates(point[rows], points[rows])
        run, place = rows[beaten.nonzero()[0]], beaten.nonzero()[1]
        held[run, place], points[run, place] = -1, np.inf
        if (held[rows] >= 0).all(axis=1).any():
            held, points = grown(held, held.shape[1], -1), grown(points, held.shape[1], np.inf)
        place = (held[rows] < 0).argmax(axis=1)
        held[rows, place], points[rows, place] = event, point[rows, 0]
        yield Change(event, rows, held[rows])


def stay_changes(entered: Ints, left: Ints) -> Iterator[Change]:
    """Yield what is in a set, whenever that changes, of the events after which each answer entered it and left it.

    Args:
        entered: (runs, events); the number of events = never.
        left: (runs, events); the same.
    """
    for event in np.unique(np.concatenate([entered, left])):
        if event < entered.shape[1]:
            rows = np.flatnonzero(((entered == event) | (left == event)).any(axis=1))
            inside = (entered[rows] <= event) & (event < left[rows])
            order = np.argsort(~inside, axis=1, kind="stable")[:, : max(1, int(inside.sum(axis=1).max()))]
            yield Change(int(event), rows, np.where(np.take_along_axis(inside, order, axis=1), order, -1))
