"""SNAS-style search for real: relaxed Gumbel samples (Xie, Zheng, Liu and Lin, ICLR 2019, arXiv:1812.09926)."""

from __future__ import annotations

import torch

from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Positive
from nassim.core.space import Space
from nassim.training.judging import NormMode
from nassim.training.sharing._alpha import Alpha, temperature
from nassim.training.sharing._search import ALL_OPERATIONS, SharedWeights


class Snas(SharedWeights):
    """Mix all operations by one relaxed sample of softmax(alpha) per batch; alpha and the weights descend together.

    The search is not bi-level: both gradients come from the same training images (the paper's section 2.3). The
    temperature falls linearly, here from 1 to 0.1; the rest is as in `darts`.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        data: str = "mnist5k",
        epochs: Count = 50,
        learning_rate: Positive = 0.007,
        hottest: Positive = 1.0,
        coldest: Positive = 0.1,
        norm: NormMode = "batch",
    ) -> None:
        super().__init__(space, streams, data, epochs, ALL_OPERATIONS, norm)
        self.alphas = [Alpha(trainer.generator, learning_rate) for trainer in self.trainers]
        self.hottest, self.coldest = hottest, coldest

    def epoch(self, row: int) -> None:
        """Step alpha and the weights at once, for every batch of training images."""
        trainer, alpha = self.trainers[row], self.alphas[row]
        heat = temperature(trainer.epoch, trainer.epochs, self.hottest, self.coldest)
        for batch in trainer.batches():
            sample = alpha.gumbel(heat, trainer.generator)
            trainer.optimiser.zero_grad()
            mixing = sample.detach().requires_grad_()
            trainer.loss(mixing, batch).backward()  # type: ignore[no-untyped-call]
            alpha.step(torch.autograd.grad(sample, alpha.values, mixing.grad)[0])
            trainer.apply()
