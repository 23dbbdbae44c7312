"""DARTS for real, of first or second order (Liu, Simonyan and Yang, ICLR 2019, arXiv:1806.09055)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Positive
from nassim.core.space import Space
from nassim.training.judging import Batch, NormMode
from nassim.training.sharing._alpha import Alpha
from nassim.training.sharing._search import ALL_OPERATIONS, SharedWeights
from nassim.training.sharing._trainer import Trainer

NUDGE = 0.01  # length of the finite difference's step through the weights, as published


class Darts(SharedWeights):
    """Mix all operations by softmax(alpha); descend alpha on validation and the weights w on training images.

    First order: alpha steps down the gradient of L_val(w, alpha). Second order: of L_val(w', alpha), where
    w' = w - xi grad_w L_train(w, alpha) is one unrolled step (the paper's equation 6) with the optimiser's
    momentum and weight decay, as in the published code; its gradient by alpha is (equations 7 and 8)

        grad_alpha L_val(w', alpha) - xi (grad_alpha L_train(w+, alpha) - grad_alpha L_train(w-, alpha)) / (2 epsilon),
        w+- = w +- epsilon grad_w' L_val(w', alpha),  epsilon = 0.01 / |grad_w' L_val(w', alpha)|

    Published for NAS-Bench-201: 50 epochs, Adam at 3e-4. There an epoch has 25,000 / 64 = 390 steps; here it has as
    many as fit into the training images, 16 of mnist5k, so alpha's learning rate is 3e-4 * 390 / 16, or .007.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        data: str = "mnist5k",
        epochs: Count = 50,
        order: Literal[1, 2] = 1,
        learning_rate: Positive = 0.007,
        norm: NormMode = "batch",
    ) -> None:
        super().__init__(space, streams, data, epochs, ALL_OPERATIONS, norm)
        self.gradient = first_order if order == 1 else second_order
        self.alphas = [Alpha(trainer.generator, learning_rate) for trainer in self.trainers]

    def epoch(self, row: int) -> None:
        """Step alpha, then the weights, for every batch of training images."""
        trainer, alpha = self.trainers[row], self.alphas[row]
        for batch in trainer.batches():
            alpha.step(self.gradient(trainer, alpha, batch, trainer.valid_batch()))
            trainer.descend(alpha.softmax().detach(), batch)


def first_order(trainer: Trainer, alpha: Alpha, train: Batch, valid: Batch) -> Tensor:
    """Return the gradient of the validation loss by alpha (6, 5), with the weights as they are."""
    del train
    return torch.autograd.grad(trainer.loss(alpha.softmax(), valid), alpha.values)[0]


def second_order(trainer: Trainer, alpha: Alpha, train: Batch, valid: Batch) -> Tensor:
    """Return the gradient of the validation loss by alpha (6, 5), with the weights one training step ahead."""
    weights, kept = trainer.weights, [weight.detach().clone() for weight in trainer.weights]
    rate = trainer.optimiser.param_groups[0]["lr"]
    _move(weights, kept, [-rate * step for step in _steps(trainer, alpha, train)])
    by_alpha, *by_weights = torch.autograd.grad(trainer.loss(alpha.softmax(), valid), [alpha.values, *weights])
    epsilon = NUDGE / float(torch.cat([slope.flatten() for slope in by_weights]).norm())
    sides = []
    for sign in (1.0, -1.0):
        _move(weights, kept, [sign * epsilon * slope for slope in by_weights])
        sides.append(torch.autograd.grad(trainer.loss(alpha.softmax(), train), alpha.values)[0])
    _move(weights, kept, [torch.zeros_like(weight) for weight in weights])
    gradient: Tensor = by_alpha - rate * (sides[0] - sides[1]) / (2.0 * epsilon)
    return gradient


def _steps(trainer: Trainer, alpha: Alpha, batch: Batch) -> list[Tensor]:
    """Return what the optimiser would subtract from each weight, at a learning rate of one."""
    group = trainer.optimiser.param_groups[0]
    slopes = torch.autograd.grad(trainer.loss(alpha.softmax().detach(), batch), trainer.weights)
    steps = []
    for weight, slope in zip(trainer.weights, slopes, strict=True):
        moving = trainer.optimiser.state[weight].get("momentum_buffer")
        decayed = slope + group["weight_decay"] * weight.detach()
        steps.append(decayed if moving is None else decayed + group["momentum"] * moving)
    return steps


@torch.no_grad()
def _move(weights: Sequence[Tensor], origin: Sequence[Tensor], by: Sequence[Tensor]) -> None:
    """Set the weights to so far from the origin."""
    for weight, start, step in zip(weights, origin, by, strict=True):
        weight.copy_(start + step)
