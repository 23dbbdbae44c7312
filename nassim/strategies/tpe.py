"""TPE, tree-structured Parzen estimators over categorical genes (Bergstra et al., NeurIPS 2011).

The paper: "Algorithms for Hyper-Parameter Optimization"; with the settings of Optuna (Akiba et al., KDD 2019),
explained in Watanabe, "Tree-Structured Parzen Estimator", 2023, arXiv:2304.11127.
"""

from __future__ import annotations

import math

import numpy as np

from nassim.core.arrays import Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.growing import with_room
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction, Positive
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._parzen import Parzen, best_draw

MOST = 25  # so many observations are good ones at most


class Tpe(Strategy[Query, Outcome]):
    """Model what good architectures look like, l, and all others, g; of some draws from l, train that of highest l / g.

    The defaults are those of Optuna's TPESampler 5, and so is the distribution of what is asked. Answers that are due
    count among the others, with which workers keep apart ("constant liar"). Failed trainings teach nothing.

    Args:
        initial: Random architectures before the first model.
        candidates: Draws from l.
        good: Share of the observations that are good: that many, rounded up, and 25 at most.
        prior: Weight of the uniform prior, in observations.
        multivariate: Model all genes together, as Optuna does since its version 5; else each by itself, as in the
            paper.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        initial: Count = 10,
        candidates: Count = 24,
        good: Fraction = 0.1,
        prior: Positive = 1.0,
        multivariate: bool = True,
    ) -> None:
        super().__init__(space, streams)
        self.initial, self.candidates, self.good = initial, candidates, good
        self.prior, self.multivariate = prior, multivariate
        self.asked = 0
        self.archs = np.zeros((streams.runs, 64, len(space.choices)), dtype=space.dtype)  # as they were asked
        self.error = np.zeros((streams.runs, 64))  # inf = no answer yet, nan = failed

    def ask(self, rows: Rows) -> Query:
        """Return random architectures until enough trainings have succeeded, then the best draws from l."""
        ready = np.isfinite(self.error[rows, : self.asked]).sum(axis=1) >= self.initial
        archs = np.empty((rows.size, len(self.space.choices)), dtype=self.space.dtype)
        if not ready.all():
            archs[~ready] = self.space.sample(rows[~ready], self.streams)
        if ready.any():
            good, others = self._estimators(rows[ready])
            how = self.candidates, self.multivariate
            archs[ready] = best_draw(good, others, self.streams, rows[ready], *how)
        self.archs, self.error = with_room(self.archs, self.asked), with_room(self.error, self.asked)
        self.archs[rows, self.asked], self.error[rows, self.asked] = archs, np.inf
        self.asked += 1
        return Query(archs, tag=np.full(rows.size, self.asked - 1))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer at the place of its question."""
        self.error[rows, asked.tag] = answer.error

    def _estimators(self, rows: Rows) -> tuple[Parzen, Parzen]:
        """Return l and g: of the good observations, and of the others and those without an answer yet."""
        archs, error = self.archs[rows, : self.asked], self.error[rows, : self.asked]
        done, failed = np.isfinite(error), np.isnan(error)
        many = np.minimum(np.ceil(self.good * done.sum(axis=1)), MOST)[:, None]
        best = np.where(failed, np.inf, error).argsort(axis=1, kind="stable")
        best = best[:, : min(math.ceil(self.good * self.asked), MOST)]
        chosen = np.arange(best.shape[1]) < many
        best = np.sort(np.where(chosen, best, self.asked), axis=1)  # in the order in which they were asked for
        others = ~failed
        np.put_along_axis(others, np.where(chosen, best, best[:, :1]), False, axis=1)
        few = np.take_along_axis(archs, np.minimum(best, self.asked - 1)[:, :, None], axis=1)
        l_of = Parzen(few, chosen, self.space.choices, self.prior)
        return l_of, Parzen(archs, others, self.space.choices, self.prior)
