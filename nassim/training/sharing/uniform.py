"""Single-path one-shot search for real, with uniform or strictly fair sampling.

Uniform: Guo et al., "Single Path One-Shot Neural Architecture Search with Uniform Sampling", ECCV 2020, and Li and
Talwalkar, "Random Search and Reproducibility for NAS", UAI 2019 (RSPS in NAS-Bench-201). Fair: Chu et al., "FairNAS:
Rethinking Evaluation Fairness of Weight Sharing", ICCV 2021.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from nassim.core.arrays import Archs
from nassim.core.random_streams import Streams
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.training.judging import Batch, NormMode
from nassim.training.sharing._search import ONE_NETWORK, SharedWeights
from nassim.training.sharing._trainer import Trainer
from nassim.training.supernet import GENES, WIDTH, one_hot


class Uniform(SharedWeights):
    """Train the weights of random cells; hand in the best of `candidates` random cells by their shared weights.

    Published for NAS-Bench-201's RSPS: 250 epochs, 100 candidates by their accuracy on one validation batch.

    Args:
        sampling: uniform: each batch trains one uniformly drawn cell. fair: it trains as many cells as there are
            operations, drawn so that each operation of each edge is in exactly one of them, and their gradients are
            added up for one step (FairNAS, section 4); an epoch then costs five times as much.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        data: str = "mnist5k",
        epochs: Count = 250,
        sampling: Literal["uniform", "fair"] = "uniform",
        candidates: Count = 100,
        norm: NormMode = "batch",
    ) -> None:
        super().__init__(space, streams, data, epochs, ONE_NETWORK if sampling == "uniform" else float(WIDTH), norm)
        self.step = uniform_step if sampling == "uniform" else fair_step
        self.candidates = candidates
        self.found: dict[int, Archs] = {}

    def epoch(self, row: int) -> None:
        """Train on every batch of training images; then draw cells and judge them."""
        trainer = self.trainers[row]
        for batch in trainer.batches():
            self.step(trainer, batch)
        self.found[row] = trainer.best(trainer.integers(WIDTH, self.candidates, GENES))

    def policy(self, row: int) -> NDArray[np.float64]:
        """Return equal chances: nothing is learned but weights."""
        del row
        return np.full((GENES, WIDTH), 1.0 / WIDTH)

    def cell(self, row: int) -> Archs:
        """Return the best cell of the last epoch."""
        return self.found[row]


def uniform_step(trainer: Trainer, batch: Batch) -> None:
    """Train one random cell on a batch."""
    trainer.descend(one_hot(trainer.integers(WIDTH, GENES)), batch)


def fair_step(trainer: Trainer, batch: Batch) -> None:
    """Train five cells that share no operation of an edge on a batch, with one step for all."""
    trainer.optimiser.zero_grad()
    for cell in fair_cells(trainer.generator):
        trainer.loss(one_hot(cell), batch).backward()  # type: ignore[no-untyped-call]
    trainer.apply()


def fair_cells(generator: torch.Generator) -> Archs:
    """Return cells (5, 6): each column is a random order of the operations."""
    orders = [torch.randperm(WIDTH, generator=generator) for _ in range(GENES)]
    cells: Archs = torch.stack(orders, dim=1).numpy().astype(np.int8)
    return cells
