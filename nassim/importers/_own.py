"""Reads one's own results for csv.py and parquet.py: rows in batches, and the card beside the file."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
import pyarrow as pa

from nassim import catalog
from nassim.core.arrays import Columns, Floats
from nassim.core.card_facts import Written
from nassim.core.documents import Table
from nassim.core.errors import ArchitectureError, DataError, NassimError, one_line
from nassim.core.file_names import file_name
from nassim.core.space import Space
from nassim.data.reading import read_card
from nassim.data.writing import Family
from nassim.importers import Progress
from nassim.importers._columns import FROM_0, IGNORED, MOST, WHOLE, layout, refuse
from nassim.importers._costs import Costs, costs_of
from nassim.importers._keys import Keys
from nassim.importers._lengths import Epochs, Lengths, even
from nassim.importers._numbers import read_numbers
from nassim.importers._percent import in_percent
from nassim.importers._tables import Found, digest_of, numbered, tabulate

CARD = ("title", "space", "source", "licence", "search_split", "report_split")
OWN = {"files", "datasets", "complete", "networks", "columns", "measured"}  # what an import says of its card itself
ENDINGS = re.compile(r"(\.csv)?\.[^.]+$", re.IGNORECASE)


class Opened(NamedTuple):
    """A file that can be read."""

    header: Sequence[str]
    batches: Iterable[pa.RecordBatch]


def read_own(source: Path, open_: Callable[[], Opened], progress: Progress, epochs: Epochs | None = None) -> Family:
    """Return the results in a file, named FILE/data after the file; `epochs` says what to do with uneven curves."""
    if source.is_dir():
        raise DataError(f"{source}: is a folder; expected a file, such as results.csv")
    card = _card(source)
    try:
        space = catalog.space_on_card(card["space"], source.parent)
    except NassimError as error:
        raise DataError(f"{_beside(source)}: {error}") from error
    try:
        opened = open_()
        reader = _Reader(source, space, card, opened.header)
        for batch in opened.batches:
            reader.add(batch)
            progress(reader.done, reader.done)
    except (pa.ArrowException, csv.Error, OSError, EOFError, UnicodeDecodeError) as error:
        raise DataError(f"{source}: damaged, or not of this format ({one_line(error)})") from error
    found, costs, said = reader.found(epochs)
    tables, part = tabulate(found, str(source))
    name, note = _named(source)
    told = (*note, *reader.layout.said, *said)
    about = {"title": source.name, "source_file": source.name, "source_sha256": digest_of(source)}
    facts = {name: value for name, value in cast("Table", card).items() if name not in OWN} | part
    facts |= {"built": _command(source, epochs), "costs": costs.units, "datasets": {"data": about}}
    facts |= {"measured": costs.measured} if costs.measured else {}
    facts |= {"repeats": {name: values.shape[1] for name, values in costs.repeats.items()}} if costs.repeats else {}
    facts |= {"notes": [*card.get("notes", []), *told]} if told else {}
    return Family(name, facts, {"data": tables}, told)


class _Reader:
    """Gathers the rows of a file, batch by batch, and checks them."""

    def __init__(self, source: Path, space: Space, card: Written, header: Sequence[str]) -> None:
        self.source, self.space, self.card, self.done = source, space, card, 0
        self.layout = layout(header, space, card, _beside(source))
        self.keys = Keys(space, self.layout)
        self.percent: dict[str, bool] = {}  # by column, whether it has percent signs
        self.parts: list[Columns] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in the rows of a batch."""
        if not batch.num_rows:
            return
        numbers: Columns = {}
        problems = list(self.layout.problems)
        for name, place in self.layout.numbers.items():
            read = read_numbers(batch.column(place))
            if isinstance(read, str):
                problems.append(self._unusable(place, read))
                continue
            numbers[name] = read.values
            if not np.isnan(read.values).all() and self.percent.setdefault(name, read.percent) != read.percent:
                problems.append(f"{name} has percent signs in some rows only; write all of them or none")
        if unusable := [name for name in self.layout.costs if name not in numbers]:
            words = ", ".join(f'"{self.layout.header[self.layout.numbers[name]]}" = "{IGNORED}"' for name in unusable)
            problems.append(f"write {words} under [columns] of {self.layout.card} to leave out what is no number")
        refuse(self.source, problems)
        for name, values in numbers.items():
            self._check(name, values)
        try:
            rows = self.keys.rows(batch)
        except ArchitectureError as error:
            at, _, wrong = str(error).partition(" ")
            raise self._error(int(at), wrong) from error
        self.parts.append({**numbers, "row": rows})
        self.done += batch.num_rows

    def found(self, epochs: Epochs | None) -> tuple[Found, Costs, tuple[str, ...]]:
        """Return all that was read, its architectures each once, what its costs are, and what was left out."""
        refuse(self.source, self.layout.problems)
        if not self.done:
            raise DataError(f"{self.source}: there are no rows in it")
        columns = {name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]}
        errors = in_percent(columns, self.layout, self.card, self.percent, self.source)
        archs, row = self.keys.once(columns.pop("row"))
        epoch = columns.get("epoch", np.ones(self.done)).astype(np.int64)
        if self.layout.says("epoch", FROM_0):
            epoch += 1
        elif (epoch == 0).any():
            say = f"if epochs are counted from 0, {self.layout.write('epoch', FROM_0)}, and 1 is added"
            raise self._at((epoch == 0).argmax(), f"has epoch 0; {say}; else leave out what was not trained yet")
        replica = columns["replica"].astype(np.int64) if "replica" in columns else None
        kept = even(Lengths(self.space, archs, row, epoch, replica), epochs, self.source)
        numbers = numbered(row, epoch) if replica is None else replica
        named = {name: columns[name] for name in self.layout.costs}
        costs = costs_of(named, row, numbers, self.layout, self.card)
        some = kept.rows
        there, row = np.unique(row[some], return_inverse=True)
        found = Found(
            self.space,
            archs[there],
            row,
            epoch[some],
            errors["valid_error"][some],
            columns.get("seconds", epoch.astype(np.float64))[some],
            replica=kept.replica,
            test_error=errors["test_error"][some] if "test_error" in errors else None,
            costs=costs.columns(there),
        )
        return found, costs, (*costs.said, *kept.said)

    def _unusable(self, place: int, example: str) -> str:
        """Return what is wrong with a column that holds no numbers."""
        of, (value, row, number) = self.layout.header[place], example.rpartition(" in row ")
        if row:
            example = f"{value} in row {self.done + int(number)}"
            if value.strip("'\"") == of:
                return f"row {self.done + int(number)} is the header again; delete that line"
        return f"{of!r:.40} holds {example}, expected numbers"

    def _check(self, name: str, values: Floats) -> None:
        """Raise DataError where a number is none that its column may have; nan is a failed training, or unmeasured."""
        if (wrong := np.isinf(values)).any():
            raise self._error(wrong.argmax(), f"{name} is infinite; write nan for a training that failed")
        if name in {*WHOLE, "seconds"} and (wrong := np.isnan(values)).any():
            raise self._error(wrong.argmax(), f"{name} is empty; also a training that failed has one")
        if name in WHOLE and (wrong := (values != np.round(values)) | (np.abs(values) > MOST)).any():
            raise self._error(wrong.argmax(), f"{name} must be a whole number up to {MOST}")

    def _error(self, place: int | np.intp, what: str) -> DataError:
        return self._at(self.done + int(place), what)

    def _at(self, place: int | np.intp, what: str) -> DataError:
        return DataError(f"{self.source}: row {int(place) + 1}: {what}")


