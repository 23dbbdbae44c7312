"""MO TPE, also MOTPE: Parzen estimators of what is in the first fronts, and of all else (Ozaki et al., GECCO 2020).

The papers: "Multiobjective Tree-Structured Parzen Estimator for Computationally Expensive Optimization Problems",
doi:10.1145/3377930.3389817, and JAIR 2022, doi:10.1613/jair.1.13188; with the settings of Optuna (Akiba et al., KDD
2019).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nassim.core.arrays import Flags, Floats, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.dominance import dominance_ranks
from nassim.core.growing import with_room
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction, Positive
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._parzen import Parzen, best_draw
from nassim.strategies._subsets import greedy_subset

BEYOND = 1.1, 0.9  # of the worst of a front is the reference point, whichever is worse: costs may be negative


class MoTpe(Strategy[Query, Outcome]):
    """Model what good architectures look like, l, and all others, g; of some draws from l, train that of highest l / g.

    Good are the first fronts; of the front that does not fit, those that together have most hypervolume, chosen one by
    one (Guerreiro et al., 2016). With limits, who misses them is good only where there are too few others, by how much
    they are missed. The defaults are those of Optuna's TPESampler 5 for several objectives, and so is the distribution
    of what is asked; for one objective use `tpe`. Answers that are due count among the others ("constant liar"). Failed
    trainings, and those whose costs are missing, teach nothing.

    Args:
        initial: Random architectures before the first model; the paper has 11 x genes - 1.
        candidates: Draws from l.
        good: Share of the observations that are good: that many, rounded up.
        prior: Weight of the uniform prior, in observations.
        multivariate: Model all genes together; else each by itself, as in the paper.
    """

    several_objectives: ClassVar[bool] = True
    runs_per_unit = 100

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        initial: Count = 10,
        candidates: Count = 24,
        good: Fraction = 0.1,
        prior: Positive = 1.0,
        multivariate: bool = False,
    ) -> None:
        super().__init__(space, streams)
        self.initial, self.candidates, self.good = initial, candidates, good
        self.prior, self.multivariate = prior, multivariate
        self.asked = 0
        self.archs = np.zeros((streams.runs, 64, len(space.choices)), dtype=space.dtype)  # as they were asked

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Make room for so many objectives."""
        super().prepare(epochs)
        self.values = np.zeros((*self.archs.shape[:2], self.objectives))  # inf = no answer yet, nan = failed
        self.missed = np.zeros(self.archs.shape[:2])

    def ask(self, rows: Rows) -> Query:
        """Return random architectures until enough trainings have succeeded, then the best draws from l."""
        ready = np.isfinite(self.values[rows, : self.asked]).all(axis=2).sum(axis=1) >= self.initial
        archs = np.empty((rows.size, len(self.space.choices)), dtype=self.space.dtype)
        if not ready.all():
            archs[~ready] = self.space.sample(rows[~ready], self.streams)
        if ready.any():
            good, others = self._estimators(rows[ready])
            how = self.candidates, self.multivariate
            archs[ready] = best_draw(good, others, self.streams, rows[ready], *how)
        self.archs, self.values = with_room(self.archs, self.asked), with_room(self.values, self.asked)
        self.missed = with_room(self.missed, self.asked)
        self.archs[rows, self.asked], self.values[rows, self.asked] = archs, np.inf
        self.asked += 1
        return Query(archs, tag=np.full(rows.size, self.asked - 1))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer at the place of its question."""
        objectives = answer.minimised
        failed = ~np.isfinite(objectives).all(axis=1, keepdims=True)
        self.values[rows, asked.tag] = np.where(failed, np.nan, objectives)
        self.missed[rows, asked.tag] = answer.missed

    def _estimators(self, rows: Rows) -> tuple[Parzen, Parzen]:
        """Return l and g: of the good observations, and of the others and those without an answer yet."""
        archs, values = self.archs[rows, : self.asked], self.values[rows, : self.asked]
        done, failed = np.isfinite(values).all(axis=2), np.isnan(values).any(axis=2)
        good = are_good(values, np.where(done, self.missed[rows, : self.asked], np.nan), self.good)
        l_of = Parzen(archs, good, self.space.choices, self.prior, recent=None)
        return l_of, Parzen(archs, ~good & ~failed, self.space.choices, self.prior)


def are_good(values: Floats, missed: Floats, share: float) -> Flags:
    """Return which observations (m, n) are good, that share of those there are, rounded up.

    Args:
        values: The objectives, (m, n, k).
        missed: By how much they miss the limits, (m, n); 0 = they are kept, nan = not there.
        share: How many are good.
    """
    many = np.ceil(share * (~np.isnan(missed)).sum(axis=1)).astype(np.int64)
    keeps = missed == 0
    ranks = dominance_ranks(np.where(keeps[:, :, None], values, np.nan))
    order = np.where(keeps, ranks, values.shape[1] + np.argsort(np.argsort(missed, axis=1, kind="stable"), axis=1))
    order = np.where(np.isnan(missed), 3 * values.shape[1], order)  # after all fronts, and all that misses the limits
    good = np.stack([_first(*run) for run in zip(values, order, many, strict=True)])
    there: Flags = ~np.isnan(missed)
    return good & there


def _first(values: Floats, order: Ids, many: int) -> Flags:
    """Return which points (n,) of one run are the first `many`, whose fronts, or places, are `order` (n,)."""
    if many == 0:
        return np.zeros(order.size, dtype=np.bool_)
    last = np.sort(order)[many - 1]
    good, front = np.asarray(order < last), np.flatnonzero(order == last)
    points, lacking = values[front], many - int(good.sum())
    reference = np.maximum(*(factor * points.max(axis=0) for factor in BEYOND))
    good[front[greedy_subset(points, lacking, np.where(reference == 0, np.finfo(np.float64).tiny, reference))]] = True
    return good
