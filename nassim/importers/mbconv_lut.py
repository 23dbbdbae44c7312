"""Blocks of MobileNetV3 on an i7-8700K processor, by the authors of NSGANetV2 (Lu et al., ECCV 2020).

SOURCE is i7-8700K_lut.yaml of https://github.com/mikelzc1990/nsganetv2: blocks of networks of width 1 and 1.2, for
images of 96 to 256 pixels. The latency of a network is the sum over its blocks.
"""

from __future__ import annotations

from pathlib import Path

from nassim.benchmarks.block_table import Measured, blocks_table
from nassim.core.documents import Table
from nassim.core.errors import DataError
from nassim.data.writing import BlockTables, Family
from nassim.importers import Progress, Published
from nassim.importers._block_names import block_of, entries, number_of
from nassim.importers._tables import digest_of
from nassim.spaces._blocks import Block, Operation

FAMILIES = ("mbconv-lut",)
PUBLISHED = Published(
    "4cd187ee5466802099f502a4d496cbee270a0b21862351722a527dc3a43f85e6",
    "i7-8700K_lut.yaml in the authors' repository",
)
DEVICE = "i7-8700k"
BLOCKS = 4050
WORDS: dict[str, Operation] = {
    "first_conv": "first_conv",
    "MBConv": "layer",
    "final_expand_layer": "final_expand",
    "feature_mix_layer": "feature_mix",
    "classifier": "classifier",
}
ABOUT: Table = {
    "title": "NSGANetV2: blocks of MobileNetV3 on an i7-8700K",
    "space": "mobilenetv3",
    "source": "Zhichao Lu et al., NSGANetV2, ECCV 2020, https://github.com/mikelzc1990/nsganetv2",
    "licence": "Apache-2.0",
    "search_split": "none: these are latencies of blocks, and no network was trained",
    "report_split": "none",
    "unit": "milliseconds",
    "built": "nassim import mbconv-lut i7-8700K_lut.yaml",
    "notes": [
        "Networks have the width 1 or 1.2.",
        "The latency of a network is the sum over its blocks: what runs between them is not in it, nor is the pooling.",
    ],
}


def read(source: Path, progress: Progress) -> Family:
    """Return the table.

    Raises:
        DataError: Names the block that is not as published.
    """
    measured: dict[Block, Measured] = {}
    for name, fields in entries(source):
        where = f"{source}: {name:.80}"
        block = block_of(name, 0, WORDS, ratio=True, where=str(source))
        if block in measured:
            raise DataError(f"{where}: is there twice; download it again")
        variance = number_of(fields, "var", where, above=False)
        measured[block] = number_of(fields, "mean", where, above=True), variance**0.5
        progress(len(measured), BLOCKS)
    if len(measured) != BLOCKS:
        raise DataError(f"{source}: expected {BLOCKS:,} blocks, got {len(measured):,}; download it again")
    told = {"title": "i7-8700K", "source_file": source.name, "source_sha256": digest_of(source)}
    return Family(*FAMILIES, ABOUT | {"datasets": {DEVICE: told}}, {DEVICE: BlockTables(blocks_table(measured))})
