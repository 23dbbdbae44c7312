"""Kernel ridge Thompson sampling: train the best of a random guess (Chowdhury and Gopalan, ICML 2017).

The paper: "On Kernelized Multi-armed Bandits", arXiv:1704.00445, algorithm GP-TS; here in closed form.
"""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Positive
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._batches import Batches
from nassim.strategies._candidates import Candidates, candidates, pick
from nassim.strategies._features import Features, normal_scores
from nassim.strategies._kernels import matern, squared_distances
from nassim.strategies._points import Points
from nassim.strategies._policy import normal
from nassim.strategies._processes import Processes
from nassim.strategies._scales import Scales

JITTER = 1e-6  # added to the variances of the candidates, so that rounding leaves a covariance


class KernelRidgeThompson(Strategy[Query, Outcome]):
    """After `initial` random architectures, draw one function from what kernel ridge regression believes, and train
    the candidate that this function likes best. So it explores exactly where it does not know.

    The paper widens what it draws by a factor that its bound on the regret needs; here it is 1. Everything is closed
    form and batched over runs: a run alone equals its row bit for bit. With several workers the
    randomness of the draws keeps suggestions apart, and nothing pending is asked again.

    Args:
        encoding: What the kernel sees; None = "graph" where the space has it, else "onehot".
        length: Of the Matern-5/2 kernel; random architectures lie about 1.4 apart.
        noise: Variance of an observation, in that of the errors' normal scores.
        near: How many candidates are mutants of the `parents` best.
        far: How many candidates are random architectures.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        initial: Count = 10,
        encoding: str | None = None,
        length: Positive = 1.5,
        noise: Positive = 0.1,
        parents: Count = 5,
        near: Count = 48,
        far: Count = 8,
    ) -> None:
        super().__init__(space, streams)
        self.length = length
        self.parents, self.near, self.far = parents, near, far
        self.features = Features(space, encoding)
        self.batches = Batches(space, streams, initial, batch=1)
        self.points, steady = Points(streams.runs, self.features), Scales(streams.runs, refit=1)
        steady.length[:], steady.noise[:] = length, noise
        self.processes = Processes(self.points, steady)

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then the minimisers of random functions."""
        return self.batches.ask(rows, self._guess)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer; a failed training counts as the worst of its run."""
        self.batches.tell(rows, asked, answer)

    def _guess(self, rows: Rows) -> Archs:
        history = self.batches.history
        pool = candidates(history, self.streams, rows, parents=self.parents, near=self.near, far=self.far)
        return pick(pool, self._function(rows, pool))

    def _function(self, rows: Rows, pool: Candidates) -> Floats:
        """Return the values of a random function at the candidates, (m, pool): mean + Cholesky factor times normal.

        It is inf where it need not be known: at those asked for already, and behind the first of equal ones.
        """
        history = self.batches.history
        self.points.learn(rows, history.archs(rows))
        asked, y = self.points.ask(pool), normal_scores(history.error(rows))
        drawn, values = normal(self.streams, rows, pool.worth.shape[1:])[asked.worth], np.empty(len(asked.features))
        for said in self.processes.each(rows, asked, y):
            features = asked.features[said.part][None]
            among = matern(squared_distances(features, features), self.length)[0]
            covariance = among - said.white @ said.white.T + JITTER * np.eye(len(among))
            values[said.part] = said.mean + np.linalg.cholesky(covariance) @ drawn[said.part]
        return asked.spread(values)
