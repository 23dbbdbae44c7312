"""Accel-NASBench (Ahmad et al., DAC 2024): anb_dataset_jsons.tar.gz of https://github.com/afzalxo/Accel-NASBench.

5,138 trainings of 5,125 networks of the MnasNet space on ImageNet, each a JSON file with the architecture, its
accuracy after a short training, the training time, and throughput and latency on six accelerators.
"""

from __future__ import annotations

import gzip
import io
import math
import re
import tarfile
import zlib
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from typing import Annotated, NamedTuple, TypedDict, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from nassim.core.arrays import Archs
from nassim.core.documents import JsonValue, Table, json_of, text_in
from nassim.core.errors import ArchitectureError, DataError
from nassim.core.settings import Range
from nassim.core.shapes import OPEN, shaped
from nassim.data.writing import Family, Tables
from nassim.importers import Progress, Published
from nassim.spaces.mnasnet import MnasNet

FAMILIES = ("accel-nasbench",)
PUBLISHED = Published(
    "3520992d42e368b7c08c99fc3f6612855b5b366bf98668a7f19d49f3131aa4ae",
    "anb_dataset/anb_dataset_jsons.tar.gz in the authors' repository, commit dcd4d72",
)
RECORDS = 5138
KNOWN = {0: 59.368, 1141: 42.85, 2274: 67.052, 5137: 60.711998}  # top-1 accuracy: first, worst, best and last record
MEMBER = re.compile(r"(?:\./)?anb_dataset_jsons/result_(0|[1-9]\d{0,8})\.json")
LARGEST = 1 << 16  # bytes of a record; the published ones have 1,350
LIMIT = 1 << 26  # bytes of all, unpacked; the published file has 2**23.3
MEND = "download it again"
EPOCHS = 16
MILLION = 1e6
DEVICES = {
    "throughput_a100": "images per second on an NVIDIA A100 40GB GPU",
    "throughput_3090": "images per second on an NVIDIA RTX 3090 GPU",
    "throughput_tpuv2": "images per second on one core of a Cloud TPUv2, 64 at a time",
    "throughput_tpuv3": "images per second on one core of a Cloud TPUv3, 128 at a time",
    "throughput_zcu102": "images per second on a Xilinx ZCU102 FPGA, in 8 bits",
    "throughput_vck190": "images per second on a Xilinx VCK190 FPGA, in 8 bits",
    "latency_zcu102": "milliseconds for one image on a Xilinx ZCU102 FPGA, in 8 bits",
    "latency_vck190": "milliseconds for six images on a Xilinx VCK190 FPGA, in 8 bits",
}
ABOUT: Table = {
    "title": "Accel-NASBench: 5,125 networks of the MnasNet space after a short training",
    "space": "mnasnet",
    "complete": False,
    "source": "Afzal Ahmad et al., Accel-NASBench, DAC 2024, https://github.com/afzalxo/Accel-NASBench",
    "licence": "Apache-2.0",
    "unit": "% error",
    "search_split": "one training's top-1 error on the 50,000 validation images of ImageNet, at 256 x 256 pixels",
    "report_split": "mean of the same error over trainings; the authors published no other split",
    "built": "nassim import accel-nasbench anb_dataset_jsons.tar.gz",
    "notes": [
        "All accuracies are those after 16 epochs at 160 to 192 pixels, about 10 points below full training.",
        "There is no test split: what is searched and what is reported share their validation images.",
        "13 networks were trained and measured twice: their costs are means. The others have one training.",
        "A cost is nan where the authors have none: 44 networks on TPUv3, 37 on TPUv2, 3 on the 3090, 2 on FPGAs.",
        "A few training times are far too long for their network, up to 31,079 s where 99 % are below 3,401 s.",
    ],
    "costs": {
        "params": "parameters, a count",
        "macs": "multiply-accumulates at 224 x 224 pixels, with normalisation, as the authors count them",
        **DEVICES,
    },
    "seconds": {"meaning": "time from scratch to the epoch on one node with four RTX 3090 GPUs"},
    "datasets": {
        "imagenet": {
            "title": "ImageNet",
            "trained_on": "the 1,281,167 training images of ImageNet (ILSVRC 2012)",
            "validated_on": "its 50,000 validation images",
        }
    },
}


