"""HW-NAS-Bench-360: every cell of NAS-Bench-201 on three tasks, measured on a Raspberry Pi 5 and a Pixel phone.

SOURCE is dataset.parquet of https://github.com/roldebijvank/HW-NAS-Bench-360, a row for each cell, task, device and
framework.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from nassim.core.arrays import Columns, Floats
from nassim.core.documents import Table
from nassim.core.errors import DataError
from nassim.data.parquet import opened
from nassim.data.writing import Family, Tables
from nassim.importers import Progress
from nassim.importers._tables import Found, digest_of, tabulate
from nassim.spaces.nb201 import NB201

FAMILIES = ("hw-nas-bench-360",)
TASKS = {  # task -> title, by how much its score is multiplied to be in percent
    "cifar100": ("CIFAR-100, images", 1.0),
    "ninapro": ("NinaPro DB5, hand gestures by muscle currents", 1.0),
    "darcy": ("Darcy flow, a partial differential equation", 100.0),
}
DEVICES = {"pi5": "a Raspberry Pi 5", "pixel": "a Pixel phone"}
RUNTIMES = {"litert": "LiteRT", "onnx": "ONNX Runtime", "torchmobile": "PyTorch Mobile"}
PAIRS = (("pi5", "litert"), ("pi5", "onnx"), ("pi5", "torchmobile"), ("pixel", "litert"))
COLUMNS = ("arch_idx", "device", "framework", "task", "lat_ms_median", "energy_mj", "accuracy", "status")
WHOLE = 100.0
KNOWN = 1.487672  # milliseconds of cell 0 for CIFAR-100 on the Raspberry Pi 5, by LiteRT
MEND = "download it again"
COSTS = {
    **{f"{on}_{by}_latency": f"milliseconds on {DEVICES[on]} by {RUNTIMES[by]}, the median" for on, by in PAIRS},
    **{f"{on}_{by}_energy": f"millijoules on {DEVICES[on]} by {RUNTIMES[by]}" for on, by in PAIRS if on == "pi5"},
}
ABOUT: Table = {
    "title": "HW-NAS-Bench-360: cells of NAS-Bench-201 on three tasks, timed on two devices",
    "space": "nb201",
    "source": "Rolde Bijvank, https://github.com/roldebijvank/HW-NAS-Bench-360; networks: Tu et al., NAS-Bench-360, "
    "NeurIPS 2022",
    "licence": "none stated",
    "unit": "% error",
    "search_split": "error on the test split after the last epoch; there is no validation split",
    "report_split": "the same error",
    "built": "nassim import hw-nas-bench-360 dataset.parquet",
    "notes": [
        "There is one split: what is searched and what is reported share it. NinaPro and Darcy flow have one seed.",
        "The error of Darcy flow is 100 (1 - score): a score of 1 has none, a negative one above 100.",
        "There are no training times: each training takes one simulated second, so budgets count evaluations.",
        "Costs are of the network, whatever its weights: known without training, so a search may read them.",
        "Unconnected cells take next to no time.",
        "The energy on the Pixel phone is not there.",
    ],
    "costs": COSTS,
    "seconds": {"meaning": "one per training: the authors published no times"},
}


class Measured(NamedTuple):
    """What the file says of a task on a device: of every cell, (15625,) each, in official order."""

    score: Floats
    latency: Floats
    energy: Floats


def read(source: Path, progress: Progress) -> Family:
    """Return the three tasks as tables.

    Raises:
        DataError: Names the rows that are not as published.
    """
    rows = _rows(source)
    first = _measured(rows, "cifar100", *PAIRS[0], str(source))
    if first.latency[0] != KNOWN:
        raise DataError(
            f"{source}: cell 0 takes {first.latency[0]} ms on {DEVICES['pi5']}, the published one {KNOWN}; {MEND}"
        )
    tables: dict[str, Tables] = {}
    part: dict[str, bool] = {}
    for number, task in enumerate(TASKS, start=1):
        tables[task], part = _tables(rows, task, str(source))
        progress(number, len(TASKS))
    told = {"source_file": source.name, "source_sha256": digest_of(source)}
    titles = {task: {"title": title, **told} for task, (title, _) in TASKS.items()}
    return Family(*FAMILIES, ABOUT | part | {"datasets": titles}, tables)


def _rows(source: Path) -> Columns:
    """Return the columns of the file; DataError unless they are there, and every row is of a task and device known."""
    with opened(source, str(source)) as file:
        missing = [name for name in COLUMNS if name not in file.schema_arrow.names]
        if missing:
            raise DataError(f"{source}: expected a column {missing[0]}, got {', '.join(file.schema_arrow.names):.200}")
        table = file.read(columns=list(COLUMNS))
    try:
        numbers = {name: _numbers(table[name]) for name in ("lat_ms_median", "energy_mj", "accuracy")}
        cells = pc.cast(table["arch_idx"], pa.int64()).to_numpy()
    except (pa.ArrowException, ValueError) as error:
        raise DataError(f"{source}: expected numbers ({error!s:.80}); {MEND}") from error
    words = {name: np.array(table[name].to_pylist()) for name in ("device", "framework", "task", "status")}
    if (failed := words["status"] != "ok").any():
        raise DataError(f"{source}: row {failed.argmax() + 1}: has the status {str(words['status'][failed][0])!r:.40}")
    return {"arch_idx": cells, **numbers, **words}


def _numbers(column: pa.ChunkedArray) -> Floats:
    """Return a column as floats; nan where there is none."""
    found: Floats = pc.fill_null(pc.cast(column, pa.float64()), np.nan).to_numpy()
    return found


def _measured(rows: Columns, task: str, device: str, framework: str, where: str) -> Measured:
    """Return what was measured of every cell; DataError unless each is there once, with numbers that can be."""
    own = np.flatnonzero((rows["task"] == task) & (rows["device"] == device) & (rows["framework"] == framework))
    where, size = f"{where}: {task} on {device} by {framework}", NB201().size
    order = own[np.argsort(rows["arch_idx"][own], kind="stable")]
    if not np.array_equal(rows["arch_idx"][order], np.arange(size)):
        raise DataError(f"{where}: expected a row for each of cells 0 to {size - 1}, got {own.size} rows; {MEND}")
    found = Measured(rows["accuracy"][order], rows["lat_ms_median"][order], rows["energy_mj"][order])
    _check(found.latency > 0, "a latency above 0", found.latency, where)
    _check((found.energy > 0) | (np.full(size, device) == "pixel"), "an energy above 0", found.energy, where)
    _check(found.score <= WHOLE / TASKS[task][1], "a score of at most the whole", found.score, where)
    return found


def _check(right: NDArray[np.bool_], wanted: str, got: Floats, where: str) -> None:
    if not right.all():
        cell = int((~right).argmax())
        raise DataError(f"{where}: cell {cell}: expected {wanted}, got {got[cell]}; {MEND}")


def _tables(rows: Columns, task: str, where: str) -> tuple[Tables, dict[str, bool]]:
    """Return the tables of a task, and what of the space they are."""
    every = {pair: _measured(rows, task, *pair, where) for pair in PAIRS}
    score = every[PAIRS[0]].score
    for pair, found in every.items():
        differs = np.flatnonzero(found.score != score)
        if differs.size:
            raise DataError(f"{where}: {task}: cell {differs[0]} has another score on {' by '.join(pair)}; {MEND}")
    space = NB201()
    cells = np.arange(space.size)
    error = WHOLE - TASKS[task][1] * score
    costs = dict(_costs(every))
    archs = space.from_official(cells)
    return tabulate(Found(space, archs, cells, np.ones_like(cells), error, np.ones(space.size), costs=costs), where)


def _costs(every: dict[tuple[str, str], Measured]) -> Iterator[tuple[str, Floats]]:
    """Yield the costs in the order of the card."""
    for (device, framework), found in every.items():
        yield f"{device}_{framework}_latency", found.latency
    for (device, framework), found in every.items():
        if f"{device}_{framework}_energy" in COSTS:
            yield f"{device}_{framework}_energy", found.energy
