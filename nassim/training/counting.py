"""Parameters and multiply-adds of networks, counted from the architecture without building anything."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Ids
from nassim.training.skeleton import CONV_1X1, CONV_3X3, Skeleton


def parameters(archs: Archs, skeleton: Skeleton) -> Ids:
    """Return the number of parameters of each network, edges that cannot matter included, shape (n,)."""
    ones, threes = _convolutions(archs)
    total = np.full(len(archs), skeleton.inputs * skeleton.channels * 9 + 2 * skeleton.channels)  # the stem
    for stage, (width, _) in enumerate(skeleton.stages):
        cell = ones * (width * width + 2 * width) + threes * (9 * width * width + 2 * width)
        total += skeleton.cells * cell
        if stage > 0:
            total += _reduction_weights(width) + 4 * width
    width = skeleton.stages[-1][0]
    total += 2 * width + width * skeleton.classes + skeleton.classes  # last normalisation and classifier
    return total


def multiply_adds(archs: Archs, skeleton: Skeleton) -> Ids:
    """Return the multiply-adds of convolutions and classifier per image of each network, shape (n,).

    This is what the field calls FLOPs: half the floating point operations. As with parameters, all edges count.
    """
    ones, threes = _convolutions(archs)
    total = np.full(len(archs), skeleton.inputs * skeleton.channels * 9 * skeleton.size**2)
    for stage, (width, size) in enumerate(skeleton.stages):
        total += skeleton.cells * (ones + 9 * threes) * width * width * size**2
        if stage > 0:
            total += _reduction_weights(width) * size**2
    total += skeleton.stages[-1][0] * skeleton.classes
    return total


def _convolutions(archs: Archs) -> tuple[Ids, Ids]:
    """Return how many 1x1 and how many 3x3 convolutions each cell has, both (n,)."""
    ones, threes = ((archs == operation).sum(axis=1, dtype=np.int64) for operation in (CONV_1X1, CONV_3X3))
    return ones, threes


def _reduction_weights(width: int) -> int:
    """Return the convolution weights of the residual reduction to `width` channels: 3x3, 3x3 and 1x1."""
    return 9 * (width // 2) * width + 9 * width * width + (width // 2) * width
