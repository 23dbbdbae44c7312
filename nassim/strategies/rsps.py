"""RSPS: random search with parameter sharing (Li and Talwalkar, UAI 2019, arXiv:1902.07638), or single-path one-shot.

The papers: "Random Search and Reproducibility for Neural Architecture Search"; Guo et al., "Single Path One-Shot Neural
Architecture Search with Uniform Sampling", ECCV 2020, arXiv:1904.00420; for fair sampling, Chu et al., "FairNAS:
Rethinking Evaluation Fairness of Weight Sharing", ICCV 2021, arXiv:1907.01845.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from nassim.core.arrays import Archs, Rows
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome, SupernetState
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._one_shot import best_candidate, errors_seen


class Rsps(Strategy[Mixture, RelaxedOutcome]):
    """Train one supernet on random architectures; hand in the best of `candidates` random ones by its weights.

    Published for NAS-Bench-201: 250 epochs, 100 candidates. On a benchmark without weight sharing, the candidates have
    weights of their own: the best of 100 trained networks, for the price of little more than one.

    Args:
        sampling: uniform: each minibatch trains one uniformly drawn architecture, so an epoch trains option o of gene g
            for T[g, o] <- T[g, o] + 1 / options of g epochs. fair: as many architectures as a gene has options, which
            share none, so T[g, o] <- T[g, o] + 1, and an epoch costs that much more.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        epochs: Count = 250,
        candidates: Count = 100,
        sampling: Literal["uniform", "fair"] = "uniform",
    ) -> None:
        super().__init__(space, streams)
        self.max_evaluations, self.candidates = epochs, candidates
        self.uniform = space.option_mask / np.array(space.choices)[:, None]
        fair = sampling == "fair"
        self.gain = space.option_mask.astype(np.float64) if fair else self.uniform
        self.epoch_cost = float(np.mean(space.choices)) if fair else 1.0
        self.trained = np.zeros((streams.runs, *space.option_mask.shape))
        self.found = np.zeros((streams.runs, len(space.choices)), dtype=space.dtype)

    def ask(self, rows: Rows) -> Mixture:
        """Return the uniform mixture, and random candidates to be judged after an epoch's training."""
        drawn = [self.space.sample(rows, self.streams) for _ in range(self.candidates)]
        self.trained[rows] += self.gain
        shares = np.broadcast_to(self.uniform, (rows.size, *self.uniform.shape))
        supernet = SupernetState(self.trained[rows], np.stack(drawn, axis=1))
        return Mixture(shares, np.full(rows.size, self.epoch_cost), supernet=supernet)

    def tell(self, rows: Rows, asked: Mixture, answer: RelaxedOutcome) -> None:
        """Keep the best candidate."""
        self.found[rows] = best_candidate(asked, errors_seen(rows, self.streams, answer))

    def derive_architecture(self, rows: Rows) -> Archs:
        """Return the best candidate of the last epoch."""
        return self.found[rows]
