"""Zero-cost prior: what is known without training is what a search believes at first (Abdelfattah et al., ICLR 2021).

The papers: "Zero-Cost Proxies for Lightweight NAS", arXiv:2101.08134, whose warm-up and moves rank candidates by such a
score; White et al., "How Powerful are Performance Predictors in Neural Architecture Search?", NeurIPS 2021,
arXiv:2104.01177, who let a model learn how far to believe it.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from nassim.benchmark import Outcome, Query
from nassim.errors import SettingError
from nassim.settings import Count, NonNegative
from nassim.space import Archs, Space
from nassim.strategies._candidates import candidates, pick
from nassim.strategies._features import Features, normal_scores
from nassim.strategies._history import History
from nassim.strategies._kernels import condition, expected_improvement, matern, squared_distances, with_noise
from nassim.strategy import Strategy
from nassim.streams import Floats, Rows, Streams

SAMPLE = 500  # random architectures among which a score is ranked; the same for all runs and seeds
LENGTH, NOISE = 1.0, 0.1  # of the Matern-5/2 kernel, and of observations


class ZeroCostPrior(Strategy):
    """Begin with the `initial` highest of `warm_up` random architectures in a `cost` that the benchmark knows without
    training, such as synflow or params; then train the candidate of the greatest expected improvement, under a Gaussian
    process whose prior says that errors fall with that cost, and which learns whether they do.

    trust      prior slope of the errors' normal scores by those of the cost, and the prior deviation of that slope;
               0 = the cost only serves for the beginning
    encoding   what the kernel sees; None = "graph" where the space has it, else "onehot"
    near, far  candidates: mutants of the `parents` best, and random architectures

    Looking a cost up takes no simulated time. Everything is closed form and batched over runs: a run alone equals its
    row bit for bit. Failed trainings count as the worst of their run; unknown costs as the median.
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
        parents: Count = 5,
        near: Count = 48,
        far: Count = 8,
    ) -> None:
        super().__init__(space, streams)
        if warm_up < initial:
            raise SettingError(f"zero_cost_prior: warm_up ({warm_up}) must be >= initial ({initial})")
        self.cost, self.trust, self.initial, self.warm_up = cost, trust, initial, warm_up
        self.parents, self.near, self.far = parents, near, far
        self.features = Features(space, encoding)
        self.history = History(space, streams.runs)
        self.first: Archs | None = None  # (runs, initial, genes)
        self.reference: Floats | None = None  # the sample's costs, sorted

    def ask(self, rows: Rows) -> Query:
        """Return the highest architectures first, then those of the greatest expected improvement."""
        archs = self._next(rows)
        self.history.ask(rows, archs)
        return Query(archs)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer."""
        self.history.tell(rows, asked.archs, answer.error)

    def _next(self, rows: Rows) -> Archs:
        if self.first is None:
            self.first = self._highest()
        if self.history.asked < self.initial:
            archs: Archs = self.first[rows, self.history.asked]
            return archs
        if self.history.told == 0:
            return self.space.sample(rows, self.streams)
        return self._improving(rows)

    def _highest(self) -> Archs:
        """Return the random architectures of each run with the highest cost, highest first, (runs, initial, genes)."""
        everyone: Rows = np.arange(self.streams.runs)
        drawn = np.stack([self.space.sample(everyone, self.streams) for _ in range(self.warm_up)], axis=1)
        order = np.argsort(-self._score(drawn), axis=1, kind="stable")[:, : self.initial]
        return np.take_along_axis(drawn, order[:, :, None], axis=1)

    def _improving(self, rows: Rows) -> Archs:
        """Return the candidate of the greatest expected improvement on the lowest mean observed, (m, genes)."""
        pool = candidates(self.history, self.streams, rows, parents=self.parents, near=self.near, far=self.far)
        archs = self.history.archs(rows)
        known, unknown = self.features(archs), self.features(pool.archs)
        score, expected = self._score(archs), -self.trust * self._score(pool.archs)
        slopes = self.trust * score[:, :, None]
        kernel = matern(squared_distances(known, known), LENGTH) + slopes * slopes.swapaxes(1, 2)
        cross = matern(squared_distances(known, unknown), LENGTH) - slopes * expected[:, None, :]
        surprise = normal_scores(self.history.error(rows)) + self.trust * score
        noisy = with_noise(kernel, NOISE)
        posterior = condition(noisy, cross, surprise)
        seen = (kernel @ np.linalg.solve(noisy, surprise[:, :, None]))[:, :, 0] - self.trust * score
        variance = 1 + expected**2 - (posterior.explained * cross).sum(axis=1)
        gain = seen.min(axis=1)[:, None] - expected - posterior.mean
        return pick(pool, -expected_improvement(gain, np.sqrt(np.maximum(variance, 0))))[:, 0]

    def _score(self, archs: Archs) -> Floats:
        """Return the normal score of the cost of architectures (m, k, genes) among a sample's, (m, k)."""
        if self.reference is None:
            numbers = np.arange(SAMPLE)
            sample = self.known(self.cost, self.space.sample(numbers, Streams(0, "reference", numbers)))
            self.reference = np.sort(sample[~np.isnan(sample)])
        cost = self.known(self.cost, archs.reshape(-1, archs.shape[2])).reshape(archs.shape[:2])
        places = [np.searchsorted(self.reference, cost, side) for side in ("left", "right")]
        score: Floats = ndtri((places[0] + places[1] + 1) / (2 * self.reference.size + 2))
        return np.where(np.isnan(cost), 0.0, score)
