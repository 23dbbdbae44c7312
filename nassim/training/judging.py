"""How the paths of a supernet are judged: on all validation images, and with which statistics of normalisation.

Data may lie sorted by class. Where normalisation takes the statistics of the images that are judged, a batch with some
of the classes alone makes any network look wrong; so batches are drawn here in which all classes have their share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from nassim.core.arrays import Archs
from nassim.training.data import Data, Split
from nassim.training.splits import balanced_order
from nassim.training.supernet import Supernet, one_hot

Batch = tuple[Tensor, Tensor]  # images and labels
NormMode = Literal["batch", "tracked", "recalibrated"]
SIZE = 500  # images of a batch, about
RECALIBRATING = 1000  # training images, about, of which statistics are taken anew


class Judge:
    """The images on which one-shot errors are compared, the same for all paths and supernets, and the statistics.

    Args:
        norm: batch: normalisation takes the statistics of the images that are judged, as in NATS-Bench's searches.
            tracked: the running averages of the training, over all the paths it took, as in NAS-Bench-201's.
            recalibrated: statistics of the path itself, on training images (Guo et al., ECCV 2020, section 3.4).
    """

    def __init__(self, data: Data, norm: NormMode = "batch") -> None:
        self.norm = norm
        self.valid = balanced_batches(data.valid)
        self.training = balanced_batches(data.train, RECALIBRATING) if norm == "recalibrated" else []

    def error(self, supernet: Supernet, cell: Archs, batches: Sequence[Batch] | None = None) -> float:
        """Return the percentage of images that a cell (6,), with the shared weights, classifies wrongly.

        They are those of the `batches`, by default all validation images. The supernet stays as it is, the statistics
        that it tracks included.
        """
        judged, weights = self.valid if batches is None else batches, one_hot(cell)
        with torch.no_grad(), self._statistics(supernet, weights):
            wrong = [int((supernet(images, weights).argmax(dim=1) != labels).sum()) for images, labels in judged]
        return 100.0 * (sum(wrong) / sum(len(labels) for _, labels in judged))

    @contextmanager
    def _statistics(self, supernet: Supernet, weights: Tensor) -> Iterator[None]:
        """Have the supernet normalise as this judge wants it, and afterwards as before."""
        norms = [layer for layer in supernet.modules() if isinstance(layer, nn.BatchNorm2d)]
        kept = [(buffer, buffer.clone()) for norm in norms for buffer in norm.buffers()]
        momenta, training = [norm.momentum for norm in norms], supernet.training
        try:
            if self.norm == "recalibrated":
                _recalibrate(supernet, norms, weights, self.training)
            supernet.train(self.norm == "batch")
            yield
        finally:
            supernet.train(training)
            for norm, momentum in zip(norms, momenta, strict=True):
                norm.momentum = momentum
            for buffer, before in kept:
                buffer.copy_(before)


def _recalibrate(supernet: Supernet, norms: list[nn.BatchNorm2d], weights: Tensor, batches: list[Batch]) -> None:
    """Have the supernet track the mean statistics of some batches, as one path sees them, and no others."""
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean over all that comes
    supernet.train()
    for images, _ in batches:
        supernet(images, weights)


def balanced_batches(split: Split, images: int | None = None, size: int = SIZE) -> list[Batch]:
    """Return images of a split in batches of about `size`, equally large up to one, in each of which classes are even.

    With a number of `images`, about so many of them are taken, else all. Which image is in which batch is random, but
    the same every time.
    """
    order = balanced_order(split.labels.cpu().numpy())[:images]
    parts = np.array_split(order, max(round(len(order) / size), 1))
    chosen = [torch.from_numpy(part).to(split.labels.device) for part in parts]
    return [(split.images[part], split.labels[part]) for part in chosen]
