"""Look-up tables of blocks in the published form, with numbers of our own: written out from what networks are made of.

Channels, strides and where squeeze-and-excitation is stand here by themselves, and not as the package has them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

RESOLUTIONS = (160, 176, 192, 208, 224)
WIDE, NARROW = (24, 24, 32, 48, 96, 136, 192), (16, 16, 24, 40, 80, 112, 160)  # at width 1.2 and 1
STRIDES, SQUEEZED, SWISH = (1, 2, 2, 2, 1, 2), (0, 0, 1, 0, 1, 1), (0, 0, 0, 1, 1, 1)
EXPANSIONS, KERNELS = (3, 4, 6), (3, 5, 7)
Numbers = dict[str, float]  # milliseconds by the name of a block


def half(side: int) -> int:
    """Return what a stride of two leaves of a side."""
    return (side + 1) // 2


def note10(directory: Path, seed: int = 0) -> dict[int, Numbers]:
    """Write a table for each resolution; return what they say."""
    generator = np.random.default_rng(seed)
    every = {}
    for image in RESOLUTIONS:
        every[image] = {name: float(generator.uniform(0.01, 5)) for name in note10_names(image)}
        lines = [
            f"{name}:\n  count: {number}\n  mean: {value!r}\n  std: {value / 7!r}"
            for number, (name, value) in enumerate(every[image].items())
        ]
        directory.mkdir(exist_ok=True)
        (directory / f"{image}_lookup_table.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return every


def note10_names(image: int) -> list[str]:
    """Return the names of all blocks of networks for images of this size."""
    sides = [half(image)]
    for stride in STRIDES:
        sides.append(half(sides[-1]) if stride == 2 else sides[-1])
    begin, end = sides[0], sides[-1]
    names = [
        f"Conv-input:{image}x{image}x3-output:{begin}x{begin}x24",
        layer10(begin, 24, begin, 24, 24, 3, 1, 0, 0),
        f"Conv_1-input:{end}x{end}x192-output:{end}x{end}x1152",
        f"AvgPool2D-input:{end}x{end}x1152-output:1x1x1152",
        "Conv_2-input:1x1x1152-output:1x1x1536",
        "Logits-input:1x1x1536-output:1000",
    ]
    for stage in range(1, 6):
        for side, inner, stride in (
            (sides[stage], WIDE[stage], STRIDES[stage]),
            (sides[stage + 1], WIDE[stage + 1], 1),
        ):
            names += [
                layer10(side, inner, sides[stage + 1], WIDE[stage + 1], inner * expansion, kernel, stride,
                        SQUEEZED[stage], SWISH[stage])
                for expansion in EXPANSIONS for kernel in KERNELS
            ]  # fmt: skip
    return names


def layer10(
    side: int, inner: int, after: int, outer: int, hidden: int, kernel: int, stride: int, squeezed: int, swish: int
) -> str:
    """Return the name of a layer in the tables of the Note10."""
    skip = int(stride == 1 and inner == outer)
    return (
        f"expanded_conv-input:{side}x{side}x{inner}-output:{after}x{after}x{outer}-expand:{hidden}-kernel:{kernel}"
        f"-stride:{stride}-idskip:{skip}-se:{squeezed}-hs:{swish}"
    )


def latency10(members: dict[str, list[int]], every: dict[int, Numbers]) -> float:
    """Return what a network of once-for-all's dictionary takes: its blocks one after the other, added up."""
    (image,) = members["r"]
    table, names = every[image], note10_names(image)
    total, side = sum(table[name] for name in names[:6]), half(image)
    for stage, depth in enumerate(members["d"], start=1):
        for place in range(depth):
            kernel, expansion = members["ks"][4 * (stage - 1) + place], members["e"][4 * (stage - 1) + place]
            inner, stride = (WIDE[stage], STRIDES[stage]) if place == 0 else (WIDE[stage + 1], 1)
            after = half(side) if stride == 2 else side
            total += table[
                layer10(side, inner, after, WIDE[stage + 1], inner * expansion, kernel, stride, SQUEEZED[stage],
                        SWISH[stage])
            ]  # fmt: skip
            side = after
    return total


def i7(path: Path, seed: int = 0) -> Numbers:
    """Write the table of a processor, which has blocks of two widths for all images; return what it says."""
    names: dict[str, None] = {}
    for channels in (NARROW, WIDE):
        final, head = (960, 1280) if channels is NARROW else (1152, 1536)
        for image in range(96, 257, 4):
            sides = [half(image)]
            for stride in STRIDES:
                sides.append(half(sides[-1]) if stride == 2 else sides[-1])
            begin, end = sides[0], sides[-1]
            own = [
                f"first_conv-input:{image}x{image}x3-output:{begin}x{begin}x{channels[0]}",
                layer7(begin, channels[0], begin, channels[0], 1, 3, 1, 0),
                f"final_expand_layer-input:{end}x{end}x{channels[-1]}-output:{end}x{end}x{final}",
                f"feature_mix_layer-input:1x1x{final}-output:1x1x{head}",
                f"classifier-input:{head}-output:1000",
            ]
            for stage in range(1, 6):
                after, outer = sides[stage + 1], channels[stage + 1]
                starts = ((sides[stage], channels[stage], STRIDES[stage]), (after, outer, 1))
                own += [
                    layer7(side, inner, after, outer, expansion, kernel, stride, SQUEEZED[stage])
                    for side, inner, stride in starts for expansion in EXPANSIONS for kernel in KERNELS
                ]  # fmt: skip
            names |= dict.fromkeys(own)
    generator = np.random.default_rng(seed)
    numbers = {name: float(generator.uniform(0.01, 5)) for name in names}
    lines = [f"{name}:\n  mean: {value!r}\n  var: {value / 100!r}" for name, value in numbers.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return numbers


def layer7(
    side: int, inner: int, after: int, outer: int, expansion: int, kernel: int, stride: int, squeezed: int
) -> str:
    """Return the name of a layer in the table of the processor."""
    skip = int(stride == 1 and inner == outer)
    return (
        f"MBConv-input:{side}x{side}x{inner}-output:{after}x{after}x{outer}-expand:{expansion}-kernel:{kernel}"
        f"-stride:{stride}-idskip:{skip}-se:{squeezed}"
    )
