"""AnalogNAS-Bench (arXiv:2506.18495, 2025): what every cell of NAS-Bench-201 reaches on CIFAR-10 in analog hardware.

SOURCE is data.anb of the package analog-nasbench, or the folder analognasbench that has it, after
`pip install --no-deps analog-nasbench`. Accuracies as trained, quantised, with noise and on analog tiles, also after
the tiles have drifted. The package does not say what its operation codes are: see CODES.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from scipy.stats import spearmanr

from nassim import catalog
from nassim.core.arrays import Floats
from nassim.core.documents import Table
from nassim.core.errors import DataError
from nassim.data.writing import Family, Tables
from nassim.importers import Progress, Published
from nassim.importers._pickles import Parts, Pickled, unpickle
from nassim.importers._tables import Found, digest_of, tabulate
from nassim.spaces.nb201 import NB201, OPERATIONS

FAMILIES = ("analog-nas-bench",)
FILE = "data.anb"
PUBLISHED = Published(
    "85f3435b877aa2d36268d55ce07f6ff6d73643d17a840f1941745da5eb80db32",
    "data.anb in the wheel analog-nasbench 0.1.3, whose RECORD has it",
)
LARGEST = 1 << 26  # bytes; the published file has 2**22.4
PERCENT = 100.0
EPOCHS = 200
CLASSES = (("analognasbench.data", "Architecture"), ("analognasbench.data", "DriftMeasurement"))

# How the package's six codes of a cell are read. It writes the edges by their source: 0->1, 0->2, 0->3, 1->2, 1->3,
# 2->3. Of all 120 * 720 readings this one agrees best with NAS-Bench-201's own accuracies, see `agreement`.
CODES = ("skip_connect", "none", "nor_conv_3x3", "nor_conv_1x1", "avg_pool_3x3")
EDGES = (0, 1, 3, 2, 4, 5)  # which of its codes belongs to each of our genes
MIRRORED = (5, 4, 3, 2, 1, 0)  # the next best reading of edges: the same cell from its output to its input
SURE = 0.98  # the least rank correlation with NAS-Bench-201 of a file that is read rightly

MEASURED = {"clean": "baseline_accuracy"} | {name: f"{name}_accuracy" for name in ("ptq", "qat", "noisy", "analog")}
TITLES = {
    "clean": "CIFAR-10, as trained",
    "ptq": "CIFAR-10, quantised after training",
    "qat": "CIFAR-10, trained for quantisation",
    "noisy": "CIFAR-10, as trained, with noise in the weights",
    "analog": "CIFAR-10, trained for analog tiles",
}
TIMES = {"1min": 60, "1h": 3600, "1d": 86_400, "30d": 2_592_000}  # seconds of drift
DRIFTED = {
    f"{name}-{after}": (f"{theirs}_drift_{seconds}", TITLES[name], after)
    for name, theirs in (("clean", "baseline"), ("analog", "analog"))
    for after, seconds in TIMES.items()
}
ABOUT: Table = {
    "title": "AnalogNAS-Bench: the cells of NAS-Bench-201 in analog hardware",
    "space": "nb201",
    "source": "AnalogNAS-Bench, arXiv:2506.18495, 2025; the package analog-nasbench on PyPI",
    "licence": "the package states none: ask its authors before you pass the data on",
    "unit": "% error",
    "search_split": "error on the test images of CIFAR-10; there is no validation split",
    "report_split": "the same error",
    "built": "nassim import analog-nas-bench data.anb",
    "costs": {},
    "seconds": {"meaning": "one per training: the package has no times"},
}


def read(source: Path, progress: Progress) -> Family:
    """Return the published file as tables.

    Raises:
        DataError: Names the cell that is not as published.
    """
    file = source / FILE if source.is_dir() else source
    entries = _entries(file)
    space = NB201()
    archs = space.at(np.arange(space.size))
    columns: dict[str, list[float]] = {name: [] for name in (*MEASURED, *DRIFTED)}
    spreads: dict[str, list[float]] = {name: [] for name in DRIFTED}
    for number, codes in enumerate(_codes(), start=1):
        where = f"{file}: cell {codes}"
        if codes not in entries:
            raise DataError(f"{where}: is missing, {len(entries):,} of {space.size:,} are there")
        cell = vars(entries[codes]) if isinstance(entries[codes], Parts) else {}
        for name, theirs in MEASURED.items():
            columns[name].append(_number(cell.get(theirs), f"{where}: {theirs}"))
        for name, (theirs, *_) in DRIFTED.items():
            drift = vars(cell[theirs]) if isinstance(cell.get(theirs), Parts) else {}
            columns[name].append(_number(drift.get("value"), f"{where}: {theirs}"))
            spreads[name].append(_number(drift.get("uncertainty"), f"{where}: {theirs}"))
        progress(number, space.size)
    values = {name: np.array(column) for name, column in columns.items()}
    sure = _agreements(values["clean"], file)
    tables, part = dict[str, Tables](), dict[str, Any]()
    for name, accuracy in values.items():
        own = {"spread": np.array(spreads[name])} if name in spreads else {}
        found = Found(
            space,
            archs,
            np.arange(space.size),
            np.full(space.size, EPOCHS),
            PERCENT - accuracy,
            np.ones(space.size),
            more=own,
        )
        tables[name], part = tabulate(found, f"{file}: {name}")
    return Family("analog-nas-bench", ABOUT | part | _told(file, sure), tables)


def agreement(clean: Floats, edges: tuple[int, ...], codes: tuple[str, ...] = CODES) -> float:
    """Return Spearman's rank correlation of NAS-Bench-201's accuracies with accuracies (15625,) read in this way.

    `clean` is in the order of our cells, as CODES and EDGES have them.
    """
    space = NB201()
    read = space.at(np.arange(space.size))
    theirs = np.empty_like(read)
    theirs[:, EDGES] = np.array([CODES.index(name) for name in OPERATIONS], dtype=np.int8)[read]
    again = np.array([OPERATIONS.index(name) for name in codes], dtype=np.int8)[theirs[:, edges]]
    return float(spearmanr(_shipped()[space.index(again)], clean).statistic)


def _entries(file: Path) -> dict[Pickled, Pickled]:
    try:
        if file.stat().st_size > LARGEST:
            raise DataError(f"{file}: expected {LARGEST >> 20} MiB at most; is it {FILE}?")
        data = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror}); is it {FILE} of analog-nasbench?") from error
    entries = unpickle(data, str(file), CLASSES)
    if not isinstance(entries, dict):
        raise DataError(f"{file}: expected a dict with an entry per cell; install the package again")
    if len(entries) > NB201().size:
        raise DataError(f"{file}: expected {NB201().size:,} cells, got {len(entries):,}")
    return entries


def _codes() -> Iterator[tuple[int, ...]]:
    """Yield how the package names each of our cells, in the order of `index`."""
    space = NB201()
    code = [CODES.index(name) for name in OPERATIONS]
    for arch in space.at(np.arange(space.size)).tolist():
        theirs = [0] * len(EDGES)
        for gene, place in enumerate(EDGES):
            theirs[place] = code[arch[gene]]
        yield tuple(theirs)


def _number(value: Pickled, where: str) -> float:
    """Return a percentage."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= PERCENT:
        raise DataError(f"{where}: expected a number from 0 to 100, got {value!r:.40}")
    return float(value)


