"""Once-for-all's look-up tables (Cai et al., ICLR 2020): what each block of a MobileNetV3 takes on a Note10 phone.

SOURCE is a folder with 160_lookup_table.yaml to 224_lookup_table.yaml, a table for each resolution, of networks of
width 1.2: https://github.com/RhythmSyed/NAS_PerformanceEstimation has them. The latency of a network is the sum over
its blocks.
"""

from __future__ import annotations

from pathlib import Path

from nassim.benchmarks.block_table import Measured, blocks_table
from nassim.core.documents import Table
from nassim.core.errors import DataError
from nassim.data.writing import BlockTables, Family
from nassim.importers import Progress
from nassim.importers._block_names import block_of, entries, number_of
from nassim.importers._tables import digest_of
from nassim.spaces._blocks import Block, Operation
from nassim.spaces.mobilenetv3 import RESOLUTIONS, WIDTH, MobileNetV3

FAMILIES = ("ofa-lut",)
DEVICE = "note10"
FILE = "{}_lookup_table.yaml"
WORDS: dict[str, Operation] = {
    "Conv": "first_conv",
    "expanded_conv": "layer",
    "Conv_1": "final_expand",
    "AvgPool2D": "pool",
    "Conv_2": "feature_mix",
    "Logits": "classifier",
}
ABOUT: Table = {
    "title": "Once-for-all: blocks of MobileNetV3 on a Note10",
    "space": "mobilenetv3",
    "source": "Han Cai et al., Once-for-All, ICLR 2020; tables: https://github.com/RhythmSyed/NAS_PerformanceEstimation",
    "licence": "Apache-2.0",
    "search_split": "none: these are latencies of blocks, and no network was trained",
    "report_split": "none",
    "unit": "milliseconds",
    "built": "nassim import ofa-lut FOLDER",
    "notes": [
        f"Networks have the width {WIDTH}.",
        "The latency of a network is the sum over its blocks: what runs between them is not in it.",
    ],
}


def read(source: Path, progress: Progress) -> Family:
    """Return the tables of all resolutions as one.

    Raises:
        DataError: Names the table or the block that is not as published.
    """
    if not source.is_dir():
        raise DataError(f"{source}: expected a folder with {FILE.format(RESOLUTIONS[0])} and the others")
    measured: dict[Block, Measured] = {}
    for number, image in enumerate(RESOLUTIONS, start=1):
        path = source / FILE.format(image)
        for name, fields in entries(path):
            where = f"{path}: {name:.80}"
            block = block_of(name, image, WORDS, ratio=False, where=str(path))
            if block in measured:
                raise DataError(f"{where}: is there twice; download it again")
            deviation = number_of(fields, "std", where, above=False)
            measured[block] = number_of(fields, "mean", where, above=True), deviation
        progress(number, len(RESOLUTIONS))
    _check(measured, source)
    told = {"title": "Note10", "source_file": source.name, "source_sha256": digest_of(source)}
    tables = BlockTables(blocks_table(measured))
    return Family(*FAMILIES, ABOUT | {"datasets": {DEVICE: told}}, {DEVICE: tables})


def _check(measured: dict[Block, Measured], source: Path) -> None:
    """Raise DataError unless the tables have the blocks that the networks of the space are made of, and no others."""
    wanted = set(MobileNetV3().all_blocks(WIDTH))
    if odd := sorted(wanted ^ set(measured)):
        what = "is missing" if odd[0] in wanted else "is in no network of the space"
        raise DataError(f"{source}: {odd[0]} {what}; download it again")
