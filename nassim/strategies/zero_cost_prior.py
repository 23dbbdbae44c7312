"""Zero-cost prior: what is known without training is what a search believes at first (Abdelfattah et al., ICLR 2021).

The papers: "Zero-Cost Proxies for Lightweight NAS", arXiv:2101.08134, whose warm-up and moves rank candidates by such a
score; White et al., "How Powerful are Performance Predictors in Neural Architecture Search?", NeurIPS 2021,
arXiv:2104.01177, who let a model learn how far to believe it.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, NonNegative
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._batches import Batches
from nassim.strategies._candidates import candidates, pick
from nassim.strategies._features import Features, normal_scores
from nassim.strategies._points import Points
from nassim.strategies._processes import Processes
from nassim.strategies._scales import Scales

SAMPLE = 500  # random architectures among which a score is ranked; the same for all runs and seeds


class ZeroCostPrior(Strategy[Query, Outcome]):
    """Begin with the `initial` highest of `warm_up` random architectures in a `cost` that the benchmark knows without
    training, such as synflow or params; then go on as `gaussian_process` does, under a process whose prior says that
    errors fall with that cost, and which learns whether they do.

    Looking a cost up takes no simulated time. Everything is closed form and batched over runs: a run alone equals its
    row bit for bit. Failed trainings count as the worst of their run; unknown costs as the median.

    Args:
        trust: Prior slope of the errors' normal scores by those of the cost, and the prior deviation of that slope; 0 =
            the cost only serves for the beginning.
        encoding: What the kernel sees; None = "graph" where the space has it, else "onehot".
        refit: So often, in evaluations, length scale and noise of each run are chosen anew: those of the highest
            marginal likelihood on a grid.
        near: How many candidates are mutants of the `parents` best.
        far: How many candidates are random architectures.
        hands_in: "lowest": the architecture of the lowest error; "model": that of the lowest mean under the process, in
            which a third of the noise is the architecture's own: less often one that was merely lucky.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        cost: str = "params",
        trust: NonNegative = 0.5,
        initial: Count = 10,
        warm_up: Count = 100,
        encoding: str | None = None,
        refit: Count = 10,
        parents: Count = 5,
        near: Count = 48,
        far: Count = 8,
        hands_in: Literal["lowest", "model"] = "lowest",
    ) -> None:
        super().__init__(space, streams)
        if warm_up < initial:
            raise SettingError(f"zero_cost_prior: warm_up ({warm_up}) must be >= initial ({initial})")
        self.prior_cost, self.trust, self.warm_up = cost, trust, warm_up
        self.parents, self.near, self.far, self.hands_in = parents, near, far, hands_in
        self.features = Features(space, encoding)
        self.points = Points(streams.runs, self.features)
        self.processes = Processes(self.points, Scales(streams.runs, refit))
        self.batches = Batches(space, streams, initial, batch=1, first=self._first)
        self.highest: Archs | None = None  # (runs, initial, genes)
        self.reference: Floats | None = None  # the sample's costs, sorted

    def ask(self, rows: Rows) -> Query:
        """Return the highest architectures first, then those of the greatest expected improvement."""
        return self.batches.ask(rows, self._propose)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer."""
        self.batches.tell(rows, asked, answer)

    def _first(self, rows: Rows) -> Archs:
        if self.highest is None:
            self.highest = self._highest()
        archs: Archs = self.highest[rows, self.batches.history.asked]
        return archs

    def _highest(self) -> Archs:
        """Return the random architectures of each run with the highest cost, highest first, (runs, initial, genes)."""
        everyone: Rows = np.arange(self.streams.runs)
        drawn = np.stack([self.space.sample(everyone, self.streams) for _ in range(self.warm_up)], axis=1)
        order = np.argsort(-self._score(drawn), axis=1, kind="stable")[:, : self.batches.initial]
        return np.take_along_axis(drawn, order[:, :, None], axis=1)

    def recommend(self, rows: Rows) -> NDArray[np.intp] | None:
        """Return which answers the model would hand in, (m,)."""
        if self.hands_in == "lowest":
            return None
        return self.processes.recommended(rows, self._learn(rows))

    def _propose(self, rows: Rows) -> Archs:
        pool = candidates(self.batches.history, self.streams, rows, parents=self.parents, near=self.near, far=self.far)
        y, asked = self._learn(rows), self.points.ask(pool, self.trust * self._score(pool.archs))
        self.processes.fit(rows, y + self.points.slopes(rows))
        return pick(pool, asked.spread(-self.processes.improvement(rows, asked, y)))

    def _learn(self, rows: Rows) -> Floats:
        """Take in what is new, and return the errors' normal scores, (m, told)."""
        history = self.batches.history
        archs = history.archs(rows)
        self.points.learn(rows, archs, self.trust * self._score(archs))
        return normal_scores(history.error(rows))

    def _score(self, archs: Archs) -> Floats:
        """Return the normal score of the cost of architectures (m, k, genes) among a sample's, (m, k)."""
        if self.reference is None:
            numbers = np.arange(SAMPLE)
            sample = self.cost(self.prior_cost, self.space.sample(numbers, Streams(0, "reference", numbers)))
            self.reference = np.sort(sample[~np.isnan(sample)])
        cost = self.cost(self.prior_cost, archs.reshape(-1, archs.shape[2])).reshape(archs.shape[:2])
        places = [np.searchsorted(self.reference, cost, side) for side in ("left", "right")]
        score: Floats = ndtri((places[0] + places[1] + 1) / (2 * self.reference.size + 2))
        return np.where(np.isnan(cost), 0.0, score)
