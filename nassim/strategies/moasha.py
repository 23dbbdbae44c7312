"""MOASHA: asynchronous successive halving by fronts (Schmucker et al., 2021, arXiv:2106.12639, Algorithm 1).

The paper: "Multi-objective Asynchronous Successive Halving". Within a front the order is that of an epsilon net
(Salinas et al., NAS workshop at ICLR 2021, arXiv:2106.05680), as by default in Syne Tune.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nassim.core.arrays import Flags, Floats, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.dominance import dominance_ranks
from nassim.core.growing import grown
from nassim.core.random_streams import Streams
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._curves import NEW, ROOM, Curves
from nassim.strategies._rungs import Eta, rungs_of


class Moasha(Strategy[Query, Outcome]):
    """Nobody waits for a rung to fill: a training goes on if it is among the first floor(n / eta) of the n results of
    its rung, in the order of fronts and, within one, of an epsilon net.

    A free worker resumes the first training that may go on and does not yet, from the highest rung that has one; where
    there is none it begins a random architecture. The net begins with the lowest first objective; next is always what
    is farthest from all before it, each objective as a share of its range in the rung. With limits, who misses them by
    less dominates (Deb, 2000). A failed training, and one whose costs are missing, never goes on. The rungs are R,
    R / eta, R / eta**2, ... epochs, R being the benchmark's last fidelity, as near as it has been recorded, and none
    below `grace`. With one objective it does what `asha` does.
    """

    exact: ClassVar[bool] = True
    several_objectives: ClassVar[bool] = True

    def __init__(self, space: Space, streams: Streams, *, eta: Eta = 3, grace: Count = 1) -> None:
        super().__init__(space, streams)
        self.eta, self.grace = eta, grace

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Lay out the rungs."""
        super().prepare(epochs)
        self.curves = Curves(self.streams.runs, self.space, rungs_of(epochs, self.eta, self.grace))
        rungs = self.streams.runs, self.curves.steps
        self.values = np.full((*rungs, ROOM, self.objectives), np.nan)  # nan = not known yet, or failed
        self.missed = np.full((*rungs, ROOM), np.inf)  # by how much of the limits; inf = the same
        self.next = np.full(rungs, NEW)  # of each rung, what goes on next; NEW = nothing

    def ask(self, rows: Rows) -> Query:
        """Return a training that goes on, or a new one."""
        fresh = self.space.sample(rows, self.streams)
        may = self.next[rows, ::-1] != NEW
        rung = self.curves.steps - 1 - may.argmax(axis=1)
        training = self.next[rows, rung]
        asked = self.curves.ask(rows, training, fresh)
        promoted = np.flatnonzero(training != NEW)
        self._look(rows[promoted], rung[promoted])
        return asked

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Keep the answer at its rung, and see what may go on now."""
        training, rung = self.curves.tell(rows, asked, answer)
        more = self.curves.asked.shape[1] - self.missed.shape[2]
        if more:
            self.values, self.missed = grown(self.values, more, np.nan, 2), grown(self.missed, more, np.inf, 2)
        objectives = answer.minimised
        missed = answer.missed
        failed = ~np.isfinite(objectives).all(axis=1) | ~np.isfinite(missed)
        self.values[rows, rung, training] = np.where(failed[:, None], np.nan, objectives)
        self.missed[rows, rung, training] = np.where(failed, np.inf, missed)
        below = np.flatnonzero(rung < self.curves.steps - 1)
        self._look(rows[below], rung[below])

    def _look(self, rows: Rows, rung: Ids) -> None:
        """Find what goes on next from a rung of each row."""
        values, missed = self.values[rows, rung], self.missed[rows, rung]
        ranks = np.where(np.isfinite(missed), dominance_ranks(values, missed), -1)
        waits = self.curves.asked[rows, : missed.shape[1]] == rung[:, None] + 1
        many = self.curves.told[rows, rung] // self.eta
        for each in range(rows.size):
            self.next[rows[each], rung[each]] = _first(values[each], ranks[each], waits[each], int(many[each]))


def _first(values: Floats, ranks: Ids, waits: Flags, many: int) -> int:
    """Return the first of `many` points (n, k) that waits, in the order of fronts and nets; NEW = none.

    Args:
        ranks: The front of each, (n,); -1 = not there.
    """
    there, front = values[ranks >= 0], 0
    while many > 0 and (members := np.flatnonzero(ranks == front)).size:
        if waits[members].any():
            low, high = there.min(axis=0), there.max(axis=0)
            net = epsilon_net((values[members] - low) / np.where(high > low, high - low, 1.0), many)
            waiting = [int(members[place]) for place in net if waits[members[place]]]
            if waiting:
                return waiting[0]
        many, front = many - members.size, front + 1
    return NEW


def epsilon_net(points: Floats, size: int) -> list[int]:
    """Return the first `size` places of points (n, k), or all: the lowest in the first objective, and then always what
    is farthest from the nearest of all before; of equals the first.
    """
    net, apart = [int(points[:, 0].argmin())], np.full(len(points), np.inf)
    while len(net) < min(size, len(points)):
        distance = np.zeros(len(points))
        for objective in (points - points[net[-1]]).T:
            distance += objective * objective
        apart = np.minimum(apart, distance)
        apart[net] = -1.0  # below any that is left
        net.append(int(apart.argmax()))
    return net