Percent = Annotated[float, Range(0, 100, above=True)]
UpToMillion = Annotated[float, Range(0, MILLION, above=True)]


class Metrics(TypedDict):
    """What a training came to."""

    val_top1: Percent
    val_top5: Percent
    train_time: UpToMillion


class Model(TypedDict):
    """The size of a network, in millions."""

    params: UpToMillion
    macs: UpToMillion


class ThroughputTable(TypedDict):
    """A throughput; null = not measured."""

    throughput_mean: UpToMillion | None


class LatencyTable(TypedDict):
    """A latency; null = not measured."""

    latency_mean: UpToMillion | None


Throughput = Annotated[ThroughputTable, OPEN]
Latency = Annotated[LatencyTable, OPEN]


class Platforms(TypedDict):
    """What was measured on each of DEVICES."""

    throughput_a100: Throughput
    throughput_3090: Throughput
    throughput_tpuv2: Throughput
    throughput_tpuv3: Throughput
    throughput_zcu102: Throughput
    throughput_vck190: Throughput
    latency_zcu102: Latency
    latency_vck190: Latency


class Entry(TypedDict):
    """One file of the archive."""

    architecture: dict[str, JsonValue]
    metrics: Annotated[Metrics, OPEN]
    model_info: Annotated[Model, OPEN]
    platform_perf: Annotated[Platforms, OPEN]


class Record(NamedTuple):
    """One training."""

    number: int
    arch: Archs  # (28,)
    top1: float  # accuracy in percent
    top5: float
    seconds: float
    params: float  # millions
    macs: float  # millions
    devices: tuple[float, ...]  # in the order of DEVICES; nan = not measured


def read(source: Path, progress: Progress) -> Family:
    """Return the published archive as tables.

    Raises:
        DataError: Names the record that is not as published.
    """
    space, found = MnasNet(), dict[int, Record]()
    for number, data in _members(source):
        where = f"{source}: result_{number}.json"
        if number in found:
            raise DataError(f"{where}: is there twice; {MEND}")
        found[number] = _record(number, data, space, where)
        progress(len(found), RECORDS)
    _check(found, source)
    records = [found[number] for number in range(RECORDS)]
    archs = np.array([record.arch for record in records])
    _check_counts(records, archs, space, source)
    return Family("accel-nasbench", _card(records, source), {"imagenet": _tables(records, archs, space)})


