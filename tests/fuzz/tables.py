"""Mutations of Parquet tables that keep every checksum right: what is written is signed again."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import tomli_w

from nassim.data import trace_file
from nassim.data.writing import write_table
from tests.fuzz.mutate import Generator, altered

Columns = dict[str, np.ndarray]


def resigned_trace(path: Path, random: Generator) -> None:
    """Change what a trace says of itself, or its columns, and sign it again."""
    file = pq.ParquetFile(path)
    about = json.loads(file.schema_arrow.metadata[b"nassim"].decode())
    table = file.read()
    columns = {name: table[name].to_numpy() for name in table.column_names}
    if random.random() < 0.5:
        about = altered(about, random)
    else:
        columns = changed(columns, random)
    trace_file.write(path, about if isinstance(about, dict) else {}, columns)


def resigned_table(path: Path, card: Path, random: Generator) -> None:
    """Change the columns of a data file, and write its checksums on the card."""
    table = pq.read_table(path)
    columns: dict[str, Any] = changed({name: table[name].to_numpy() for name in table.column_names}, random)
    facts = tomllib.loads(card.read_text(encoding="utf-8"))
    made = pa.table({name: pa.array(values) for name, values in columns.items()})
    facts["files"][f"{path.parent.name}/{path.name}"] = write_table(made, path)
    card.write_text(tomli_w.dumps(facts), encoding="utf-8")


def changed(columns: Columns, random: Generator) -> Columns:
    """Return columns of which one is lost, renamed, of another type, or has other values in some rows."""
    found = {name: np.array(values) for name, values in columns.items()}
    name = list(found)[int(random.integers(len(found)))]
    values = found[name]
    match int(random.integers(7)):
        case 0:
            del found[name]
        case 1:
            found[f"{name}x"] = found.pop(name)
        case 2:
            found[name] = values.astype(str).astype(object)
        case 3:
            order = random.permutation(len(values))
            found = {key: column[order] for key, column in found.items()}
        case 4:
            found = {key: column[: len(values) // 2] for key, column in found.items()}
        case 5:
            found = {key: np.concatenate([column, column[-1:]]) for key, column in found.items()}
        case _:
            found[name] = _spoiled(values, random)
    return found


def _spoiled(values: np.ndarray, random: Generator) -> np.ndarray:
    """Return values of which one is none that can be."""
    if values.dtype == object or not len(values):
        return values[::-1].copy()
    spoiled = values.copy()
    place = int(random.integers(len(values)))
    if np.issubdtype(values.dtype, np.floating):
        spoiled[place] = (np.nan, np.inf, -1.0, 1e300, 0.0)[int(random.integers(5))]
    else:
        limits = np.iinfo(values.dtype)
        spoiled[place] = (limits.min, limits.max, -1, 99)[int(random.integers(4))] if limits.min else limits.max
    return spoiled
