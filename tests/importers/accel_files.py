"""Makes small archives in the layout of anb_dataset_jsons.tar.gz, whole or broken."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np

from nassim.core.random_streams import Streams
from nassim.importers.accel_nasbench import DEVICES
from nassim.spaces.mnasnet import MnasNet

SPACE = MnasNet()
COUNT = 6


def records() -> list[dict[str, Any]]:
    """Return six records as published, the last of which trains the first one's network again."""
    rows = np.arange(COUNT)
    archs = SPACE.sample(rows, Streams(0, "accel", rows))
    archs[-1] = archs[0]
    count = SPACE.count(archs)
    return [
        {
            "architecture": json.loads(SPACE.show(arch)),
            "metrics": {"val_top1": 60.0 + row, "val_top5": 80.0 + row, "train_time": 2000.0 + row},
            "model_info": {"macs": count.macs[row] / 1e6, "params": count.params[row] / 1e6},
            "platform_perf": {name: measured(name, 100.0 * (device + 1) + row) for device, name in enumerate(DEVICES)},
        }
        for row, arch in enumerate(archs)
    ]


def measured(name: str, mean: float | None) -> dict[str, float | None]:
    """Return what a record says of one device."""
    kind = name.partition("_")[0]
    return {f"{kind}_mean": mean, f"{kind}_std": None}


def tar(entries: list[dict[str, Any]]) -> bytes:
    """Return the tar of these records, unpacked."""
    files = {f"./anb_dataset_jsons/result_{n}.json": json.dumps(entry).encode() for n, entry in enumerate(entries)}
    return tar_of(files)


def tar_of(files: dict[str, bytes], members: tuple[tarfile.TarInfo, ...] = ()) -> bytes:
    """Return a tar of files by name, and of further members without content."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        folder = tarfile.TarInfo("./anb_dataset_jsons")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for member in members:
            archive.addfile(member)
    return buffer.getvalue()


def packed(path: Path, data: bytes) -> Path:
    """Write a tar as tar.gz."""
    path.write_bytes(gzip.compress(data, 6, mtime=0))
    return path
