"""Median stopping: give up what is worse than half of the others were at that time (Golovin et al., KDD 2017).

The paper: "Google Vizier: A Service for Black-Box Optimization", section 3.2.1.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Floats, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._curves import Curves


class MedianStopping(Strategy[Query, Outcome]):
    """Train random architectures, one recorded epoch after the other, and stop one if its lowest error so far is
    above the median of what the other trainings had, on average over their epochs, when they were as far.

    A training is judged only after `grace` epochs and when at least `peers` others have come as far; others count
    whether they have ended, were stopped or go on. One that fails is stopped, and is nobody's peer.
    """

    exact: ClassVar[bool] = True

    def __init__(self, space: Space, streams: Streams, *, grace: Count = 1, peers: Count = 3) -> None:
        super().__init__(space, streams)
        self.grace, self.peers = grace, peers

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Look after every number of epochs that is recorded, from the grace on."""
        looks = [epoch for epoch in epochs if epoch >= self.grace] or [epochs[-1]]
        self.curves = Curves(self.streams.runs, self.space, looks)

    def ask(self, rows: Rows) -> Query:
        """Return the training that goes on, or a random architecture."""
        return self.curves.ask(rows, self.curves.next(rows), self.space.sample(rows, self.streams))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Go on with what is no worse than the median."""
        training, step = self.curves.tell(rows, asked, answer)
        succeeded = np.isfinite(answer.error)
        goes_on = succeeded & (step < self.curves.steps - 1) & ~self._worse(rows, training, step)
        self.curves.go_on(rows[goes_on], training[goes_on])

    def _worse(self, rows: Rows, training: Ids, step: Ids) -> NDArray[np.bool_]:
        """Return whose lowest error is above the median of the others' averages, (m,)."""
        curve = self.curves.error[rows, :, training]
        lowest = curve.min(axis=1)
        others = self._averages(rows, step)
        others[np.arange(rows.size), training] = np.inf
        others.sort(axis=1)
        peers = np.isfinite(others).sum(axis=1)
        middle = np.stack([np.maximum(peers - 1, 0) // 2, peers // 2], axis=1)
        median = np.take_along_axis(others, np.minimum(middle, others.shape[1] - 1), axis=1)
        worse: NDArray[np.bool_] = (peers >= self.peers) & (lowest > (median[:, 0] + median[:, 1]) / 2)
        return worse

    def _averages(self, rows: Rows, step: Ids) -> Floats:
        """Return the mean error of each training (m, trainings) up to a step of each row; inf = not that far."""
        total = np.zeros((rows.size, self.curves.asked.shape[1]))
        for at in range(int(step.max(initial=0)) + 1):
            some = np.flatnonzero(step >= at)
            total[some] += self.curves.error[rows[some], at]
        return total / (step + 1)[:, None]
