"""HW-NAS-Bench (Li et al., ICLR 2021): what every cell of NAS-Bench-201 takes on six devices.

SOURCE is HW-NAS-Bench-v1_0.pickle of https://github.com/GATECH-EIC/HW-NAS-Bench, or a table of CIFAR-10 alone as
CSV (may be .gz), rows in any order, with the columns index, arch, and one per device. The shipped trainings of
NAS-Bench-201 are joined.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from nassim import catalog
from nassim.core.arrays import Floats
from nassim.core.errors import DataError
from nassim.data.reading import read_card
from nassim.data.writing import Family, Tables
from nassim.importers import Progress
from nassim.importers._nb201_rows import read_rows
from nassim.importers._pickles import unpickle
from nassim.importers._tables import digest_of
from nassim.spaces.nb201 import NB201

FAMILIES = ("hw-nas-bench",)
LARGEST = 1 << 28  # bytes of the pickle
DATASETS = {"cifar10": "cifar10", "cifar100": "cifar100", "imagenet16-120": "ImageNet16-120"}
METRICS = {
    "edgegpu_latency": "milliseconds on an NVIDIA Jetson TX2",
    "edgegpu_energy": "millijoules on an NVIDIA Jetson TX2",
    "raspi4_latency": "milliseconds on a Raspberry Pi 4",
    "edgetpu_latency": "milliseconds on an Edge TPU",
    "pixel3_latency": "milliseconds on a Pixel 3",
    "eyeriss_latency": "milliseconds on Eyeriss, estimated",
    "eyeriss_energy": "millijoules on Eyeriss, estimated",
    "eyeriss_arithmetic_intensity": "operations per byte on Eyeriss, estimated",
    "fpga_latency": "milliseconds on a Xilinx ZC706 FPGA",
    "fpga_energy": "millijoules on a Xilinx ZC706 FPGA",
}
UNSUPPORTED = -1
KNOWN = {"edgegpu_latency": 5.807418537139893, "fpga_energy": 18.01072}  # of cell 0 on CIFAR-10
Published = dict[str, dict[str, dict[str, list[float]]]]
Measured = dict[str, Floats]  # by metric, (15625,) in official order


def read(source: Path, progress: Progress) -> Family:
    """Return the devices' costs beside the shipped trainings.

    Raises:
        DataError: Names the entry that is not as published.
    """
    found = _of_csv(source) if ".csv" in source.suffixes else _of_pickle(source)
    for number, dataset in enumerate(found, start=1):
        _check(found[dataset], f"{source}: {dataset}")
        progress(number, len(found))
    for metric, value in KNOWN.items():
        if found["cifar10"][metric][0] != value:
            got = found["cifar10"][metric][0]
            raise DataError(f"{source}: cell 0 has {metric} {got}, the published one has {value}")
    folder = catalog.shipped("benchmarks_data") / "nb201"
    card = read_card(folder / "card.toml")
    told = {
        name: {"title": card["datasets"][name]["title"], "source_file": source.name, "source_sha256": digest_of(source)}
        for name in found
    }
    own = {name: card[name] for name in ("space", "unit", "search_split", "report_split", "seconds")}
    facts = {
        "title": "HW-NAS-Bench: cells of NAS-Bench-201 on six devices",
        **own,
        "source": f"Chaojian Li et al., HW-NAS-Bench, ICLR 2021; trainings: {card['source']}",
        "licence": f"MIT; trainings: {card['licence']}",
        "built": f"nassim import hw-nas-bench {source.name}",
        "notes": [
            "A cost is nan where the device does not support the cell.",
            "Costs are of the network, whatever its weights: known without training, so a search may read them.",
            *card["notes"],
        ],
        "costs": card["costs"] | METRICS,
        "datasets": told,
    }
    return Family("hw-nas-bench", facts, {name: _joined(folder / name, values) for name, values in found.items()})


def _joined(folder: Path, measured: Measured) -> Tables:
    """Return the shipped tables with the costs of devices."""
    architectures = pq.read_table(folder / "architectures.parquet")
    official = architectures["official"].to_numpy()
    for metric, values in measured.items():
        own = values[official]
        costs = pa.array(np.where(own == UNSUPPORTED, np.nan, own))
        architectures = architectures.add_column(architectures.schema.get_field_index("official"), metric, costs)
    return Tables(pq.read_table(folder / "trainings.parquet"), architectures)


def _of_pickle(source: Path) -> dict[str, Measured]:
    """Return the metrics of all data sets in the official pickle."""
    try:
        if source.stat().st_size > LARGEST:
            raise DataError(f"{source}: expected {LARGEST >> 20} MiB at most; is it HW-NAS-Bench-v1_0.pickle?")
        data = source.read_bytes()
    except OSError as error:
        raise DataError(f"{source}: cannot be read ({error.strerror})") from error
    entries = unpickle(data, str(source))
    found: dict[str, Measured] = {}
    for name, theirs in DATASETS.items():
        try:
            lists = cast("Published", entries)["nasbench201"][theirs]
            found[name] = {metric: np.array(lists[metric], dtype=np.float64) for metric in METRICS}
        except (KeyError, TypeError, ValueError, IndexError) as error:
            said = f"{type(error).__name__}: {error}"
            raise DataError(f"{source}: expected lists of numbers in nasbench201, {theirs} ({said:.80})") from error
    return found


def _of_csv(source: Path) -> dict[str, Measured]:
    """Return the metrics on CIFAR-10 in a CSV file."""
    return {"cifar10": dict(zip(METRICS, read_rows(source, list(METRICS)), strict=True))}


def _check(measured: Measured, where: str) -> None:
    """Raise DataError unless each metric has a positive number, or -1, for every cell."""
    for metric, values in measured.items():
        if values.shape != (NB201().size,):
            raise DataError(f"{where}: expected {NB201().size} numbers in {metric}, got {values.size}")
        wrong = ~((values == UNSUPPORTED) | (np.isfinite(values) & (values > 0)))
        if wrong.any():
            at = int(wrong.argmax())
            raise DataError(f"{where}: cell {at}: {metric} must be above 0, or -1, got {values[at]}")
