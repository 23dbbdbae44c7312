"""What all searches with shared weights have in common: supernets in, mixtures and notes out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.spaces.nb201 import NB201
from nassim.training.data import load
from nassim.training.judging import NormMode
from nassim.training.sharing._alpha import Alpha
from nassim.training.sharing._trainer import Trainer
from nassim.training.skeleton import SKIP

ALL_OPERATIONS, ONE_NETWORK = 5.0, 1.0  # what an epoch costs, in epochs of an average network


class SharedWeights(Strategy[Mixture, RelaxedOutcome]):
    """A search that trains one supernet per run on real images, an epoch per step.

    It asks for the mixture that its policy is, so the benchmark charges what the epoch costs and the trace keeps
    the true error of the cell it would hand in; it does not learn from the answer. Beside each step it notes
    the policy's mean `entropy` in nats, the `skips` in the cell, its `one-shot` error in percent on all validation
    images, and as `p 0.1` the probability of gene 0's option 1. With which statistics of normalisation cells are judged
    is the setting `norm`, see `nassim.training.judging`.
    """

    runs_per_unit = 1
    trains_itself = True
    alphas: Sequence[Alpha]  # of each row, where a search has them

    def __init__(self, space: Space, streams: Streams, data: str, epochs: int, cost: float, norm: NormMode) -> None:
        super().__init__(space, streams)
        if not isinstance(space, NB201):
            raise SettingError(f"shared weights are trained in space nb201 alone, not in {space.name}")
        self.max_evaluations, self.epoch_cost = epochs, cost
        self.data = load(data)
        seeds = (2.0**52 * streams.uniform(np.arange(streams.runs))).astype(np.int64).tolist()
        self.trainers = [Trainer(self.data, epochs, seed, norm=norm) for seed in seeds]

    @abstractmethod
    def epoch(self, row: int) -> None:
        """Train the supernet of a row, and its policy, for one epoch."""

    def policy(self, row: int) -> NDArray[np.float64]:
        """Return a row's probabilities (6, 5): those of alpha."""
        return self.alphas[row].probabilities()

    def cell(self, row: int) -> Archs:
        """Return the cell (6,) that a row would hand in after its last epoch: alpha's most probable."""
        return self.alphas[row].cell()

    def ask(self, rows: Rows) -> Mixture:
        """Train each row for an epoch and return its policy."""
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # other cores have runs of their own, and sums must not depend on the number
        try:
            for row in rows.tolist():
                self.epoch(row)
        finally:
            torch.set_num_threads(threads)
        return Mixture(np.stack([self.policy(row) for row in rows]), np.full(rows.size, self.epoch_cost))

    def tell(self, rows: Rows, asked: Mixture, answer: RelaxedOutcome) -> None:
        """Learn nothing: real weight sharing never sees the truth."""

    def derive_architecture(self, rows: Rows) -> Archs:
        """Return the cell of each row."""
        return np.stack([self.cell(row) for row in rows.tolist()])

    def diagnostics(self, rows: Rows) -> Mapping[str, Floats]:
        """Return entropy, skips, one-shot error and all probabilities."""
        policies, cells = np.stack([self.policy(row) for row in rows]), self.derive_architecture(rows)
        entropy = -np.sum(policies * np.log(np.maximum(policies, 1e-300)), axis=2).mean(axis=1)
        trainers = [self.trainers[row] for row in rows]
        errors = [trainer.one_shot_error(cell) for trainer, cell in zip(trainers, cells, strict=True)]
        chances = {f"p {gene}.{option}": policies[:, gene, option] for gene, option in np.ndindex(policies.shape[1:])}
        skips = (cells == SKIP).sum(axis=1).astype(np.float64)
        return {"entropy": entropy, "skips": skips, "one-shot": np.array(errors), **chances}
