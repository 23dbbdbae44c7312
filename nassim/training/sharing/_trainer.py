"""One supernet in training: its images, its optimiser, and its answers."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from nassim.core.arrays import Archs
from nassim.training.data import Data, Split
from nassim.training.defaults import skeleton_for
from nassim.training.judging import Batch, Judge, NormMode
from nassim.training.supernet import fresh_supernet

CLIP = 5.0  # longest gradient of the weights
SLOWEST = 0.04  # last learning rate, as a share of the first: .001 of .025


class Trainer:
    """A fresh supernet and how its weights are trained, as in the searches published with NAS-Bench-201.

    SGD with Nesterov momentum 0.9, weight decay 5e-4, batches of 64, gradients of length 5 at most, and a cosine
    over all epochs from a learning rate of .025 to .001. Weights see training images, policies see validation images.
    All that is random comes from one seed. `norm` says with which statistics of normalisation cells are judged, see
    `Judge`; the gradients of weights and policies are those of the batch's own statistics always.
    """

    def __init__(
        self,
        data: Data,
        epochs: float,
        seed: int,
        learning_rate: float = 0.025,
        batch: int = 64,
        norm: NormMode = "batch",
    ) -> None:
        self.data, self.epochs, self.batch, self.learning_rate = data, epochs, batch, learning_rate
        skeleton = skeleton_for(data)
        self.supernet = fresh_supernet(skeleton, seed)
        self.supernet.to(data.train.labels.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.weights = list(self.supernet.parameters())
        self.optimiser = torch.optim.SGD(self.weights, learning_rate, momentum=0.9, nesterov=True, weight_decay=5e-4)
        self.judge = Judge(data, norm)
        self.generator = torch.Generator().manual_seed(seed)
        self.epoch = 0
        self._valid = self._endless(data.valid)

    @property
    def steps(self) -> int:
        """How many steps an epoch has."""
        return -(-len(self.data.train.labels) // self.batch)

    def batches(self) -> Iterator[Batch]:
        """Yield the training images of one epoch in a random order, and set each step's learning rate."""
        for step, batch in enumerate(self._shuffled(self.data.train)):
            share = 0.5 * (1.0 + cos(pi * (self.epoch + step / self.steps) / self.epochs))
            for group in self.optimiser.param_groups:
                group["lr"] = self.learning_rate * (SLOWEST + (1.0 - SLOWEST) * share)
            yield batch
        self.epoch += 1

    def endless(self) -> Iterator[Batch]:
        """Yield the batches of one epoch after another."""
        while True:
            yield from self.batches()

    def valid_batch(self) -> Batch:
        """Return the next batch of validation images; their order is drawn anew when all were seen."""
        return next(self._valid)

    def loss(self, weights: Tensor, batch: Batch) -> Tensor:
        """Return the cross entropy on a batch, its cells mixed by `weights` (6, 5)."""
        images, labels = batch
        return functional.cross_entropy(self.supernet(images, weights), labels)

    def descend(self, weights: Tensor, batch: Batch) -> None:
        """Train the shared weights by one step."""
        self.optimiser.zero_grad()
        self.loss(weights, batch).backward()  # type: ignore[no-untyped-call]
        self.apply()

    def apply(self) -> None:
        """Take one step of SGD along the gradients that lie with the weights, shortened where they are too long."""
        torch.nn.utils.clip_grad_norm_(self.weights, CLIP)
        self.optimiser.step()

    def one_shot_error(self, cell: Archs, batch: Batch | None = None) -> float:
        """Return the percentage of all validation images, or of a batch, that a cell (6,) classifies wrongly."""
        return self.judge.error(self.supernet, cell, None if batch is None else [batch])

    def best(self, cells: Archs) -> Archs:
        """Return the one of `cells` (n, 6) with the lowest one-shot error on the next validation batch."""
        batch = self.valid_batch()
        found: Archs = cells[int(np.argmin([self.one_shot_error(cell, batch) for cell in cells]))]
        return found

    def integers(self, high: int, *shape: int) -> Archs:
        """Return random integers in [0, high)."""
        drawn: Archs = torch.randint(high, shape, generator=self.generator).numpy().astype(np.int8)
        return drawn

    def _shuffled(self, split: Split) -> Iterator[Batch]:
        for chosen in torch.split(torch.randperm(len(split.labels), generator=self.generator), self.batch):
            yield split.images[chosen], split.labels[chosen]

    def _endless(self, split: Split) -> Iterator[Batch]:
        while True:
            yield from self._shuffled(split)


def probabilities(alpha: Tensor) -> NDArray[np.float64]:
    """Return the softmax of alpha (6, 5) over the operations."""
    values: NDArray[np.float64] = torch.softmax(alpha.detach().double(), dim=1).numpy()
    return values
