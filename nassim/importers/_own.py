"""Reads one's own results for csv.py and parquet.py: rows in batches, and the card beside the file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from nassim import catalog
from nassim.benchmarks.files import read_card
from nassim.errors import ArchitectureError, DataError, NassimError, suggest
from nassim.family import Family
from nassim.importers import Progress
from nassim.importers._tables import Found, digest_of, tabulate
from nassim.space import Archs, Ids, Space
from nassim.streams import Floats

Batches = Iterable[pa.RecordBatch]
Columns = dict[str, NDArray[Any]]
KNOWN = ("arch", "valid_error", "valid_accuracy", "test_error", "test_accuracy", "seconds", "epoch", "replica")
WHOLE, MOST = ("epoch", "replica"), 32767  # columns of whole numbers, and the largest of them
CARD = ("title", "space", "source", "licence", "search_split", "report_split")


def read_own(source: Path, open_: Callable[[Space], Batches], progress: Progress) -> Family:
    """Return the results in a file whose batches `open_` yields, named FILE/data after the file."""
    card = _card(source)
    try:
        reader = _Reader(source, catalog.space(card["space"]))
    except NassimError as error:
        raise DataError(f"{source.with_suffix('.toml')}: {error}") from error
    try:
        for batch in open_(reader.space):
            reader.add(batch)
            progress(reader.done, reader.done)
    except (pa.ArrowException, csv.Error, OSError, UnicodeDecodeError) as error:
        raise DataError(f"{source}: damaged, or not of this format ({' '.join(str(error).split()):.160})") from error
    found = reader.found()
    tables, part = tabulate(found, str(source))
    about = {"title": source.name, "source_file": source.name, "source_sha256": digest_of(source)}
    costs = {name: card.get("costs", {}).get(name, "as in the file") for name in found.costs}
    built = f"nassim import {source.suffix[1:]} {source.name}"
    facts = {**card, **part, "built": built, "costs": costs, "datasets": {"data": about}}
    return Family(source.stem, facts, {"data": tables})


class _Reader:
    """Gathers the rows of a file, batch by batch, and checks them."""

    def __init__(self, source: Path, space: Space) -> None:
        self.source, self.space, self.done = source, space, 0
        self.parts: list[Columns] = []
        self.archs: list[Archs] = []
        self.known: dict[tuple[str, ...], int] = {}  # row of `archs` by how the file writes an architecture

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in the rows of a batch."""
        named = [name for name in batch.schema.names if name != "arch" and name not in self.space.genes]
        numbers = {name: self._numbers(batch, name) for name in named}
        for kind in ("valid", "test"):
            if f"{kind}_accuracy" in numbers:
                if f"{kind}_error" in numbers:
                    raise DataError(f"{self.source}: has both {kind}_error and {kind}_accuracy; leave one out")
                numbers[f"{kind}_error"] = 100.0 - numbers.pop(f"{kind}_accuracy")
        if "valid_error" not in numbers:
            has = ", ".join(batch.schema.names)
            raise DataError(f"{self.source}: expected a column valid_error or valid_accuracy, it has {has:.100}")
        self.parts.append({**numbers, "row": self._rows(batch)})
        self.done += batch.num_rows

    def found(self) -> Found:
        """Return all that was read, its architectures each once."""
        if not self.done:
            raise DataError(f"{self.source}: there are no rows in it")
        columns = {name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]}
        archs = np.array(self.archs)
        _, first, place = np.unique(self.space.index(archs), return_index=True, return_inverse=True)
        row = place[columns.pop("row")]
        counts = np.bincount(row)
        epoch = columns.get("epoch", np.ones(self.done)).astype(np.int64)
        return Found(
            self.space,
            archs[first],
            row,
            epoch,
            columns["valid_error"],
            columns.get("seconds", epoch.astype(np.float64)),
            replica=columns["replica"].astype(np.int64) if "replica" in columns else None,
            test_error=columns.get("test_error"),
            costs={name: np.bincount(row, columns[name]) / counts for name in columns if name not in KNOWN},
        )

    def _numbers(self, batch: pa.RecordBatch, name: str) -> Floats:
        """Return a column of finite numbers."""
        kind = batch.column(name).type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            hint = "" if name in KNOWN else suggest(name, (*KNOWN, *self.space.genes))
            raise DataError(f"{self.source}: expected numbers in the column {name!r:.40}, got {kind}{hint}")
        values = np.array(batch.column(name).to_numpy(zero_copy_only=False), dtype=np.float64)
        wrong = ~np.isfinite(values)
        if wrong.any():
            raise self._error(wrong.argmax(), f"{name} is empty or no finite number; leave such trainings out")
        if name in WHOLE and (wrong := (values != np.round(values)) | (np.abs(values) > MOST)).any():
            raise self._error(wrong.argmax(), f"{name} must be a whole number up to {MOST}")
        return values

    def _rows(self, batch: pa.RecordBatch) -> Ids:
        """Return which of `archs` each row of a batch is about."""
        names = ("arch",) if "arch" in batch.schema.names else self.space.genes
        for name in names:
            if name not in batch.schema.names:
                has = f"expected a column arch, or one per gene of {self.space.name}"
                raise DataError(f"{self.source}: {has}; {name} is missing")
        rows = np.empty(batch.num_rows, dtype=np.int64)
        columns = [[_plain(value) for value in batch.column(name).to_pylist()] for name in names]
        for place, entry in enumerate(zip(*columns, strict=True)):
            if entry not in self.known:
                try:
                    self.archs.append(
                        self.space.parse(entry[0]) if names == ("arch",) else _of_options(self.space, entry)
                    )
                except ArchitectureError as error:
                    raise self._error(place, str(error)) from error
                self.known[entry] = len(self.archs) - 1
            rows[place] = self.known[entry]
        return rows

    def _error(self, place: Any, what: str) -> DataError:
        return DataError(f"{self.source}: row {self.done + int(place) + 1}: {what}")


def _card(source: Path) -> dict[str, Any]:
    """Return the card beside a file; DataError says what to write."""
    path = source.with_suffix(".toml")
    if not path.is_file():
        raise DataError(
            f"{path}: is missing; write a card with the texts {', '.join(CARD)}; nassim/importers/csv.py shows one"
        )
    card = read_card(path)
    if card["space"].startswith(".") and ":" in card["space"]:  # a file beside this one, wherever nassim is run
        card["space"] = str((path.parent / card["space"]).resolve())
    return {name: value for name, value in card.items() if name not in {"files", "datasets", "complete", "networks"}}


def _of_options(space: Space, entry: tuple[str, ...]) -> Archs:
    """Return the row (genes,) of an option per gene."""
    for gene, options, value in zip(space.genes, space.options, entry, strict=True):
        if value not in options:
            raise ArchitectureError(f"{gene} must be one of {', '.join(options)}, got {value!r:.40}")
    chosen = [options.index(value) for options, value in zip(space.options, entry, strict=True)]
    return np.array(chosen, dtype=space.dtype)


def _plain(value: Any) -> str:
    """Return an option or a text as the space spells it: a CSV file does not tell 3 from "3"."""
    return str(value).lower() if isinstance(value, bool) else str(value)
