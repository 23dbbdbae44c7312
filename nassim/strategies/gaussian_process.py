"""Gaussian process with expected improvement (Jones, Schonlau and Welch, J. Global Optim. 1998; Snoek et al., 2012).

The papers: "Efficient Global Optimization of Expensive Black-Box Functions"; "Practical Bayesian Optimization of
Machine Learning Algorithms", NeurIPS 2012, arXiv:1206.2944. On encoded architectures: White et al., "A Study on
Encodings for Neural Architecture Search", NeurIPS 2020, arXiv:2007.04965.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from nassim.benchmark import Outcome, Query
from nassim.settings import Count
from nassim.space import Archs, Space
from nassim.strategies._batches import Batches
from nassim.strategies._candidates import candidates, pick
from nassim.strategies._features import Features, normal_scores
from nassim.strategies._kernels import (
    condition,
    expected_improvement,
    log_likelihood,
    matern,
    squared_distances,
    variance,
    with_noise,
)
from nassim.strategy import Strategy
from nassim.streams import Floats, Rows, Streams

LENGTHS = (0.5, 1.0, 2.0, 4.0)  # in root 1/2 of the distance of two random architectures
NOISES = (0.01, 0.05, 0.2)  # variance of an observation, in that of the errors' normal scores


class GaussianProcess(Strategy):
    """After `initial` random architectures, train the candidate of the greatest expected improvement on the lowest
    mean among those observed, under a Gaussian process with a Matern-5/2 kernel over a space's features.

    encoding   what the kernel sees; None = "graph" where the space has it, else "onehot"
    refit      so often, in evaluations, length scale and noise of each run are chosen anew: those of the highest
               marginal likelihood on a grid
    near, far  candidates: mutants of the `parents` best, and random architectures

    The process models the errors' normal scores. Everything is closed form and batched over runs: a run alone equals
    its row bit for bit. Failed trainings count as the worst of their run. Nothing pending is asked again.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        initial: Count = 10,
        encoding: str | None = None,
        refit: Count = 10,
        parents: Count = 5,
        near: Count = 48,
        far: Count = 8,
    ) -> None:
        super().__init__(space, streams)
        self.refit, self.parents, self.near, self.far = refit, parents, near, far
        self.features = Features(space, encoding)
        self.batches = Batches(space, streams, initial, batch=1)
        self.length, self.noise = np.full(streams.runs, LENGTHS[1]), np.full(streams.runs, NOISES[1])
        self.models = 0

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then those of the greatest expected improvement."""
        return self.batches.ask(rows, self._propose)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer."""
        self.batches.tell(rows, asked, answer)

    def _propose(self, rows: Rows) -> Archs:
        history = self.batches.history
        pool = candidates(history, self.streams, rows, parents=self.parents, near=self.near, far=self.far)
        known, y = self.features(history.archs(rows)), normal_scores(history.error(rows))
        apart = squared_distances(known, known)
        if self.models % self.refit == 0:
            self._choose(rows, apart, y)
        self.models += 1
        return pick(pool, -self._improvement(rows, apart, squared_distances(known, self.features(pool.archs)), y))

    def _choose(self, rows: Rows, apart: Floats, y: Floats) -> None:
        """Set length scale and noise of each row to those of the highest marginal likelihood; of equals the first."""
        best = np.full(rows.size, -np.inf)
        for length, noise in product(LENGTHS, NOISES):
            likelihood = log_likelihood(with_noise(matern(apart, length), noise), y)
            better = rows[likelihood > best]
            self.length[better], self.noise[better] = length, noise
            best = np.maximum(best, likelihood)

    def _improvement(self, rows: Rows, apart: Floats, to_pool: Floats, y: Floats) -> Floats:
        """Return the expected improvement of each candidate (m, pool)."""
        length, noise = self.length[rows, None, None], self.noise[rows, None]
        kernel, cross = matern(apart, length), matern(to_pool, length)
        noisy = with_noise(kernel, noise)
        posterior = condition(noisy, cross, y)
        lowest = (kernel @ np.linalg.solve(noisy, y[:, :, None])).min(axis=1)
        return expected_improvement(lowest - posterior.mean, np.sqrt(variance(posterior, cross)))