def _beside(source: Path) -> Path:
    """Return where the card of a file is: mine.toml of mine.csv and of mine.csv.gz."""
    return source.with_name(f"{ENDINGS.sub('', source.name)}.toml")


def _card(source: Path) -> Written:
    """Return the card beside a file; DataError says what to write."""
    path = _beside(source)
    if not path.is_file():
        raise DataError(
            f"{path}: is missing; write a card with the texts {', '.join(CARD)}; docs/add_a_benchmark.md shows one"
        )
    card = read_card(path, "correct it; docs/add_a_benchmark.md shows one")
    if ".py:" in card["space"]:  # a file beside this one, wherever nassim is run
        card["space"] = str((path.parent / card["space"]).resolve())
    return card


def _named(source: Path) -> tuple[str, tuple[str, ...]]:
    """Return the family's name, which is the file's in letters that a name may have, and a word if it differs."""
    own = ENDINGS.sub("", source.name)
    name = file_name(own, ".-").strip("-.") or "results"
    return name, () if name == own else (f"named {name}, since {own!r:.40} has signs that names may not have",)


def _command(source: Path, epochs: Epochs | None) -> str:
    format_ = "parquet" if source.suffix == ".parquet" else "csv"
    return f"nassim import {format_} {source.name}" + (f" --epochs {epochs}" if epochs else "")
