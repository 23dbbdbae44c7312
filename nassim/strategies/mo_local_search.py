"""MO local search, also Pareto local search: explore the neighbours of what nothing dominates (Paquete et al., 2004).

The paper: "Pareto Local Optimum Sets in the Biobjective Traveling Salesman Problem: An Experimental Study", in
Metaheuristics for Multiobjective Optimisation, doi:10.1007/978-3-642-17144-4_7. A climb keeps an archive of all that
it has met and that is not dominated; when the neighbours of all of these have been met, it begins again elsewhere.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nassim.core.arrays import Archs, Flags, Floats, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.growing import grown
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._neighbourhood import SCOUT, Neighbourhood

ROOM = 16  # members of an archive at first


class MoLocalSearch(Strategy[Query, Outcome]):
    """Evaluate all neighbours of a centre in random order; the next centre is drawn from the archive's unexplored.

    What is as good in all objectives as one of the archive does not enter it; what enters removes what it dominates.
    With limits, who misses them by less dominates (Deb, 2000). When all of the archive is explored, a random
    architecture begins an archive of its own. With several workers nobody waits: while the last answers of a
    neighbourhood are due, random architectures are asked for, and may enter the archive too. Every question draws a
    random architecture, a neighbour and a centre, and uses what it needs: so all streams stay in step.
    """

    exact: ClassVar[bool] = True
    several_objectives: ClassVar[bool] = True

    def __init__(self, space: Space, streams: Streams) -> None:
        super().__init__(space, streams)
        runs, genes = streams.runs, len(space.genes)
        self.archs = np.zeros((runs, ROOM, genes), dtype=space.dtype)  # the archive, in no order
        self.values = np.full((runs, ROOM, 1), np.inf)  # inf = an empty place
        self.missed = np.full((runs, ROOM), np.inf)  # by how much of the limits; inf = an empty place
        self.explored = np.zeros((runs, ROOM), dtype=np.bool_)
        self.answer, self.told = np.full((runs, ROOM), -1), 0  # which of its answers each is
        self.around = Neighbourhood(space, runs)

    def ask(self, rows: Rows) -> Query:
        """Return a neighbour of the centre, or a random architecture where there is none to ask for."""
        archs = self.space.sample(rows, self.streams)
        chance = self.streams.uniform(rows)
        idle = self.around.due[rows] == 0
        self._choose(rows[idle], chance[idle])
        pick = self.streams.integers(rows, np.maximum(self.around.left[rows], 1))
        tag = self.around.replace(rows, archs, pick)
        return Query(archs, tag=tag)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Let what nothing dominates enter the archive; what belongs to an earlier climb is forgotten."""
        tag = np.asarray(asked.tag)
        self.around.due[rows] -= (tag == self.around.number[rows]) & (tag != SCOUT)
        objectives = answer.minimised
        missed = answer.missed
        counts = (
            ((tag == SCOUT) | (tag >= self.around.climb[rows])) & ~np.isnan(objectives).any(axis=1) & (missed < np.inf)
        )
        some = np.flatnonzero(counts)
        if self.values.shape[2] != objectives.shape[1]:  # the first answer says how many there are
            self.values = np.full((*self.missed.shape, objectives.shape[1]), np.inf)
        self._enter(rows[some], asked.archs[some], objectives[some], missed[some])
        self.told += 1

    def survivors(self, rows: Rows) -> Ids:
        """Return the archive."""
        return np.where(np.isinf(self.missed[rows]), -1, self.answer[rows])

    def _enter(self, rows: Rows, archs: Archs, values: Floats, missed: Floats) -> None:
        """Put architectures into the archives where no member is as good, in the place of what they dominate."""
        held, held_missed = self.values[rows], self.missed[rows]
        as_good = _as_good(held, held_missed, values[:, None], missed[:, None])
        fresh = np.flatnonzero(~(as_good & np.isfinite(held_missed)).any(axis=1))
        rows, beaten = rows[fresh], _as_good(values[fresh, None], missed[fresh, None], held[fresh], held_missed[fresh])
        for kept in (self.values, self.missed):
            kept[rows] = np.where(beaten[:, :, None] if kept.ndim == 3 else beaten, np.inf, kept[rows])  # noqa: PLR2004
        if rows.size and not np.isinf(self.missed[rows]).any(axis=1).all():
            self._grow()
        place = np.isinf(self.missed[rows]).argmax(axis=1)
        self.archs[rows, place], self.values[rows, place] = archs[fresh], values[fresh]
        self.missed[rows, place], self.explored[rows, place] = missed[fresh], False
        self.answer[rows, place] = self.told

    def _grow(self) -> None:
        more = self.missed.shape[1]
        self.archs, self.explored = grown(self.archs, more), grown(self.explored, more)
        self.values, self.missed = grown(self.values, more, np.inf), grown(self.missed, more, np.inf)
        self.answer = grown(self.answer, more, -1)

    def _choose(self, rows: Rows, chance: Floats) -> None:
        """Move to a member of each archive that is not explored; where all are, empty the archive."""
        open_ = np.isfinite(self.missed[rows]) & ~self.explored[rows]
        many = open_.sum(axis=1)
        self._restart(rows[many == 0])
        rows, open_, chance = rows[many > 0], open_[many > 0], chance[many > 0]
        wanted = (chance * open_.sum(axis=1)).astype(np.int64) + 1
        place = (np.cumsum(open_, axis=1) >= wanted[:, None]).argmax(axis=1)
        self.explored[rows, place] = True
        self.around.move(rows, self.archs[rows, place])

    def _restart(self, rows: Rows) -> None:
        self.values[rows], self.missed[rows] = np.inf, np.inf
        self.around.leave(rows)


def _as_good(one: Floats, one_missed: Floats, other: Floats, other_missed: Floats) -> Flags:
    """Return which points (m, n, k) are as good as others, or miss less of the limits, (m, n)."""
    kept = (one_missed == 0) & (other_missed == 0)
    return np.where(kept, (one <= other).all(axis=2), one_missed <= other_missed)
