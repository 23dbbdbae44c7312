"""Blocks of mobile networks: what a table of measured blocks has a row for, and what each computes and stores."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Operation = Literal["first_conv", "layer", "final_expand", "pool", "feature_mix", "classifier"]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
MULTIPLE = 8  # channels are a multiple of it
MOST_LOST = 0.9  # of the channels that were asked for, the share that rounding must leave
SQUEEZE = 4  # squeeze-and-excitation has a quarter of a layer's hidden channels


class Block(NamedTuple):
    """A part of a network, by its shape; two of one shape are one block, wherever they stand."""

    image: int  # pixels on a side of the network's images; 0 in a table: whatever they are
    operation: Operation
    side: int  # pixels on a side that enter
    inner: int  # channels that enter
    after: int  # pixels on a side that leave
    outer: int  # channels that leave
    hidden: int = 0  # channels within an inverted residual layer
    kernel: int = 1  # pixels on a side
    stride: int = 1
    squeezed: bool = False  # squeeze-and-excitation

    def __str__(self) -> str:
        image = f"{self.operation} for images of {self.image} pixels" if self.image else self.operation
        inside = f" through {self.hidden}, kernel {self.kernel}, stride {self.stride}" if self.hidden else ""
        squeezed = ", squeeze-and-excitation" if self.squeezed else ""
        return (
            f"{image}: {self.side}x{self.side}x{self.inner} to {self.after}x{self.after}x{self.outer}{inside}{squeezed}"
        )

    @property
    def params(self) -> int:
        """Return its weights, biases, and the scales and shifts of normalisation."""
        if self.operation == "pool":
            return 0
        if self.operation == "layer":
            normalised = 2 * (self.outer + self.hidden * (2 if self._expands else 1))
            return self._weights + normalised + (self._narrow + self.hidden if self.squeezed else 0)
        return self._weights + {"feature_mix": 0, "classifier": self.outer}.get(self.operation, 2 * self.outer)

    @property
    def macs(self) -> int:
        """Return the multiply-accumulates of its convolutions and linear layers for one image."""
        if self.operation != "layer":
            return self._weights * self.after**2
        expansion = self.inner * self.hidden * self.side**2 if self._expands else 0
        filters = self.hidden * (self.kernel**2 + self.outer) * self.after**2
        return expansion + filters + (2 * self.hidden * self._narrow if self.squeezed else 0)

    @property
    def _expands(self) -> bool:
        """Whether a layer widens its input first; without an expansion it filters its input as it is."""
        return self.hidden != self.inner

    @property
    def _narrow(self) -> int:
        """The channels of squeeze-and-excitation."""
        return divisible(self.hidden / SQUEEZE)

    @property
    def _weights(self) -> int:
        if self.operation == "pool":
            return 0
        if self.operation != "layer":
            return self.inner * self.outer * self.kernel**2
        expansion = self.inner * self.hidden if self._expands else 0
        squeezing = 2 * self.hidden * self._narrow if self.squeezed else 0
        return expansion + self.hidden * (self.kernel**2 + self.outer) + squeezing


def divisible(channels: float) -> int:
    """Return the multiple of 8 nearest to a number of channels, one more where that would lose over a tenth."""
    nearest = max(MULTIPLE, int(channels + MULTIPLE / 2) // MULTIPLE * MULTIPLE)
    return nearest if nearest >= MOST_LOST * channels else nearest + MULTIPLE
