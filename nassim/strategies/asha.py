"""ASHA: asynchronous successive halving (Li et al., MLSys 2020, arXiv:1810.05934, Algorithm 2).

The paper: "A System for Massively Parallel Hyperparameter Tuning". The stopping variant is that of Ray Tune (Liaw et
al., 2018) and Syne Tune (Salinas et al., AutoML 2022).
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from nassim.core.arrays import Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._curves import NEW, Curves
from nassim.strategies._rungs import Eta, rungs_of


class Asha(Strategy[Query, Outcome]):
    """Nobody waits for a rung to fill: a training goes on if it is among the best 1 / eta of its rung so far.

    The rungs are R, R / eta, R / eta**2, ... epochs, R being the benchmark's last fidelity, as near as it has been
    recorded, and none below `grace`. A failed training counts as the worst of its rung and never goes on.

    Args:
        variant: "promotion": a free worker resumes the best training that may be promoted, from the highest rung that
            has one, and begins a random architecture where there is none; of n results at a rung the best floor(n /
            eta) may be promoted; "stopping": a worker goes on at once with what it trains, unless its error is above
            the 1 / eta quantile of its rung; what is stopped stays so.
    """

    exact: ClassVar[bool] = True

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        eta: Eta = 3,
        grace: Count = 1,
        variant: Literal["promotion", "stopping"] = "promotion",
    ) -> None:
        super().__init__(space, streams)
        self.eta, self.grace, self.stops = eta, grace, variant == "stopping"

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Lay out the rungs."""
        self.curves = Curves(self.streams.runs, self.space, rungs_of(epochs, self.eta, self.grace))
        rungs = self.streams.runs, self.curves.steps
        self.best = np.full(rungs, NEW)  # of each rung, the best training that was not promoted yet; NEW = none
        self.lowest = np.full(rungs, np.inf)  # its error
        self.before = np.zeros(rungs, dtype=np.int64)  # how many trainings of the rung are better, promoted ones

    def ask(self, rows: Rows) -> Query:
        """Return a training that goes on, or a new one."""
        fresh = self.space.sample(rows, self.streams)
        if self.stops:
            return self.curves.ask(rows, self.curves.next(rows), fresh)
        rung, training = self._promotable(rows)
        asked = self.curves.ask(rows, training, fresh)
        promoted = np.flatnonzero(training != NEW)
        self._look(rows[promoted], rung[promoted])
        return asked

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """See whether the training goes on, or what may be promoted now."""
        training, rung = self.curves.tell(rows, asked, answer)
        if self.stops:
            goes_on = self._goes_on(rows, training, rung)
            self.curves.go_on(rows[goes_on], training[goes_on])
            return
        lowest, best = self.lowest[rows, rung], self.best[rows, rung]
        better = (answer.error < lowest) | ((answer.error == lowest) & (training < best))
        self._look(rows[better], rung[better])

    def _promotable(self, rows: Rows) -> tuple[Ids, Ids]:
        """Return the highest rung (m,) from which something may be promoted, and what; NEW if there is nothing."""
        top = self.before[rows] < self.curves.told[rows] // self.eta
        may = top[:, :-1] & np.isfinite(self.lowest[rows, :-1])
        rung = may.shape[1] - 1 - may[:, ::-1].argmax(axis=1) if may.shape[1] else np.zeros(rows.size, dtype=np.int64)
        return rung, np.where(may.any(axis=1), self.best[rows, rung], NEW)

    def _look(self, rows: Rows, rung: Ids) -> None:
        """Find the best training of a rung that was not promoted yet."""
        error, number = self.curves.error[rows, rung], np.arange(self.curves.error.shape[2])
        left = np.where(self.curves.asked[rows] == rung[:, None] + 1, error, np.inf)
        best = left.argmin(axis=1)
        lowest = np.take_along_axis(left, best[:, None], axis=1)
        before = (error < lowest) | ((error == lowest) & (number < best[:, None]))
        self.best[rows, rung], self.lowest[rows, rung] = best, lowest[:, 0]
        self.before[rows, rung] = before.sum(axis=1)

    def _goes_on(self, rows: Rows, training: Ids, rung: Ids) -> Ids:
        """Return which of the rows go on. An error is at most the q-quantile of n, as numpy interpolates it, exactly
        if at most floor(q * (n - 1)) of them are lower.
        """
        error = self.curves.error[rows, rung]
        own = np.take_along_axis(error, training[:, None], axis=1)
        allowed = (self.curves.told[rows, rung] - 1) // self.eta
        goes_on = ((error < own).sum(axis=1) <= allowed) & np.isfinite(own[:, 0]) & (rung < self.curves.steps - 1)
        return np.flatnonzero(goes_on)
