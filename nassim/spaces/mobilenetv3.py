"""The MobileNetV3 space of once-for-all (Cai et al., ICLR 2020): ImageNet classifiers for phones, and their resolution.

Five stages of two to four inverted residual layers between a fixed stem and a fixed head. Each layer has a kernel size
and an expansion factor. How deep a stage is, is folded into its layers: the third and the fourth may be `none`, and a
fourth after no third is the third. 7,371**5 networks, about 2 x 10**19, at five resolutions.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from itertools import product
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ids, Ints
from nassim.core.documents import JsonValue, json_of
from nassim.core.errors import ArchitectureError, DataError, short
from nassim.core.space import Link, Space
from nassim.spaces._blocks import Block, divisible

STAGES, DEEPEST, SHALLOWEST = 5, 4, 2
KERNELS, EXPANSIONS, RESOLUTIONS = (3, 5, 7), (3, 4, 6), (160, 176, 192, 208, 224)
LAYERS = tuple(product(KERNELS, EXPANSIONS))
NONE, ABSENT = len(LAYERS), (0, 0)  # of a layer that is not there: its option; its kernel and expansion
LONGEST = 10_000  # letters of a text
LISTS = {"ks": STAGES * DEEPEST, "e": STAGES * DEEPEST, "d": STAGES}  # members of a text, and how long they are
CHANNELS = (16, 16, 24, 40, 80, 112, 160)  # of the stem, of the first layer, and of each stage, at width 1
FINAL, HEAD, CLASSES = 960, 1280, 1000  # channels of the last convolution and of the last but one linear layer
STRIDES = (1, 2, 2, 2, 1, 2)  # of the first layer, and of the first of each stage
SQUEEZED = (False, False, True, False, True, True)  # squeeze-and-excitation, of the same
FIXED = 6  # blocks that every network has
WIDTH = 1.2  # of the published network whose blocks were timed on a Note10
EXAMPLE = 'expected a JSON object such as {"ks": [3, 5, ...], "e": [6, 3, ...], "d": [2, 4, ...], "r": [224]}'


class Count(NamedTuple):
    """What networks have, each (n,)."""

    params: Ints
    macs: Ints  # multiply-accumulates of convolutions and linear layers for one image


class MobileNetV3(Space):
    """Genes resolution, stage1_layer1, ..., stage5_layer4; a text is once-for-all's dictionary as JSON.

    Its members are ks and e, the kernel size and the expansion factor of each of 20 layers, d, the depth of each of 5
    stages, and r, the resolution. Layers that are not there have the kernel 0 and the expansion 0.
    """

    name = "mobilenetv3"
    genes = (
        "resolution",
        *(f"stage{stage}_layer{layer}" for stage in range(1, STAGES + 1) for layer in range(1, DEEPEST + 1)),
    )
    options = (
        tuple(map(str, RESOLUTIONS)),
        *(
            (*(f"k{kernel}_e{expansion}" for kernel, expansion in LAYERS), *["none"] * (layer >= SHALLOWEST))
            for _ in range(STAGES)
            for layer in range(DEEPEST)
        ),
    )
    networks = len(RESOLUTIONS) * sum(len(LAYERS) ** depth for depth in range(SHALLOWEST, DEEPEST + 1)) ** STAGES
    encodings = ("onehot", "graph")

    def show(self, arch: Archs) -> str:
        """Return the dictionary of one architecture, a row (21,), as JSON."""
        self.check(arch[None])
        layers = self.layers(arch[None])[0]
        ks, e = layers[:, :, 0].ravel().tolist(), layers[:, :, 1].ravel().tolist()
        depths = (layers[:, :, 0] > 0).sum(axis=1).tolist()
        return f'{{"ks": {ks}, "e": {e}, "d": {depths}, "r": [{RESOLUTIONS[int(arch[0])]}]}}'

    def parse(self, text: str) -> Archs:
        """Return the row (21,) of such a dictionary, its members in any order.

        In published ones layers beyond the depth have some kernel and expansion, which are not looked at.

        Raises:
            ArchitectureError: If it is none.
        """
        if len(text) > LONGEST:
            raise ArchitectureError(f"{EXAMPLE}, got {len(text):,} letters")
        try:
            members = json_of(text, short(repr(text)), EXAMPLE)
        except DataError as error:
            raise ArchitectureError(str(error)) from error
        if not isinstance(members, dict):
            raise ArchitectureError(f"{EXAMPLE}, got {short(repr(text))}")
        return self.from_members(members)

    def from_members(self, members: Mapping[str, JsonValue]) -> Archs:
        """Return the row (21,) of the members of such a dictionary, with values as JSON has them."""
        lists = {name: _whole_numbers(name, members.get(name), length) for name, length in LISTS.items()}
        (resolution,) = _whole_numbers("r", members.get("r"), 1)
        if resolution not in RESOLUTIONS:
            raise ArchitectureError(f"r must be one of {', '.join(map(str, RESOLUTIONS))}, got {resolution}")
        pairs = list(zip(lists["ks"], lists["e"], strict=True))
        stages = [pairs[begin : begin + DEEPEST] for begin in range(0, len(pairs), DEEPEST)]
        chosen = [_stage(number, *stage) for number, stage in enumerate(zip(stages, lists["d"], strict=True), start=1)]
        return np.array([RESOLUTIONS.index(resolution), *(option for stage in chosen for option in stage)], np.int8)

    def representative(self, archs: Archs) -> Archs:
        """Return for each the one whose stages have no fourth layer without a third."""
        found = archs.copy()
        stages = found[:, 1:].reshape(len(archs), STAGES, DEEPEST)
        gap = (stages[:, :, SHALLOWEST] == NONE) & (stages[:, :, -1] != NONE)
        stages[gap] = stages[gap][:, [0, 1, 3, 2]]
        found[:, 1:] = stages.reshape(found[:, 1:].shape)
        return found

    def layers(self, archs: Archs) -> NDArray[np.int64]:
        """Return kernel and expansion of each layer, (n, 5, 4, 2); 0 where it is not there."""
        options = archs[:, 1:].reshape(len(archs), STAGES, DEEPEST).astype(np.intp)
        found: NDArray[np.int64] = np.array([*LAYERS, ABSENT])[options]
        return found

    def resolutions(self, archs: Archs) -> Ids:
        """Return how many pixels an image has on a side, (n,)."""
        return np.array(RESOLUTIONS)[archs[:, 0].astype(np.intp)]

    def blocks(self, archs: Archs, width: float = WIDTH) -> tuple[tuple[Block, ...], Ids]:
        """Return the blocks that networks are made of, and which of them each has, (n, 26); -1 = there is no layer.

        Args:
            archs: (n, 21).
            width: By how much channels are multiplied: 1 or 1.2 in the published networks.
        """
        resolution, options = archs[:, 0].astype(np.intp), archs[:, 1:].astype(np.intp)
        of_image = FIXED + STAGES * 2 * len(LAYERS)
        kind = (np.arange(STAGES * DEEPEST) // DEEPEST) * 2 + (np.arange(STAGES * DEEPEST) % DEEPEST > 0)
        layers = np.where(options == NONE, -1, FIXED + kind * len(LAYERS) + options)
        found = np.column_stack([np.tile(np.arange(FIXED), (len(archs), 1)), layers])
        return self.all_blocks(width), np.where(found < 0, -1, found + resolution[:, None] * of_image)

    def all_blocks(self, width: float = WIDTH) -> tuple[Block, ...]:
        """Return all blocks that networks of this space are made of, by resolution."""
        return _blocks(width)

    def count(self, archs: Archs, width: float = WIDTH) -> Count:
        """Return parameters and multiply-accumulates of whole networks, each (n,); exact."""
        blocks, which = self.blocks(archs, width)
        of_block = np.array([(block.params, block.macs) for block in blocks] + [(0, 0)])  # the last is that of no layer
        params, macs = of_block[which].sum(axis=1).T
        return Count(params, macs)

    @cached_property
    def graph_names(self) -> tuple[str, ...]:
        """What the columns of `graph` are."""
        layers = [f"{gene}_{part}" for gene in self.genes[1:] for part in ("kernel", "expansion")]
        depths = [f"stage{stage}_depth" for stage in range(1, STAGES + 1)]
        return ("resolution", *layers, *depths, "depth", "kernels", "expansions")

    def graph(self, archs: Archs) -> Floats:
        """Return resolution, kernels and expansions as numbers, how deep each stage is, and their sums, (n, 49)."""
        layers = self.layers(self.representative(archs))
        depths = (layers[:, :, :, 0] > 0).sum(axis=2)
        sums = np.column_stack([depths.sum(axis=1), layers.sum(axis=(1, 2))])
        columns = [self.resolutions(archs)[:, None], layers.reshape(len(archs), 2 * STAGES * DEEPEST), depths, sums]
        return np.concatenate(columns, axis=1, dtype=np.float64)

    def links(self, arch: Archs) -> tuple[Link, ...]:
        """Return each stage as a chain of its layers; the name of the first says how large the images are."""
        found, image = [], f", images of {int(self.resolutions(arch[None])[0])} pixels"
        for stage, layers in enumerate(self.layers(arch[None])[0], start=1):
            there = [f"{kernel}x{kernel} x{expansion}" for kernel, expansion in layers.tolist() if kernel]
            nodes = ["in", *map(str, range(1, len(there))), "out"]
            chain = zip(nodes, nodes[1:], there, strict=False)
            part = f"stage {stage}{image if stage == 1 else ''}"
            found += [Link(part, source, target, operation) for source, target, operation in chain]
        return tuple(found)


@cache
def _blocks(width: float) -> tuple[Block, ...]:
    """Return for each resolution the blocks that all networks have, then the layers that may begin or go on a stage."""
    return tuple(block for image in RESOLUTIONS for block in (*_fixed(image, width), *_layers(image, width)))


def _fixed(image: int, width: float) -> tuple[Block, ...]:
    stem, first, *_, last = (divisible(width * channels) for channels in CHANNELS)
    final, head = divisible(width * FINAL), divisible(width * HEAD)
    begin, end = _side(image, 0), _side(image, len(STRIDES))
    return (
        Block(image, "first_conv", image, 3, begin, stem, kernel=3, stride=2),
        Block(image, "layer", begin, stem, begin, first, hidden=stem, kernel=3),
        Block(image, "final_expand", end, last, end, final),
        Block(image, "pool", end, final, 1, final),
        Block(image, "feature_mix", 1, final, 1, head),
        Block(image, "classifier", 1, head, 1, CLASSES),
    )


def _layers(image: int, width: float) -> list[Block]:
    found = []
    for stage, begins in product(range(1, STAGES + 1), (True, False)):
        after, outer = _side(image, stage + 1), divisible(width * CHANNELS[stage + 1])
        side, inner = (_side(image, stage), divisible(width * CHANNELS[stage])) if begins else (after, outer)
        for kernel, expansion in LAYERS:
            hidden, stride = divisible(inner * expansion), STRIDES[stage] if begins else 1
            found.append(Block(image, "layer", side, inner, after, outer, hidden, kernel, stride, SQUEEZED[stage]))
    return found


def _side(image: int, place: int) -> int:
    """Return how many pixels on a side enter the first layer (0) or the stage of that place; beyond all, the head."""
    return -(-image // (2 * int(np.prod(STRIDES[:place]))))  # convolutions round up


def _whole_numbers(name: str, value: JsonValue, length: int) -> list[int]:
    """Return a member of a text; ArchitectureError unless it is a list of so many whole numbers, or one alone."""
    given = value if isinstance(value, list) else [value]
    if len(given) != length or not all(type(number) is int for number in given):
        raise ArchitectureError(f"{name} must be {length} whole numbers, got {short(repr(value))}; {EXAMPLE}")
    return cast("list[int]", given)


def _stage(number: int, layers: list[tuple[int, int]], depth: int) -> list[int]:
    """Return the options of a stage's layers, each a kernel and an expansion; ArchitectureError unless they fit."""
    if not SHALLOWEST <= depth <= DEEPEST:
        raise ArchitectureError(f"d must be from {SHALLOWEST} to {DEEPEST}, got {depth} for stage {number}")
    if ABSENT not in layers:
        layers = layers[:depth] + [ABSENT] * (DEEPEST - depth)
    there = [layer != ABSENT for layer in layers]
    if sum(there) != depth or not all(there[:SHALLOWEST]):
        raise ArchitectureError(f"stage {number} has d = {depth}, but kernels and expansions {short(repr(layers))}")
    for layer in layers:
        if layer not in {*LAYERS, ABSENT}:
            raise ArchitectureError(
                f"stage {number}: ks must be of {KERNELS} and e of {EXPANSIONS}, got {layer[0]} and {layer[1]}"
            )
    return [LAYERS.index(layer) if layer in LAYERS else NONE for layer in layers]
