"""SETN for real: uniformly trained weights, a learned sampler (Dong and Yang, ICCV 2019, arXiv:1910.05733)."""

from __future__ import annotations

import numpy as np
import torch

from nassim.core.arrays import Archs
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Positive
from nassim.core.space import Space
from nassim.training.judging import NormMode
from nassim.training.sharing._alpha import Alpha
from nassim.training.sharing._search import ALL_OPERATIONS, ONE_NETWORK, SharedWeights
from nassim.training.supernet import GENES, WIDTH, one_hot


class Setn(SharedWeights):
    """Train the weights of a uniformly drawn cell on each training batch; learn alpha on validation images as `darts`.

    At the end of an epoch it would hand in the best of `candidates` cells, drawn from softmax(alpha), by their error
    with the shared weights on one validation batch. Published for NAS-Bench-201: 250 epochs, 100 candidates.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        data: str = "mnist5k",
        epochs: Count = 250,
        learning_rate: Positive = 0.007,
        candidates: Count = 100,
        norm: NormMode = "batch",
    ) -> None:
        super().__init__(space, streams, data, epochs, ALL_OPERATIONS + ONE_NETWORK, norm)
        self.alphas = [Alpha(trainer.generator, learning_rate) for trainer in self.trainers]
        self.candidates = candidates
        self.found: dict[int, Archs] = {}

    def epoch(self, row: int) -> None:
        """Step a random cell's weights, then alpha, for every batch of training images; then draw and judge cells."""
        trainer, alpha = self.trainers[row], self.alphas[row]
        for batch in trainer.batches():
            trainer.descend(one_hot(trainer.integers(WIDTH, GENES)), batch)
            loss = trainer.loss(alpha.softmax(), trainer.valid_batch())
            alpha.step(torch.autograd.grad(loss, alpha.values)[0])
        drawn = torch.multinomial(
            alpha.softmax().detach(), self.candidates, replacement=True, generator=trainer.generator
        )
        self.found[row] = trainer.best(drawn.T.numpy().astype(np.int8))

    def cell(self, row: int) -> Archs:
        """Return the best cell of the last epoch."""
        return self.found[row]
