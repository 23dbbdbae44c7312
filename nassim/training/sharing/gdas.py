"""GDAS for real: one sampled operation per edge (Dong and Yang, CVPR 2019, arXiv:1910.04465)."""

from __future__ import annotations

import torch
from torch import Tensor

from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Positive
from nassim.core.space import Space
from nassim.training.judging import NormMode
from nassim.training.sharing._alpha import Alpha, temperature
from nassim.training.sharing._search import ONE_NETWORK, SharedWeights
from nassim.training.supernet import WIDTH


class Gdas(SharedWeights):
    """Sample one operation per edge by Gumbel noise; in the backward pass the softmax stands for the sample.

        soft = softmax((log softmax(alpha) + g) / tau),  hard = one-hot(argmax soft) - detached(soft) + soft

    Only the sampled operations are computed, so only their entries of `hard` have a gradient (section 3.2 there).
    Weights and alpha step in turns, on training and validation images. Published for NAS-Bench-201: 250 epochs, tau
    from 10 to 0.1, Adam at 3e-4; here alpha's rate is that of `darts`, for its reason.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        data: str = "mnist5k",
        epochs: Count = 250,
        learning_rate: Positive = 0.007,
        hottest: Positive = 10.0,
        coldest: Positive = 0.1,
        norm: NormMode = "batch",
    ) -> None:
        super().__init__(space, streams, data, epochs, ONE_NETWORK, norm)
        self.alphas = [Alpha(trainer.generator, learning_rate) for trainer in self.trainers]
        self.hottest, self.coldest = hottest, coldest

    def epoch(self, row: int) -> None:
        """Step the weights of a sample, then alpha by another, for every batch of training images."""
        trainer, alpha = self.trainers[row], self.alphas[row]
        heat = temperature(trainer.epoch, trainer.epochs, self.hottest, self.coldest)
        for batch in trainer.batches():
            trainer.descend(straight_through(alpha.gumbel(heat, trainer.generator)).detach().round(), batch)
            hard = straight_through(alpha.gumbel(heat, trainer.generator))
            alpha.step(
                torch.autograd.grad(trainer.loss(hard, trainer.valid_batch()), alpha.values, allow_unused=True)[0]
            )


def straight_through(soft: Tensor) -> Tensor:
    """Return the one-hot row of each largest entry of `soft` (6, 5), with the gradient of `soft`."""
    hard = torch.nn.functional.one_hot(soft.argmax(dim=1), WIDTH).to(soft.dtype)
    return hard + (soft - soft.detach())
