"""Reads a table benchmark from its data folder: two Parquet files, and the card.toml of its family beside them."""

from __future__ import annotations

import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from nassim import catalog
from nassim.benchmark import Card
from nassim.errors import DataError
from nassim.space import Space

Columns = dict[str, NDArray[Any]]
MEND = "install the data again"


def read_table(folder: Path) -> dict[str, Any]:
    """Return what TableBenchmark's constructor takes; DataError names the file that is missing or damaged."""
    family, dataset = folder.parent, folder.name
    facts = read_card(family / "card.toml")
    space = catalog.space(facts["space"])
    files = {name: _read(family, f"{dataset}/{name}.parquet", facts) for name in ("trainings", "architectures")}
    trainings, architectures = (columns for columns, _ in files.values())
    return {
        "name": f"{family.name}/{dataset}",
        "space": space,
        "card": _card(facts, dataset, [digest for _, digest in files.values()]),
        "costs": {name: _column(architectures, name, folder).astype(np.float64) for name in facts.get("costs", {})},
        **_arrange(trainings, space, folder / "trainings.parquet"),
    }


def read_card(path: Path) -> dict[str, Any]:
    """Return the content of a card.toml; DataError says what is wrong with it."""
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"{path}: not a readable card ({error}); {MEND}") from error
    missing = {"title", "space", "source", "licence", "search_split", "report_split"} - facts.keys()
    if missing:
        raise DataError(f"{path}: the card lacks {', '.join(sorted(missing))}; {MEND}")
    return facts


def _card(facts: dict[str, Any], dataset: str, digests: list[str]) -> Card:
    own = facts.get("datasets", {}).get(dataset, {})
    return Card(
        title=f"{facts['title']}, {own.get('title', dataset)}",
        source=facts["source"],
        licence=facts["licence"],
        search_split=facts["search_split"],
        report_split=facts["report_split"],
        unit=facts.get("unit", "% error"),
        sha256=sha256("".join(digests).encode()).hexdigest(),
        facts={name: value for name, value in facts.items() if name not in {"datasets", "files"}} | own,
    )


def _read(family: Path, name: str, facts: dict[str, Any]) -> tuple[Columns, str]:
    """Return a file's columns and a digest of its content, after comparing its bytes with the card."""
    path = family / name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); {MEND}") from error
    digest = sha256(data).hexdigest()
    on_card = facts.get("files", {}).get(name, {})
    if on_card.get("sha256", digest) != digest:
        raise DataError(f"{path}: damaged, its sha256 is {digest[:12]}..., the card's another; {MEND}")
    try:
        table = pq.read_table(pa.BufferReader(data), use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path}: damaged or no Parquet file ({error}); {MEND}") from error
    columns = {field.name: table[field.name].to_numpy() for field in table.schema if field.type != pa.string()}
    return columns, on_card.get("content", digest)


def _arrange(trainings: Columns, space: Space, path: Path) -> dict[str, Any]:
    """Return the tidy rows as arrays (epochs, archs, replicas)."""
    arch, replica, epoch = (_column(trainings, name, path).astype(np.int64) for name in ("arch", "replica", "epoch"))
    epochs, at = np.unique(epoch, return_inverse=True)
    if arch.size == 0 or arch.min() < 0 or arch.max() >= space.size:
        raise DataError(f"{path}: expected arch in [0, {space.size}) of space {space.name}; {MEND}")
    shape = (epochs.size, space.size, int(replica.max()) + 1)
    rows = np.zeros(shape, dtype=np.int64)
    np.add.at(rows, (at, arch, replica), 1)
    counts = rows[-1].sum(axis=1)
    if not (rows == (np.arange(shape[2]) < counts[:, None])).all() or counts.min() == 0:
        raise DataError(f"{path}: expected every architecture of {space.name}, each training at every epoch; {MEND}")
    named = {"error": "valid_error", "seconds": "seconds", "test": "test_error"}
    arrays = {}
    for name, column in named.items():
        if name != "test" or column in trainings:
            arrays[name] = np.full(shape, np.nan)
            arrays[name][at, arch, replica] = _column(trainings, column, path)
    if "test" in arrays:
        arrays["test"] = np.ma.masked_invalid(arrays["test"][-1]).mean(axis=1).filled(np.nan)
    return {"epochs": tuple(epochs.tolist()), "counts": counts, **arrays}


def _column(columns: Columns, name: str, path: Path) -> NDArray[Any]:
    if name not in columns:
        raise DataError(f"{path}: the column {name!r} is missing; {MEND}")
    return columns[name]
