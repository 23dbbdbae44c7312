"""The MnasNet space (Tan et al., CVPR 2019) as Accel-NASBench has it (Ahmad et al., 2024): ImageNet classifiers.

Seven blocks of inverted residual layers between a fixed stem and a fixed head. Each block has an expansion factor,
a kernel size, a number of layers, and squeeze-and-excitation or not: 104,485,552,128 networks, all different.
"""

from __future__ import annotations

import json
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.errors import ArchitectureError, suggest
from nassim.space import Archs, Ids, Space
from nassim.streams import Floats

BLOCKS = 7
EXPANSIONS, KERNELS = (1, 4, 6), (3, 5)
LAYERS = ((1, 2, 3),) * 5 + ((1, 2, 3, 4), (1, 2, 3))  # per block
STRIDES = (1, 2, 2, 2, 1, 2, 1)  # of the first layer of each block
CHANNELS = (32, 16, 24, 40, 80, 112, 192, 320)  # into each block, and out of the last
INPUT, HEAD, CLASSES = 224, 1280, 1000  # pixels on a side; channels before the classifier
SQUEEZE = 4  # squeeze-and-excitation has a quarter of a layer's input channels
PER_VALUE = 4  # how often the authors' counter counts each value that is normalised: batch statistics and scaling
SHOWN = 60  # characters of a wrong text that a message repeats


class Count(NamedTuple):
    """What a part of a network has, or a whole one: numbers, or an array of any shape for many."""

    params: Any
    macs: Any  # multiply-accumulates at 224 x 224 pixels, counted as in the published files
    values: Any  # values that convolutions write: what memory bandwidth has to carry


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
        self.check(arch[None])
        chosen = (options[choice] for options, choice in zip(self.options, arch.tolist(), strict=True))
        members = (f'"{gene}": {text}' for gene, text in zip(self.genes, chosen, strict=True))
        return f"{{{', '.join(members)}}}"

    def parse(self, text: str) -> Archs:
        """Return the row (28,) of such a JSON object, its members in any order; else ArchitectureError."""
        return self.from_members(_members(text))

    def from_members(self, members: list[tuple[str, Any]]) -> Archs:
        """Return the row (28,) of the members of such an object, with values as JSON has them."""
        names = [name for name, _ in members]
        for name in names:
            if name not in self.genes:
                raise ArchitectureError(f"unknown gene {_short(name)}{suggest(name, self.genes)}")
        for gene in self.genes:
            if names.count(gene) != 1:
                raise ArchitectureError(f"expected {gene} once, got it {names.count(gene)} times")
        values = dict(members)
        row = [_choice(gene, options, values[gene]) for gene, options in zip(self.genes, self.options, strict=True)]
        return np.array(row, dtype=np.int8)

    def count(self, archs: Archs) -> Count:
        """Return parameters, multiply-accumulates and values of whole networks, each (n,); exact."""
        totals = (self._outside[part] + blocks.sum(axis=1) for part, blocks in enumerate(self.count_blocks(archs)))
        return Count(*totals)

    def count_blocks(self, archs: Archs) -> Count:
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
        blocks, whole = self.count_blocks(archs), self.count(archs)
        _, kernel, layers, squeezed = np.moveaxis(archs.reshape(-1, BLOCKS, 4), 2, 0).astype(np.int64)
        layers = layers + 1
        without = archs.copy()
        without[:, 3::4] = 0
        summed = [layers, layers * kernel, layers * squeezed, blocks.values - self.count_blocks(without).values]
        totals = [*whole, *(part.sum(axis=1) for part in summed)]
        return np.column_stack([archs, *blocks, *totals]).astype(np.float64)

    @cached_property
    def _of_block(self) -> Ids:
        """The counts of every block with every combination of its options, (3, 7, 3, 2, 4, 2)."""
        most = max(map(len, LAYERS))
        table = np.zeros((3, BLOCKS, len(EXPANSIONS), len(KERNELS), most, 2), dtype=np.int64)
        for block, layers in enumerate(LAYERS):
            for chosen in product(range(len(EXPANSIONS)), range(len(KERNELS)), range(len(layers)), (0, 1)):
                expansion, kernel, number, squeezed = chosen
                table[:, block, *chosen] = _block(
                    block, EXPANSIONS[expansion], KERNELS[kernel], layers[number], squeezed=bool(squeezed)
                )
        return table

    @cached_property
    def _outside(self) -> Count:
        """The counts of stem and head."""
        stem = _convolution(3, CHANNELS[0], 9, INPUT // 2)
        last = _convolution(CHANNELS[-1], HEAD, 1, _side(BLOCKS))
        pooling = HEAD * (_side(BLOCKS) ** 2 + 1)
        return _sum([stem, last, Count((HEAD + 1) * CLASSES, pooling + HEAD * CLASSES, CLASSES)])


def _side(block: int) -> int:
    """Return how many pixels on a side enter a block."""
    return INPUT // 2 // int(np.prod(STRIDES[:block]))


def _block(block: int, expansion: int, kernel: int, layers: int, *, squeezed: bool) -> Count:
    """Return the counts of one block: its first layer changes channels and resolution, the others keep them."""
    before, after = _side(block), _side(block + 1)
    wide = CHANNELS[block + 1]
    first = _layer(CHANNELS[block], wide, expansion, kernel, squeezed, before, after)
    other = _layer(wide, wide, expansion, kernel, squeezed, after, after)
    return _sum([first, *[other] * (layers - 1)])


def _layer(inner: int, outer: int, expansion: int, kernel: int, squeezed: bool, before: int, after: int) -> Count:
    """Return the counts of one layer: expand by 1x1, filter each channel, squeeze and excite, project by 1x1."""
    wide = inner * expansion
    parts = [_convolution(1, wide, kernel**2, after), _convolution(wide, outer, 1, after)]
    if expansion > 1:
        parts.append(_convolution(inner, wide, 1, before))
    if squeezed:
        weights = 2 * wide * (inner // SQUEEZE)
        parts.append(Count(weights + inner // SQUEEZE + wide, weights + wide * (after**2 + 1), wide * after**2))
    return _sum(parts)


def _convolution(inner: int, outer: int, area: int, side: int) -> Count:
    """Return the counts of a convolution without bias and the normalisation after it."""
    weights, values = inner * outer * area, outer * side**2
    return Count(weights + 2 * outer, weights * side**2 + PER_VALUE * values, values)


def _sum(counts: list[Count]) -> Count:
    return Count(*map(sum, zip(*counts, strict=True)))


def _members(text: str) -> list[tuple[str, Any]]:
    """Return the members of a JSON object in their order, repeated ones too."""
    try:
        members = json.loads(text, object_pairs_hook=list)
    except (ValueError, RecursionError):
        members = None
    if not (isinstance(members, list) and all(isinstance(member, tuple) for member in members)):
        raise ArchitectureError(f'expected a JSON object such as {{"block0_e": 6, ...}}, got {_short(text)}')
    return members


def _choice(gene: str, options: tuple[str, ...], value: Any) -> int:
    text = json.dumps(value)
    if text not in options:
        raise ArchitectureError(f"{gene} must be one of {', '.join(options)}, got {_short(text)}")
    return options.index(text)


def _short(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")
