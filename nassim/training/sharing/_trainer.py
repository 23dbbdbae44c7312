"""One supernet in training: its images, its optimiser, and its answers."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from nassim.space import Archs
from nassim.training.data import Data, Split
from nassim.training.recipe import skeleton_for
from nassim.training.supernet import WIDTH, fresh_supernet

Batch = tuple[Tensor, Tensor]  # images and labels
JUDGED = 500  # validation images
CLIP = 5.0  # longest gradient of the weights
SLOWEST = 0.04  # last learning rate, as a share of the first: .001 of .025


class Trainer:
    """A fresh supernet and how its weights are trained, as in the searches published with NAS-Bench-201.

    SGD with Nesterov momentum 0.9, weight decay 5e-4, batches of 64, gradients of length 5 at most, and a cosine
    over all epochs from a learning rate of .025 to .001. Weights see training images, policies see validation images.
    All that is random comes from one seed.
    """

    def __init__(self, data: Data, epochs: int, seed: int, learning_rate: float = 0.025, batch: int = 64) -> None:
        self.data, self.epochs, self.batch, self.learning_rate = data, epochs, batch, learning_rate
        skeleton = skeleton_for(data.name, data.channels, data.size, data.classes)
        self.supernet = fresh_supernet(skeleton, seed)
        self.supernet.to(data.train.labels.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.weights = list(self.supernet.parameters())
        self.optimiser = torch.optim.SGD(self.weights, learning_rate, momentum=0.9, nesterov=True, weight_decay=5e-4)
        self.generator = torch.Generator().manual_seed(seed)
        self.epoch = 0
        self._valid = self._endless(data.valid)

    @property
    def judged(self) -> Split:
        """The validation images on which one-shot errors are compared: the same for all cells and supernets."""
        return Split(*(values[:JUDGED] for values in self.data.valid))

    def batches(self) -> Iterator[Batch]:
        """Yield the training images of one epoch in a random order, and set each step's learning rate."""
        steps = -(-len(self.data.train.labels) // self.batch)
        for step, batch in enumerate(self._shuffled(self.data.train)):
            share = 0.5 * (1.0 + cos(pi * (self.epoch + step / steps) / self.epochs))
            for group in self.optimiser.param_groups:
                group["lr"] = self.learning_rate * (SLOWEST + (1.0 - SLOWEST) * share)
            yield batch
        self.epoch += 1

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

    @torch.no_grad()
    def one_shot_error(self, cell: Archs, batch: Batch) -> float:
        """Return the percentage of a batch that a cell (6,), with the shared weights, classifies wrongly."""
        images, labels = batch
        answers = self.supernet(images, one_hot(cell)).argmax(dim=1)
        return 100.0 * float((answers != labels).double().mean())

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


def one_hot(cell: Archs) -> Tensor:
    """Return weights (6, 5) of which each gene's option has one."""
    return functional.one_hot(torch.from_numpy(cell.astype(np.int64)), WIDTH).float()


def probabilities(alpha: Tensor) -> NDArray[np.float64]:
    """Return the softmax of alpha (6, 5) over the operations."""
    values: NDArray[np.float64] = torch.softmax(alpha.detach().double(), dim=1).numpy()
    return values
