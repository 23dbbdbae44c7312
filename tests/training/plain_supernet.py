"""A supernet's mixed cell as one writes it first: each operation of each edge by itself, with PyTorch's own layers."""

from __future__ import annotations

import torch
from torch.nn import functional

from nassim.training.skeleton import CONV_1X1, CONV_3X3, ENDS, POOL, SKIP
from nassim.training.supernet import LEAVING, MixedCell, Supernet


def filters(cell: MixedCell, gene: int, kernel: int) -> torch.Tensor:
    """Return the weights of one edge's convolution."""
    source = ENDS[gene][0]
    place = LEAVING[source].index(gene)
    whole = cell.convolutions[f"{source}/{kernel}"].weight
    return whole.reshape(len(LEAVING[source]), -1, *whole.shape[1:])[place]


def plain_cell(cell: MixedCell, features: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Return the weighted sum of all operations on all edges, at the output node."""
    nodes = [features, *[torch.zeros_like(features) for _ in range(3)]]
    for gene in (0, 1, 3, 2, 4, 5):
        source, target = ENDS[gene]
        x = nodes[source]
        made = {SKIP: x, POOL: functional.avg_pool2d(x, 3, 1, 1, count_include_pad=False)}
        for operation, kernel in ((CONV_1X1, 1), (CONV_3X3, 3)):
            convolved = functional.conv2d(x.relu(), filters(cell, gene, kernel), padding=kernel // 2)
            made[operation] = torch.nn.BatchNorm2d(x.shape[1], affine=False, dtype=x.dtype)(convolved)
        nodes[target] = nodes[target] + sum(weights[gene, operation] * term for operation, term in made.items())
    return nodes[3]


def plain_loss(supernet: Supernet, weights: torch.Tensor, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """Return the cross entropy of a supernet whose cells are plain."""
    features, labels = batch
    for layer in supernet.body:
        features = plain_cell(layer, features, weights) if isinstance(layer, MixedCell) else layer(features)
    logits = supernet.classifier(supernet.norm(features).relu().mean(dim=(2, 3)))
    return functional.cross_entropy(logits, labels)
