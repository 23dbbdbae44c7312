"""The networks of this study: one cell in NAS-Bench-201's skeleton, by depth, width and resolution.

The cell is a residual one, a 3x3 convolution with a skip connection around it. A network's number says what it is:
30812 has 3 cells in each stage, 8 channels in the first, and sees 12 pixels a side.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from nassim.core.arrays import Archs, Floats
from nassim.training.counting import multiply_adds, parameters
from nassim.training.skeleton import CONV_3X3, NONE, SKIP, Skeleton

CELL: Archs = np.array([CONV_3X3, NONE, NONE, SKIP, SKIP, NONE], dtype=np.int8)  # 0->1, 0->2, 1->2, 0->3, 1->3, 2->3
STAGES, REDUCING = 3, 4  # of the skeleton: stages, and 3x3 convolutions in its two reductions
WAYS = ("depth", "width", "resolution")
PRICES = np.array([1.0, 2.0, 2.0])  # to what powers FLOPs are proportional to these
NATIVE = 16  # pixels a side of the images as they are


class Scale(NamedTuple):
    """A network."""

    cells: int  # of each stage
    channels: int  # of the first stage
    size: int  # pixels a side

    @classmethod
    def of(cls, number: int) -> Self:
        """Return the network of a number."""
        return cls(number // 10_000, number // 100 % 100, number % 100)

    @property
    def number(self) -> int:
        """What it is called in records."""
        return 10_000 * self.cells + 100 * self.channels + self.size

    @property
    def skeleton(self) -> Skeleton:
        """What its cells are put into."""
        return Skeleton(self.channels, self.cells, size=self.size)

    @property
    def flops(self) -> int:
        """Its multiply-adds for one image."""
        return int(multiply_adds(CELL[None], self.skeleton)[0])

    @property
    def params(self) -> int:
        """Its parameters."""
        return int(parameters(CELL[None], self.skeleton)[0])

    @property
    def layers(self) -> int:
        """Its 3x3 convolutions between stem and classifier: what is called its depth, and FLOPs grow with."""
        return STAGES * self.cells + REDUCING


BASE = Scale(cells=2, channels=8, size=8)


def doublings(scales: list[Scale]) -> Floats:
    """Return how often depth, width and resolution of each network are twice the base's, (n, 3)."""
    measures = np.array([(scale.layers, scale.channels, scale.size) for scale in scales], dtype=np.float64)
    return np.log2(measures / (BASE.layers, BASE.channels, BASE.size))


def price(scale: Scale) -> float:
    """Return a network's multiply-adds, as a multiple of the base's."""
    return scale.flops / BASE.flops
