"""The neighbours of each run's centre, drawn one by one without putting any back."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Ids, Rows
from nassim.core.growing import grown
from nassim.core.space import Space

SCOUT = -1  # the tag of a random architecture; a neighbour's tag is the number of the centre it belongs to


class Neighbourhood:
    """Where each run is: a centre, and which of its neighbours were neither asked for nor answered yet."""

    def __init__(self, space: Space, runs: int) -> None:
        self.space = space
        self.centre = np.zeros((runs, len(space.choices)), dtype=space.dtype)
        self.number = np.full(runs, -1)  # which centre, counted from 0
        self.climb = np.zeros(runs, dtype=np.int64)  # number of the present climb's first centre
        self.left = np.zeros(runs, dtype=np.int64)  # neighbours of the centre not asked for yet
        self.due = np.zeros(runs, dtype=np.int64)  # neighbours of the centre not answered yet; 0 = it is done with
        self.hat = np.zeros((runs, 0), dtype=np.int32)  # the first `left` entries are the neighbours still to draw

    def move(self, rows: Rows, archs: Archs) -> None:
        """Make the architectures the centres."""
        if rows.size:
            self.centre[rows] = archs
            self.number[rows] += 1
            self.left[rows] = self.due[rows] = degree = self.space.degree(archs)
            missing = degree.max() - self.hat.shape[1]
            if missing > 0:
                self.hat = grown(self.hat, missing)
            self.hat[rows] = np.arange(self.hat.shape[1])

    def leave(self, rows: Rows) -> None:
        """End the climb: what is still due of it does not count any more."""
        self.due[rows], self.climb[rows] = 0, self.number[rows] + 1

    def replace(self, rows: Rows, archs: Archs, pick: Ids) -> Ids:
        """Put the picked neighbours (m,) in the place of architectures (m, genes) of runs that have one left.

        The last one left takes the place of what is drawn.

        Returns:
            The tags of the architectures, (m,).
        """
        left = self.left[rows]
        some = np.flatnonzero(left)
        here = rows[some]
        self.left[here] -= 1
        drawn = self.hat[here, pick[some]].astype(np.int64)
        self.hat[here, pick[some]] = self.hat[here, self.left[here]]
        archs[some] = self.space.neighbour(self.centre.take(here, axis=0), drawn)
        return np.where(left > 0, self.number[rows], SCOUT)
