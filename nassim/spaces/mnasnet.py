"""The MnasNet space (Tan et al., CVPR 2019) as Accel-NASBench has it (Ahmad et al., 2024): ImageNet classifiers.

Seven blocks of inverted residual layers between a fixed stem and a fixed head. Each block has an expansion factor,
a kernel size, a number of layers, and squeeze-and-excitation or not: 104,485,552,128 networks, all different.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import product
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ids, Ints
from nassim.core.documents import JsonValue
from nassim.core.space import Space
from nassim.spaces import _json_text

BLOCKS = 7
EXPANSIONS, KERNELS = (1, 4, 6), (3, 5)
LAYERS = ((1, 2, 3),) * 5 + ((1, 2, 3, 4), (1, 2, 3))  # per block
STRIDES = (1, 2, 2, 2, 1, 2, 1)  # of the first layer of each block
CHANNELS = (32, 16, 24, 40, 80, 112, 192, 320)  # into each block, and out of the last
INPUT, HEAD, CLASSES = 224, 1280, 1000  # pixels on a side; channels before the classifier
OPTIONS = (len(EXPANSIONS), len(KERNELS), max(map(len, LAYERS)), 2)  # of a block, the most there are
SUMS = 7  # columns of `graph` that are sums over blocks
SQUEEZE = 4  # squeeze-and-excitation has a quarter of a layer's input channels
Amount = TypeVar("Amount", int, Ints)
PER_VALUE = 4  # how often the authors' counter counts each value that is normalised: batch statistics and scaling


class Count(NamedTuple, Generic[Amount]):
    """What a part of a network has, or a whole one: numbers, or an array of any shape for many."""

    params: Amount
    macs: Amount  # multiply-accumulates at 224 x 224 pixels, counted as in the published files
    values: Amount  # values that convolutions write: what memory bandwidth has to carry


class MnasNet(Space):
    """Genes block0_e, block0_k, block0_l, block0_se, block1_e, ...; a text is the JSON object of a published file."""

    name = "mnasnet"
    encodings = ("onehot", "graph")
    genes = tuple(f"block{block}_{part}" for block in range(BLOCKS) for part in ("e", "k", "l", "se"))
    options = tuple(
        tuple(map(str, values)) for layers in LAYERS for values in (EXPANSIONS, KERNELS, layers, ("false", "true"))
    )

    def show(self, arch: Archs) -> str:
        """Return the JSON object "architecture" of a published file for one architecture, a row (28,)."""
        return _json_text.show(self, arch)

    def parse(self, text: str) -> Archs:
        """Return the row (28,) of such a JSON object, its members in any order.

        Raises:
            ArchitectureError: If it is none.
        """
        return _json_text.parse(self, text)

    def from_members(self, members: Mapping[str, JsonValue]) -> Archs:
        """Return the row (28,) of the members of such an object, with values as JSON has them."""
        return _json_text.from_members(self, members)

    def count(self, archs: Archs) -> Count[Ints]:
        """Return parameters, multiply-accumulates and values of whole networks, each (n,); exact."""
        totals = (self._outside[part] + blocks.sum(axis=1) for part, blocks in enumerate(self.count_blocks(archs)))
        return Count(*totals)

    def count_blocks(self, archs: Archs) -> Count[Ints]:
        """Return parameters, multiply-accumulates and values of each block, each (n, 7)."""
        genes = np.moveaxis(archs.reshape(-1, BLOCKS, 4), 2, 0).astype(np.intp)
        found: NDArray[np.int64] = self._of_block[:, np.arange(BLOCKS), *genes]
        return Count(*found)

    @cached_property
    def graph_names(self) -> tuple[str, ...]:
        """What the columns of `graph` are."""
        counted = [f"block{block}_{part}" for part in Count._fields for block in range(BLOCKS)]
        return (*self.genes, *counted, *Count._fields, "layers", "layers_5x5", "layers_se", "values_se")

    def graph(self, archs: Archs) -> Floats:
        """Return what an engineer would compute, (n, features): options as numbers, counts per block and in all."""
        features = np.empty((len(archs), len(self.graph_names)))
        features[:, : len(self.genes)] = archs
        counts, totals = features[:, len(self.genes) : -SUMS], features[:, -SUMS:]
        totals[:] = np.pad(np.array(self._outside, dtype=np.float64), (0, SUMS - len(self._outside)))
        for block, table in enumerate(self._looked_up):
            options = archs[:, 4 * block : 4 * block + 4].T.astype(np.intp)
            found = table.take(np.ravel_multi_index(tuple(options), OPTIONS), axis=0)
            counts[:, block::BLOCKS] = found[:, : len(Count._fields)]
            totals += found
        return features

    @cached_property
    def _looked_up(self) -> Floats:
        """What each block adds to the totals of `graph`, by its options, (7, combinations, sums); counts come first."""
        blocks = self._of_block
        _, kernel, layers, squeezed = np.indices(OPTIONS)
        layers = layers + 1
        without = blocks - blocks[..., :1]  # squeeze-and-excitation
        found = [
            [*block, layers, layers * kernel, layers * squeezed, extra[2]]
            for block, extra in zip(blocks.swapaxes(0, 1), without.swapaxes(0, 1), strict=True)
        ]
        return np.array(found, dtype=np.float64).reshape(BLOCKS, SUMS, -1).swapaxes(1, 2).copy()

    @cached_property
    def _of_block(self) -> Ids:
        """The counts of every block with every combination of its options, (3, 7, 3, 2, 4, 2)."""
        table = np.zeros((len(Count._fields), BLOCKS, *OPTIONS), dtype=np.int64)
        for block, layers in enumerate(LAYERS):
            for chosen in product(range(len(EXPANSIONS)), range(len(KERNELS)), range(len(layers)), (0, 1)):
                expansion, kernel, number, squeezed = chosen
                table[:, block, *chosen] = _block(
                    block, EXPANSIONS[expansion], KERNELS[kernel], layers[number], squeezed=bool(squeezed)
                )
        return table

    @cached_property
    def _outside(self) -> Count[int]:
        """The counts of stem and head."""
        stem = _convolution(3, CHANNELS[0], 9, INPUT // 2)
        last = _convolution(CHANNELS[-1], HEAD, 1, _side(BLOCKS))
        pooling = HEAD * (_side(BLOCKS) ** 2 + 1)
        return _sum([stem, last, Count((HEAD + 1) * CLASSES, pooling + HEAD * CLASSES, CLASSES)])


def _side(block: int) -> int:
    """Return how many pixels on a side enter a block."""
    return INPUT // 2 // int(np.prod(STRIDES[:block]))


def _block(block: int, expansion: int, kernel: int, layers: int, *, squeezed: bool) -> Count[int]:
    """Return the counts of one block: its first layer changes channels and resolution, the others keep them."""
    before, after = _side(block), _side(block + 1)
    wide = CHANNELS[block + 1]
    first = _layer(CHANNELS[block], wide, expansion, kernel, squeezed, before, after)
    other = _layer(wide, wide, expansion, kernel, squeezed, after, after)
    return _sum([first, *[other] * (layers - 1)])


def _layer(inner: int, outer: int, expansion: int, kernel: int, squeezed: bool, before: int, after: int) -> Count[int]:
    """Return the counts of one layer: expand by 1x1, filter each channel, squeeze and excite, project by 1x1."""
    wide = inner * expansion
    parts = [_convolution(1, wide, kernel**2, after), _convolution(wide, outer, 1, after)]
    if expansion > 1:
        parts.append(_convolution(inner, wide, 1, before))
    if squeezed:
        weights = 2 * wide * (inner // SQUEEZE)
        parts.append(Count(weights + inner // SQUEEZE + wide, weights + wide * (after**2 + 1), wide * after**2))
    return _sum(parts)


def _convolution(inner: int, outer: int, area: int, side: int) -> Count[int]:
    """Return the counts of a convolution without bias and the normalisation after it."""
    weights, values = inner * outer * area, outer * side**2
    return Count(weights + 2 * outer, weights * side**2 + PER_VALUE * values, values)


def _sum(counts: list[Count[int]]) -> Count[int]:
    return Count(*map(sum, zip(*counts, strict=True)))
