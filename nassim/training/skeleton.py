"""What surrounds a cell, and which of its edges matter: all that is known of a network without building it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nassim.core.arrays import Archs
from nassim.core.errors import ArchitectureError, SettingError
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.spaces.nb201 import NB201, OPERATIONS

NONE, SKIP, CONV_1X1, CONV_3X3, POOL = range(len(OPERATIONS))
ENDS = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))  # source and target of each gene's edge
OUTPUT = 3


@dataclass(frozen=True)
class Skeleton:
    """What a cell is put into: a 3x3 stem, three stages of `cells` cells, two residual reductions, a classifier.

    The stages have `channels`, 2 * channels and 4 * channels. The published benchmark has 16 channels, 5 cells.
    """

    channels: Count = 16
    cells: Count = 5
    inputs: int = 3  # channels of an image
    size: int = 32  # height and width of an image
    classes: int = 10

    @property
    def stages(self) -> tuple[tuple[int, int], ...]:
        """(channels, height and width) of each of the three stages."""
        half = (self.size + 1) // 2
        return (self.channels, self.size), (2 * self.channels, half), (4 * self.channels, (half + 1) // 2)


def check_buildable(space: Space) -> None:
    """Raise SettingError unless networks can be built of this space's architectures."""
    if not isinstance(space, NB201):
        raise SettingError(f"networks can be built and trained of space {NB201.name} only, not of {space.name}")


class Edge(NamedTuple):
    """One edge of a cell: its two nodes and its operation."""

    source: int
    target: int
    operation: int

    @property
    def name(self) -> str:
        """Its name in a state_dict, as "0->1"."""
        return f"{self.source}->{self.target}"

    @property
    def convolves(self) -> bool:
        """Whether it has parameters."""
        return self.operation in {CONV_1X1, CONV_3X3}


def all_edges(arch: Archs) -> tuple[Edge, ...]:
    """Return the six edges of a cell, a row (6,), in the order of its genes: sorted by target."""
    if arch.shape != (len(ENDS),):
        raise ArchitectureError(f"expected one cell of space nb201, a row ({len(ENDS)},), got shape {arch.shape}")
    return tuple(Edge(*ends, int(operation)) for ends, operation in zip(ENDS, arch, strict=True))


def live_edges(arch: Archs) -> tuple[Edge, ...]:
    """Return the edges on a path from the input to the output that no `none` cuts.

    Others change nothing: what they compute does not reach the output, or they compute from zero. (In the
    published code a convolution of zero still gives its normalisation's learned constant. The authors' count of
    distinct networks takes it for zero, and so does this: isomorphic cells are the same network.)
    """
    edges = all_edges(arch)
    live = live_genes([edge.operation != NONE for edge in edges])
    return tuple(edge for edge, matters in zip(edges, live, strict=True) if matters)


def live_genes(passable: Sequence[bool]) -> list[bool]:
    """Return which edges, in the order of the genes, are on a path of passable edges from the input to the output."""
    edges = [ends for ends, open_ in zip(ENDS, passable, strict=True) if open_]
    begun, ended = {0}, {OUTPUT}
    for source, target in edges:
        if source in begun:
            begun.add(target)
    for source, target in reversed(edges):
        if target in ended:
            ended.add(source)
    return [(source, target) in edges and source in begun and target in ended for source, target in ENDS]
