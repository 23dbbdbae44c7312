"""The supernet of NAS-Bench-201's space: every operation on every edge, one set of weights for all its networks.

Batch normalisation inside a cell has no parameters of its own, as in the searches published with the benchmark (Dong
and Yang, ICLR 2020). While training it takes the statistics of the batch, and moves the running averages of each
operation on each edge; in evaluation mode it takes these, though no running average fits all the networks at once.
Which of them judge a network is a setting of `judging.py`.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from nassim.core.arrays import Archs
from nassim.spaces.nb201 import OPERATIONS
from nassim.training.networks import Pool, Reduction, Stem
from nassim.training.skeleton import CONV_1X1, CONV_3X3, ENDS, NONE, OUTPUT, POOL, SKIP, Skeleton, live_genes

KERNELS = {CONV_1X1: 1, CONV_3X3: 3}
GENES, WIDTH = len(ENDS), len(OPERATIONS)
LEAVING = {source: [gene for gene, ends in enumerate(ENDS) if ends[0] == source] for source in range(OUTPUT)}
Needed = list[list[bool]]  # by gene and operation


class Supernet(nn.Module):
    """The skeleton with a `MixedCell` in the place of every cell."""

    def __init__(self, skeleton: Skeleton) -> None:
        super().__init__()
        layers: list[nn.Module] = [Stem(skeleton.inputs, skeleton.channels)]
        for stage, (channels, size) in enumerate(skeleton.stages):
            if stage > 0:
                layers.append(Reduction(channels // 2, channels))
            layers += [MixedCell(channels, size) for _ in range(skeleton.cells)]
        self.body = nn.ModuleList(layers)
        self.norm = nn.BatchNorm2d(channels)
        self.classifier = nn.Linear(channels, skeleton.classes)

    def forward(self, images: Tensor, weights: Tensor) -> Tensor:
        """Return logits (n, classes); the features of each edge are the sum of its operations' times `weights` (6, 5).

        Operations of weight 0 are not computed, and get no gradient: a one-hot row costs as much as one network.
        """
        needed = _needed(weights)
        features = images
        for layer in self.body:
            features = layer(features, weights, needed) if isinstance(layer, MixedCell) else layer(features)
        logits: Tensor = self.classifier(self.norm(features).relu().mean(dim=(2, 3)))
        return logits


class MixedCell(nn.Module):
    """A cell of four nodes whose edges mix all operations; what leaves one node is computed together."""

    def __init__(self, channels: int, size: int) -> None:
        super().__init__()
        self.channels = channels
        self.convolutions = nn.ModuleDict(
            {
                f"{source}/{kernel}": nn.Conv2d(
                    channels, channels * len(genes), kernel, padding=kernel // 2, bias=False
                )
                for source, genes in LEAVING.items()
                for kernel in KERNELS.values()
            }
        )
        self.norms = nn.ModuleDict(
            {
                f"{source}/{kernel}": EdgeNorms(channels, len(genes))
                for source, genes in LEAVING.items()
                for kernel in KERNELS.values()
            }
        )
        self.pool = Pool(channels, size)

    def forward(self, features: Tensor, weights: Tensor, needed: Needed) -> Tensor:
        """Return the output node, of the shape of the input (n, channels, size, size)."""
        nodes = {0: features}
        for source, genes in LEAVING.items():
            if source not in nodes:
                continue
            for (gene, operation), term in self._leaving(source, genes, nodes[source], needed).items():
                target, part = ENDS[gene][1], _scaled(term, weights, gene, operation)
                nodes[target] = nodes[target] + part if target in nodes else part
        return nodes[OUTPUT] if OUTPUT in nodes else features * 0.0

    def _leaving(
        self, source: int, genes: list[int], features: Tensor, needed: Needed
    ) -> dict[tuple[int, int], Tensor]:
        """Return by gene and operation what the needed operations make of a node."""
        terms = {(gene, SKIP): features for gene in genes if needed[gene][SKIP]}
        pooling = [gene for gene in genes if needed[gene][POOL]]
        if pooling:
            terms |= dict.fromkeys([(gene, POOL) for gene in pooling], self.pool(features))
        convolving = {operation: [gene for gene in genes if needed[gene][operation]] for operation in KERNELS}
        rectified = features.relu() if any(convolving.values()) else features
        for operation, wanted in convolving.items():
            if wanted:
                parts = self._convolved(source, operation, [genes.index(gene) for gene in wanted], rectified)
                terms |= {(gene, operation): part for gene, part in zip(wanted, parts, strict=True)}
        return terms

    def _convolved(self, source: int, operation: int, places: list[int], rectified: Tensor) -> tuple[Tensor, ...]:
        """Return the normalised convolutions of the edges at these places among those that leave a node."""
        kernel = KERNELS[operation]
        filters: Tensor = cast("nn.Conv2d", self.convolutions[f"{source}/{kernel}"]).weight
        if len(places) * self.channels < len(filters):
            filters = torch.cat([filters[place * self.channels :][: self.channels] for place in places])
        made = functional.conv2d(rectified, filters, padding=kernel // 2)
        normalised: Tensor = self.norms[f"{source}/{kernel}"](made, places)
        return torch.split(normalised, self.channels, dim=1)


class EdgeNorms(nn.BatchNorm2d):
    """Batch normalisation, without parameters, of one kind of convolution on the edges that leave a node."""

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(self, channels: int, edges: int) -> None:
        super().__init__(channels * edges, affine=False)
        self.channels = channels

    def forward(self, made: Tensor, places: list[int]) -> Tensor:  # type: ignore[override]
        """Return the convolutions (n, channels of these places, height, width) of some of the edges, normalised.

        While training, the running averages of these edges move by `momentum`; without one, they are those of all
        batches since `reset_running_stats`, as in PyTorch's own layer.
        """
        kept = [statistics.view(-1, self.channels) for statistics in (self.running_mean, self.running_var)]
        mean, variance = (statistics[places].flatten() for statistics in kept)
        if not self.training:
            return functional.batch_norm(made, mean, variance, eps=self.eps)
        self.num_batches_tracked += 1
        momentum = 1.0 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
        normalised = functional.batch_norm(made, mean, variance, training=True, momentum=momentum, eps=self.eps)
        for statistics, moved in zip(kept, (mean, variance), strict=True):
            statistics[places] = moved.view(-1, self.channels)
        return normalised


def _needed(weights: Tensor) -> Needed:
    """Return which operations have a weight, on edges that are on a path from the input to the output."""
    weighed = (weights.detach() != 0.0).tolist()
    for row in weighed:
        row[NONE] = False
    live = live_genes([any(row) for row in weighed])
    return [[matters and value for value in row] for matters, row in zip(live, weighed, strict=True)]


def _scaled(term: Tensor, weights: Tensor, gene: int, operation: int) -> Tensor:
    """Return the term times its weight; a constant of one changes nothing."""
    weight = weights[gene, operation]
    return term * weight if weight.requires_grad or weight.item() != 1.0 else term


def one_hot(cell: Archs) -> Tensor:
    """Return weights (6, 5) of which each gene's option has one: a path through a supernet."""
    return functional.one_hot(torch.from_numpy(cell.astype(np.int64)), WIDTH).float()


def fresh_supernet(skeleton: Skeleton, seed: int) -> Supernet:
    """Return a supernet whose initial weights depend on the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Supernet(skeleton)
