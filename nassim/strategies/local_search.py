"""Local search: climb to a local optimum, then start again (White et al., UAI 2021, arXiv:2005.02960).

The papers: "Exploring the Loss Landscape in Neural Architecture Search"; and den Ottelander et al., "Local Search is
a Remarkably Strong Baseline for Neural Architecture Search", EMO 2021, arXiv:2004.08996.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from nassim.core.arrays import Archs, Floats, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._neighbourhood import SCOUT, Neighbourhood


class LocalSearch(Strategy[Query, Outcome]):
    """Evaluate the neighbours of a centre in random order and move to a better one; at a local optimum, restart
    from a random architecture. A failed training is worse than any other.

    With several workers nobody waits: while the last answers of a neighbourhood are due, random architectures are
    asked for, and the best of them is where the next climb starts. An answer that comes after its centre was left
    still counts as a step if it is better, within the same climb.
    Every question draws a random architecture and a neighbour and uses one: so all streams stay in step.

    Args:
        neighbourhood: "full": evaluate all neighbours, then move to the best (steepest descent, what White et al. call
            the simplest local search); "first": move as soon as one is better (their other variant).
    """

    exact: ClassVar[bool] = True

    def __init__(self, space: Space, streams: Streams, *, neighbourhood: Literal["full", "first"] = "full") -> None:
        super().__init__(space, streams)
        runs, genes = streams.runs, len(space.choices)
        self.first = neighbourhood == "first"
        self.best, self.spare = (np.zeros((runs, genes), dtype=space.dtype) for _ in range(2))
        self.error, self.best_error, self.spare_error = (np.full(runs, np.inf) for _ in range(3))
        self.around = Neighbourhood(space, runs)

    def ask(self, rows: Rows) -> Query:
        """Return a neighbour that was not asked for yet, or a random architecture where there is none."""
        archs = self.space.sample(rows, self.streams)
        pick = self.streams.integers(rows, np.maximum(self.around.left[rows], 1))
        tag = self.around.replace(rows, archs, pick)
        return Query(archs, tag=tag)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Learn from scouts and from neighbours; what belongs to an earlier climb is forgotten."""
        tag = np.asarray(asked.tag)
        error = np.fmin(answer.error, np.inf)
        for wanted, learn in ((tag == SCOUT, self._scouted), (tag >= self.around.climb[rows], self._neighboured)):
            some = np.flatnonzero(wanted)
            learn(rows[some], asked.archs.take(some, axis=0), error[some], tag[some])

    def _scouted(self, rows: Rows, archs: Archs, error: Floats, _: Ids) -> None:
        """Begin a climb at the random architecture, or keep it for the next one if it is the best so far."""
        idle = self.around.due[rows] == 0
        self._move(rows[idle], archs[idle], error[idle])
        spare = ~idle & (error < self.spare_error[rows])
        self.spare[rows[spare]], self.spare_error[rows[spare]] = archs[spare], error[spare]

    def _neighboured(self, rows: Rows, archs: Archs, error: Floats, tag: Ids) -> None:
        """Count the answer, keep the best, and move on once it is time to."""
        self.around.due[rows] -= tag == self.around.number[rows]
        better = error < self.best_error[rows]
        self.best[rows[better]], self.best_error[rows[better]] = archs[better], error[better]
        done = rows[(self.around.due[rows] == 0) | (better & self.first)]
        improved = self.best_error[done] < self.error[done]
        there = done[improved]
        self._move(there, self.best[there], self.best_error[there])
        self._restart(done[~improved])

    def _restart(self, rows: Rows) -> None:
        """Leave the local optimum for the best scout at hand; without one, the next scout to come is the centre."""
        self.around.leave(rows)
        rows = rows[self.spare_error[rows] < np.inf]
        self._move(rows, self.spare[rows], self.spare_error[rows])
        self.spare_error[rows] = np.inf

    def _move(self, rows: Rows, archs: Archs, error: Floats) -> None:
        """Make the architectures the centres."""
        self.error[rows] = self.best_error[rows] = error
        self.around.move(rows, archs)