def _agreements(clean: Floats, file: Path) -> dict[str, float]:
    """Return how well two readings agree with NAS-Bench-201; DataError if ours is not surely the right one."""
    ours, mirrored = (round(agreement(clean, edges), 4) for edges in (EDGES, MIRRORED))
    if not (ours > SURE and ours > mirrored):
        said = f"agree with NAS-Bench-201 at {ours} (rank correlation), less than {SURE}"
        raise DataError(f"{file}: the clean accuracies {said}: the codes mean something else here")
    return {"as_read": ours, "mirrored": mirrored}


def _shipped() -> Floats:
    """Return the mean validation accuracy of every cell on CIFAR-10 in the shipped NAS-Bench-201."""
    folder = catalog.shipped("benchmarks_data") / "nb201" / "cifar10"
    trainings = pq.read_table(folder / "trainings.parquet", columns=["arch", "valid_error"])
    arch = trainings["arch"].to_numpy()
    mean: Floats = PERCENT - np.bincount(arch, trainings["valid_error"].to_numpy()) / np.bincount(arch)
    return mean


def _told(file: Path, sure: dict[str, float]) -> Table:
    """Return what the card says of this file."""
    source = {"source_file": file.name, "source_sha256": digest_of(file)}
    datasets = {name: {"title": title} | source for name, title in TITLES.items()}
    datasets |= {
        name: {"title": f"{title}, after {after} of drift"} | source for name, (_, title, after) in DRIFTED.items()
    }
    notes = [
        "There is one split, one training and no time: budgets count evaluations.",
        f"The package does not say what its codes mean. Here 0 to 4 are {', '.join(CODES)}, edges by their source.",
        f"So read, its clean accuracies and NAS-Bench-201's have a rank correlation of {sure['as_read']}.",
        f"No other of the 86,400 readings comes closer; the next is the same cell mirrored, at {sure['mirrored']}.",
        "All accuracies are measured after training, each a data set of its own: no search can read one as a cost.",
        "After a drift the column spread of trainings has the package's uncertainty, in points.",
    ]
    return {"notes": notes, "agreement": sure, "datasets": datasets}
