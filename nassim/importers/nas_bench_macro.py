"""NAS-Bench-Macro (Su et al., CVPR 2021): nas-bench-macro_cifar10.json of https://github.com/xiusu/NAS-Bench-Macro.

A JSON object with an entry for each of 6,561 architectures: three test accuracies, parameters and FLOPs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypedDict

import numpy as np

from nassim.core.documents import JsonValue, Table, read_json
from nassim.core.errors import DataError
from nassim.core.settings import Range
from nassim.core.shapes import shaped
from nassim.data.writing import Family
from nassim.importers import Progress, Published
from nassim.importers._tables import Found, digest_of, tabulate
from nassim.spaces.macro import Macro

FAMILIES = ("nas-bench-macro",)
PUBLISHED = Published(
    "686dee8363cc21cca8c1f321ad5749454f2d9b9ca5972682e137e539bc522297",
    "data/nas-bench-macro_cifar10.json in the authors' repository",
)
SEEDS = 3
EPOCHS = 50
EXACT = 2.0**53  # whole numbers up to here are floats too
LARGEST = 1 << 25  # bytes; the published file has 2**20.2
MEND = "download it again"
KNOWN = {"00000000": 387_882, "22212220": 1_985_514}  # parameters
ABOUT: Table = {
    "title": "NAS-Bench-Macro: every macro architecture, three trainings each",
    "space": "macro",
    "source": "Xiu Su et al., Prioritized Architecture Sampling with Monto-Carlo Tree Search, CVPR 2021, "
    "https://github.com/xiusu/NAS-Bench-Macro",
    "licence": "Apache-2.0",
    "unit": "% error",
    "search_split": "one training's error on the 10,000 test images of CIFAR-10; there is no validation split",
    "report_split": "mean of the same error over three trainings",
    "built": "nassim import nas-bench-macro nas-bench-macro_cifar10.json",
    "notes": [
        "There is one split: what is searched and what is reported share their images.",
        "There are no training times: each training takes one simulated second, so budgets count evaluations.",
        "2,592 of the 6,561 architectures are the same network as another and have its values: 3,969 are distinct.",
    ],
    "costs": {"params": "parameters, a count", "flops": "multiply-accumulates for one image, a count"},
    "seconds": {"meaning": "one per training: the authors published no times"},
}


class Entry(TypedDict):
    """What the file says of an architecture."""

    test_acc: list[Annotated[float, Range(0, 100, above=True)]]
    params: Annotated[float, Range(0, EXACT, above=True)]
    flops: Annotated[float, Range(0, EXACT, above=True)]


def read(source: Path, progress: Progress) -> Family:
    """Return the published file as tables.

    Raises:
        DataError: Names the architecture that is not as published.
    """
    entries = shaped(read_json(source, MEND, LARGEST), dict[str, Any], str(source), MEND)
    space = Macro()
    archs = space.at(np.arange(space.size))
    values = []
    for number, arch in enumerate(archs, start=1):
        text = space.show(arch)
        if text not in entries:
            raise DataError(
                f"{source}: {text} is missing, {len(entries)} of {space.size} architectures are there; {MEND}"
            )
        values.append(_values(entries[text], text, f"{source}: {text}"))
        progress(number, space.size)
    if len(entries) > space.size:
        odd = next(iter(entries.keys() - {space.show(arch) for arch in archs}))
        raise DataError(f"{source}: {odd!r:.40} is no architecture of eight digits of 0, 1 and 2; {MEND}")
    numbers = np.array(values)
    row = np.repeat(np.arange(space.size), SEEDS)
    found = Found(
        space,
        archs,
        row,
        np.full(row.size, EPOCHS),
        100.0 - numbers[:, :SEEDS].ravel(),
        np.ones(row.size),
        costs={"params": numbers[:, -2].astype(np.int64), "flops": numbers[:, -1].astype(np.int64)},
    )
    tables, part = tabulate(found, str(source))
    told = {"title": "CIFAR-10", "source_file": source.name, "source_sha256": digest_of(source)}
    return Family("nas-bench-macro", ABOUT | part | {"datasets": {"cifar10": told}}, {"cifar10": tables})


def _values(said: JsonValue, text: str, where: str) -> list[float]:
    """Return three accuracies, parameters and FLOPs of an architecture."""
    entry = shaped(said, Entry, where, MEND, is_open=True)
    if (got := len(entry["test_acc"])) != SEEDS:
        raise DataError(f"{where}: expected {SEEDS} accuracies in test_acc, got {got}; {MEND}")
    if KNOWN.get(text, entry["params"]) != entry["params"]:
        raise DataError(f"{where}: has {entry['params']} parameters, the published one has {KNOWN[text]}; {MEND}")
    return [float(value) for value in (*entry["test_acc"], entry["params"], entry["flops"])]
