"""ParEGO: a Gaussian process of one random weighing of the objectives after the other (Knowles, IEEE TEC 2006).

The paper: "ParEGO: A Hybrid Algorithm With On-Line Landscape Approximation for Expensive Multiobjective Optimization
Problems", doi:10.1109/TEVC.2005.851274.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, NonNegative
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._batches import Batches
from nassim.strategies._candidates import candidates, pick
from nassim.strategies._features import Features, normal_scores
from nassim.strategies._outcomes import Outcomes
from nassim.strategies._points import Points
from nassim.strategies._processes import Processes
from nassim.strategies._scales import Scales
from nassim.strategies._weights import even_weights

BEYOND = 2.0  # what misses a limit is worse than all that keeps them, which is at most about 1


class Parego(Strategy[Query, Outcome]):
    """After `initial` random architectures, train the candidate of the greatest expected improvement, as
    `gaussian_process` does, of a weighing of the objectives that is drawn anew for each.

    Each objective counts as a share of its range over what the run has seen; a weighing is the largest weighed share
    and `augmentation` times their sum (augmented Tchebycheff). What misses a limit is worse than all that keeps them.
    Failed trainings count as the worst of their run. Nothing pending is asked again.

    Args:
        weights: How many weighings there are at most, evenly spaced; the paper has 11 of two objectives, 15 of three.
        augmentation: How much the sum counts.
        encoding: What the kernel sees; None = "graph" where the space has it, else "onehot".
        refit: So often, in evaluations, length scale and noise of each run are chosen anew.
        near: How many candidates are mutants of the `parents` best of the weighing.
        far: How many candidates are random architectures.
    """

    several_objectives: ClassVar[bool] = True

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        initial: Count = 10,
        weights: Count = 15,
        augmentation: NonNegative = 0.05,
        encoding: str | None = None,
        refit: Count = 1,
        parents: Count = 5,
        near: Count = 48,
        far: Count = 8,
    ) -> None:
        super().__init__(space, streams)
        self.most, self.augmentation = weights, augmentation
        self.parents, self.near, self.far = parents, near, far
        self.features = Features(space, encoding)
        self.batches = Batches(space, streams, initial, batch=1)
        self.points = Points(streams.runs, self.features)
        self.processes = Processes(self.points, Scales(streams.runs, refit))

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Make the weighings of so many objectives."""
        super().prepare(epochs)
        self.weights = even_weights(self.objectives, self.most)
        self.outcomes = Outcomes(self.streams.runs, self.objectives)

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then those of the greatest expected improvement."""
        return self.batches.ask(rows, self._propose)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer."""
        self.outcomes.tell(rows, answer)
        self.batches.tell(rows, asked, answer)

    def _propose(self, rows: Rows) -> Archs:
        history = self.batches.history
        weight = self.weights[self.streams.integers(rows, len(self.weights))]
        seen, missed = self.outcomes.values(rows), self.outcomes.missed(rows)
        history.relabel(rows, weighed(seen, missed, weight, self.augmentation))
        pool = candidates(history, self.streams, rows, parents=self.parents, near=self.near, far=self.far)
        self.points.learn(rows, history.archs(rows))
        y, asked = normal_scores(history.error(rows)), self.points.ask(pool)
        self.processes.fit(rows, y)
        return pick(pool, asked.spread(-self.processes.improvement(rows, asked, y)))


def weighed(values: Floats, missed: Floats, weight: Floats, augmentation: float) -> Floats:
    """Return what objectives (m, n, k) come to by weights (m, k), (m, n); nan = failed.

    Args:
        values: The objectives; nan = failed.
        missed: By how much limits are missed, (m, n), 0 = they are kept, inf = a cost is missing.
        weight: The weights, which add up to 1.
        augmentation: How much the sum counts beside the largest share.
    """
    low = np.fmin.reduce(values, axis=1, keepdims=True)
    width = np.fmax.reduce(values, axis=1, keepdims=True) - low
    shares = weight[:, None] * (values - low) / np.where(width > 0, width, 1.0)
    found: Floats = shares.max(axis=2) + augmentation * shares.sum(axis=2)
    return np.where(missed == 0, found, np.where(np.isinf(missed), np.nan, BEYOND + missed))