def _members(source: Path) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of each record; nothing is unpacked to disk, and no other member is accepted."""
    try:
        with gzip.open(source) as stream:
            data = stream.read(LIMIT + 1)  # to the end: only there does gzip compare its checksum
        if len(data) > LIMIT:
            raise DataError(f"{source}: expected {RECORDS} records, unpacks to more than {LIMIT >> 20} MiB; {MEND}")
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isreg() else None
                if not member.isdir():
                    yield _number_of(member, source), file.read(LARGEST) if file else b""
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, OverflowError) as error:
        raise DataError(f"{source}: damaged, or no anb_dataset_jsons.tar.gz ({error}); {MEND}") from error


def _number_of(member: tarfile.TarInfo, source: Path) -> int:
    match = MEMBER.fullmatch(member.name)
    if match is None or not member.isreg() or member.size > LARGEST:
        raise DataError(f"{source}: expected files such as anb_dataset_jsons/result_0.json, got {member.name!r}")
    return int(match[1])


def _record(number: int, data: bytes, space: MnasNet, where: str) -> Record:
    said = json_of(text_in(data, where, MEND), where, MEND)
    entry = shaped(said, Entry, where, MEND, is_open=True)
    try:
        arch = space.from_members(entry["architecture"])
    except ArchitectureError as error:
        raise DataError(f"{where}: {error}; {MEND}") from error
    metrics, model, platforms = entry["metrics"], entry["model_info"], entry["platform_perf"]
    means = [platforms[name][f"{name.partition('_')[0]}_mean"] for name in DEVICES]  # type: ignore[literal-required]
    return Record(
        number,
        arch,
        top1=float(metrics["val_top1"]),
        top5=float(metrics["val_top5"]),
        seconds=float(metrics["train_time"]),
        params=float(model["params"]),
        macs=float(model["macs"]),
        devices=tuple(math.nan if mean is None else float(mean) for mean in means),
    )


def _check(found: dict[int, Record], source: Path) -> None:
    """Raise DataError unless all records are there, with the accuracies that are known of some."""
    missing = [number for number in range(RECORDS) if number not in found]
    if missing or len(found) > RECORDS:
        what = f"result_{missing[0]}.json is missing" if missing else f"result_{max(found)}.json is none of them"
        raise DataError(f"{source}: expected {RECORDS} records, got {len(found)}; {what}; {MEND}")
    for number, top1 in KNOWN.items():
        if found[number].top1 != top1:
            got = found[number].top1
            raise DataError(
                f"{source}: result_{number}.json: has top-1 accuracy {got}, the published one has {top1}; {MEND}"
            )


def _check_counts(records: list[Record], archs: Archs, space: MnasNet, source: Path) -> None:
    """Raise DataError unless every record reports the parameters and operations that its architecture has."""
    own = space.count(archs)
    for name in ("params", "macs"):
        counts, reported = getattr(own, name) / MILLION, np.array([getattr(record, name) for record in records])
        wrong = np.flatnonzero(counts != reported)
        if wrong.size:
            number = int(wrong[0])
            raise DataError(
                f"{source}: result_{number}.json: reports {reported[number]} million {name}, "
                f"its architecture has {counts[number]}; {MEND}"
            )


def _tables(records: list[Record], archs: Archs, space: MnasNet) -> Tables:
    index = space.index(archs)
    order = np.argsort(index, kind="stable")
    arch, first, place = np.unique(index[order], return_index=True, return_inverse=True)
    ordered = [records[row] for row in order]
    trainings = {
        "arch": index[order],
        "replica": (np.arange(len(order)) - first[place]).astype(np.int8),
        "epoch": np.full(len(order), EPOCHS, dtype=np.int16),
        "valid_error": 100 - np.array([record.top1 for record in ordered]),
        "seconds": np.array([record.seconds for record in ordered]),
        "valid_error_top5": 100 - np.array([record.top5 for record in ordered]),
    }
    of_arch = space.at(arch)
    count = space.count(of_arch)
    architectures = {
        "arch": arch,
        "params": count.params,
        "macs": count.macs,
        **dict(zip(DEVICES, _means(np.array([record.devices for record in ordered]), place), strict=True)),
        "official": np.array([ordered[row].number for row in first], dtype=np.int32),
        "text": [space.show(row) for row in of_arch],
    }
    return Tables(pa.table(trainings), pa.table(architectures))


def _means(values: NDArray[np.float64], place: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the means (columns, architectures) of what was measured (records, columns); nan where nothing was."""
    known = ~np.isnan(values)
    columns = zip(np.where(known, values, 0).T, known.T, strict=True)
    sums = [(np.bincount(place, column), np.bincount(place, real)) for column, real in columns]
    return np.array([np.divide(total, n, out=np.full(total.size, np.nan), where=n > 0) for total, n in sums])


def _card(records: list[Record], source: Path) -> Table:
    """Return the card with what is known only after reading."""
    best = max(records, key=lambda record: record.top1)
    with source.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    networks = len({record.arch.tobytes() for record in records})
    imagenet = cast("dict[str, Table]", ABOUT["datasets"])["imagenet"] | {
        "source_file": source.name,
        "source_sha256": digest,
        "best": {"valid_accuracy": best.top1, "official": best.number},
    }
    counts = {"records": len(records), "networks": networks, "space": MnasNet().size}
    return ABOUT | {"counts": counts, "datasets": {"imagenet": imagenet}}
