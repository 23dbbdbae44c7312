"""LC stopping, by learning curves: give up what will hardly become the best (Domhan et al., IJCAI 2015).

The paper: "Speeding up Automatic Hyperparameter Optimization of Deep Neural Networks by Extrapolation of Learning
Curves", section 3.4: stop when the probability of ending below the best error known is less than 0.05.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._curves import Curves
from nassim.strategies._powerlaw import chance_below


class LcStopping(Strategy[Query, Outcome]):
    """Train random architectures, one recorded epoch after the other, and stop one if its learning curve so far
    leaves it a chance of less than `chance` to end below the lowest error of any training that has ended.

    The model of a curve is a mixture of power laws, in closed form instead of the paper's sampling, so that thousands
    of runs are extrapolated together. A training is judged once it was looked at `looks` times.
    """

    def __init__(self, space: Space, streams: Streams, *, chance: Fraction = 0.05, looks: Count = 3) -> None:
        super().__init__(space, streams)
        self.chance, self.looks = chance, looks
        self.lowest = np.full(streams.runs, np.inf)  # of the trainings that have ended

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Look after every number of epochs that is recorded."""
        self.curves = Curves(self.streams.runs, self.space, epochs)

    def ask(self, rows: Rows) -> Query:
        """Return the training that goes on, or a random architecture."""
        return self.curves.ask(rows, self.curves.next(rows), self.space.sample(rows, self.streams))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Go on with what may still become the best."""
        training, step = self.curves.tell(rows, asked, answer)
        ended = step == self.curves.steps - 1
        self.lowest[rows] = np.where(ended, np.fmin(answer.error, self.lowest[rows]), self.lowest[rows])
        goes_on = ~ended & np.isfinite(answer.error)
        judged = np.flatnonzero(goes_on & (step >= self.looks - 1) & np.isfinite(self.lowest[rows]))
        if judged.size:
            goes_on[judged] = self._may_win(rows[judged], training[judged], step[judged])
        self.curves.go_on(rows[goes_on], training[goes_on])

    def _may_win(self, rows: Rows, training: Ids, step: Ids) -> NDArray[np.bool_]:
        """Return whose chance to become the best is large enough, (m,)."""
        curve = self.curves.error[rows, :, training]
        chance = chance_below(curve, self.curves.epochs[1:].tolist(), step + 1, self.lowest[rows])
        may_win: NDArray[np.bool_] = chance >= self.chance
        return may_win
