"""Gaussian process with expected improvement (Jones, Schonlau and Welch, J. Global Optim. 1998; Snoek et al., 2012).

The papers: "Efficient Global Optimization of Expensive Black-Box Functions"; "Practical Bayesian Optimization of
Machine Learning Algorithms", NeurIPS 2012, arXiv:1206.2944. On encoded architectures: White et al., "A Study on
Encodings for Neural Architecture Search", NeurIPS 2020, arXiv:2007.04965.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._batches import Batches
from nassim.strategies._candidates import candidates, pick
from nassim.strategies._features import Features, normal_scores
from nassim.strategies._points import Points
from nassim.strategies._processes import Processes
from nassim.strategies._scales import Scales


class GaussianProcess(Strategy[Query, Outcome]):
    """After `initial` random architectures, train the candidate of the greatest expected improvement on the lowest
    mean among those observed, under a Gaussian process with a Matern-5/2 kernel over a space's features.

    Kernel and criterion are those of the second paper, which averages over length scales instead of choosing one. The
    process models the errors' normal scores. Everything is closed form and batched over runs: a run alone equals
    its row bit for bit. Failed trainings count as the worst of their run. Nothing pending is asked again.

    Args:
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
        initial: Count = 10,
        encoding: str | None = None,
        refit: Count = 10,
        parents: Count = 5,
        near: Count = 48,
        far: Count = 8,
        hands_in: Literal["lowest", "model"] = "lowest",
    ) -> None:
        super().__init__(space, streams)
        self.parents, self.near, self.far, self.hands_in = parents, near, far, hands_in
        self.features = Features(space, encoding)
        self.batches = Batches(space, streams, initial, batch=1)
        self.points = Points(streams.runs, self.features)
        self.processes = Processes(self.points, Scales(streams.runs, refit))

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then those of the greatest expected improvement."""
        return self.batches.ask(rows, self._propose)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer."""
        self.batches.tell(rows, asked, answer)

    def recommend(self, rows: Rows) -> NDArray[np.intp] | None:
        """Return which answers the model would hand in, (m,)."""
        if self.hands_in == "lowest":
            return None
        return self.processes.recommended(rows, self._learn(rows))

    def _propose(self, rows: Rows) -> Archs:
        pool = candidates(self.batches.history, self.streams, rows, parents=self.parents, near=self.near, far=self.far)
        y, asked = self._learn(rows), self.points.ask(pool)
        self.processes.fit(rows, y)
        return pick(pool, asked.spread(-self.processes.improvement(rows, asked, y)))

    def _learn(self, rows: Rows) -> Floats:
        """Take in what is new, and return the errors' normal scores, (m, told)."""
        history = self.batches.history
        self.points.learn(rows, history.archs(rows))
        return normal_scores(history.error(rows))
