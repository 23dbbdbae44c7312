"""Makes a benchmark of collected trainings: two Parquet files and the card, in the format of docs/data_format.md."""

from __future__ import annotations

import json
import platform
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from numpy.typing import NDArray

from nassim.disk import write_text, writing
from nassim.space import Space
from nassim.training.parts import Record

Column = NDArray[Any]
CURVES = {"valid_error": pa.float64(), "test_error": pa.float64(), "train_error": pa.float64(), "seconds": pa.float64()}


def trainings(space: Space, records: list[Record]) -> pa.Table:
    """Return one row per architecture, training and epoch: isomorphic architectures have those of their network."""
    by_network: dict[int, list[Record]] = {}
    for record in sorted(records, key=lambda record: record["replica"]):
        by_network.setdefault(record["network"], []).append(record)
    networks = space.canonical(space.at(np.arange(space.size))).tolist()
    found = [(arch, record) for arch, network in enumerate(networks) for record in by_network.get(network, [])]
    epochs = len(records[0]["seconds"])
    columns = {
        "arch": pa.array(np.repeat([arch for arch, _ in found], epochs), pa.int32()),
        "replica": pa.array(np.repeat([record["replica"] for _, record in found], epochs), pa.int8()),
        "epoch": pa.array(np.tile(np.arange(1, epochs + 1), len(found)), pa.int16()),
    }
    for name, kind in CURVES.items():
        columns[name] = pa.array(np.concatenate([record[name] for _, record in found]), kind)
    return pa.table(columns)


def architectures(space: Space, costs: dict[str, Column]) -> pa.Table:
    """Return one row per architecture of the space, with the costs (size,) of each and its text."""
    archs = space.at(np.arange(space.size))
    columns = {"arch": pa.array(np.arange(space.size), pa.int32())}
    columns |= {name: pa.array(values) for name, values in costs.items()}
    return pa.table(columns | {"text": pa.array([space.show(arch) for arch in archs], pa.string())})


def content(table: pa.Table) -> str:
    """Return the sha256 of a table's values, whatever wrote it, as docs/data_format.md defines it."""
    digest = sha256()
    for field in table.schema:
        values = table[field.name]
        digest.update(f"{field.name} {field.type} {len(values)}\n".encode())
        if field.type == pa.string():
            digest.update("".join(f"{text}\n" for text in values.to_pylist()).encode())
        else:
            numbers = values.to_numpy()
            digest.update(numbers.astype(numbers.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


def write(folder: Path, tables: dict[str, pa.Table], card: dict[str, Any]) -> None:
    """Write a data set's tables in its folder, and then the card of its family beside it."""
    files = {}
    for name, table in tables.items():
        path = folder / f"{name}.parquet"
        partial = path.with_name(f".{path.name}.partial")
        with writing(path):
            folder.mkdir(parents=True, exist_ok=True)
            pq.write_table(
                table, partial, compression="zstd", compression_level=19, use_dictionary=False, write_page_checksum=True
            )
            partial.replace(path)
        digest = sha256(path.read_bytes()).hexdigest()
        files[f"{folder.name}/{path.name}"] = {"sha256": digest, "content": content(table)}
    write_text(folder.parent / "card.toml", toml(card | {"files": files}))


def versions() -> dict[str, str]:
    """Return what trained: other versions of it, or another processor, may round otherwise."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "threads": "1",
        "cpu": torch.backends.cpu.get_cpu_capability(),
    }


def toml(card: dict[str, Any], under: str = "") -> str:
    """Return nested plain values as TOML: a table's own keys first, then the tables in it."""
    plain = {key: value for key, value in card.items() if not isinstance(value, dict)}
    text = "".join(f"{_key(key)} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in plain.items())
    for key, value in card.items():
        if isinstance(value, dict):
            path = f"{under}{_key(key)}"
            text += f"\n[{path}]\n" if any(not isinstance(v, dict) for v in value.values()) else ""
            text += toml(value, f"{path}.").lstrip("\n")
    return text


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() else json.dumps(key)
