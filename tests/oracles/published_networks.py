"""The networks of NAS-Bench-201 written down once more, plainly: every edge is computed, in the order of the paper.

Weights are taken from a nassim network by name, so both must give the same logits.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

EDGES = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
Weights = dict[str, Tensor]


def logits(arch: list[int], weights: Weights, images: Tensor, cells: int) -> Tensor:
    """Return the logits in evaluation mode."""
    x = normalised_convolution(images, weights, "body.0", kernel=3)
    number = 1
    for stage in range(3):
        if stage > 0:
            x = reduction(x, weights, f"body.{number}")
            number += 1
        for _ in range(cells):
            x = cell(arch, x, weights, f"body.{number}")
            number += 1
    x = functional.relu(normalised(x, weights, "norm"))
    x = functional.adaptive_avg_pool2d(x, 1).flatten(1)
    return x @ weights["classifier.weight"].T + weights["classifier.bias"]


def cell(arch: list[int], x: Tensor, weights: Weights, name: str) -> Tensor:
    """Return node 3: each node is the sum of its incoming edges."""
    nodes = [x]
    for target in (1, 2, 3):
        terms = [
            operation(choice, nodes[source], weights, f"{name}.operations.{source}->{end}")
            for (source, end), choice in zip(EDGES, arch, strict=True)
            if end == target
        ]
        nodes.append(sum(terms[1:], terms[0]))
    return nodes[3]


def operation(choice: int, x: Tensor, weights: Weights, name: str) -> Tensor:
    """Return x after none, skip_connect, nor_conv_1x1, nor_conv_3x3 or avg_pool_3x3."""
    if choice == 0:
        return x * 0.0
    if choice == 1:
        return x
    if choice == 4:
        return functional.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)
    return normalised_convolution(functional.relu(x), weights, name, kernel=1 if choice == 2 else 3)


def reduction(x: Tensor, weights: Weights, name: str) -> Tensor:
    """Return the residual block of stride 2."""
    y = normalised_convolution(functional.relu(x), weights, f"{name}.first", kernel=3, stride=2)
    y = normalised_convolution(functional.relu(y), weights, f"{name}.second", kernel=3)
    shortcut = functional.conv2d(functional.avg_pool2d(x, 2), weights[f"{name}.shortcut.1.weight"])
    return y + shortcut


def normalised_convolution(x: Tensor, weights: Weights, name: str, kernel: int, stride: int = 1) -> Tensor:
    """Return a convolution that keeps the size, and batch normalisation."""
    x = functional.conv2d(x, weights[f"{name}.0.weight"], stride=stride, padding=kernel // 2)
    return normalised(x, weights, f"{name}.1")


def normalised(x: Tensor, weights: Weights, name: str) -> Tensor:
    """Return batch normalisation with the running statistics."""
    shape = (1, -1, 1, 1)
    mean, variance, scale, shift = (
        weights[f"{name}.{key}"].view(shape) for key in ("running_mean", "running_var", "weight", "bias")
    )
    return (x - mean) / torch.sqrt(variance + 1e-5) * scale + shift
