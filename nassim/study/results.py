"""A results folder as a study left it, for reading."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import ConfigDict

from nassim import catalog
from nassim.core.documents import read_json
from nassim.core.errors import DataError, SettingError, UnknownNameError
from nassim.core.renamed import renamed_members, renamed_names
from nassim.core.roles import Role
from nassim.core.shapes import shaped
from nassim.core.tables import Plain, Table, read
from nassim.core.trace import Trace
from nassim.study.architecture_index import BenchmarkIndex, index_of
from nassim.study.spec.benchmark import BenchmarkSpec
from nassim.study.spec.labels import cell_folder
from nassim.study.spec.study import StudySpec

RECORD = "study.json"
RECORD_FORMAT = 1
AGAIN = "give the same `nassim run` command again"
ANEW = "it is damaged, or not of nassim; delete the folder and run the study again"


class Head(Table):
    """What a record of any format has."""

    model_config = ConfigDict(extra="ignore")

    format: int


class Versions(Table):
    """What made the traces."""

    model_config = ConfigDict(extra="allow")

    nassim: str


class Record(Head):
    """What a record of this format has."""

    versions: Versions
    study: Plain
    traces: list[list[str]]


@renamed_members(atlas="architecture_index")
@dataclass(frozen=True)
class ResultsFolder:
    """The traces of every strategy on every benchmark of a study."""

    folder: Path
    spec: StudySpec
    versions: dict[str, str]  # what made the traces
    strategies: tuple[str, ...]  # labels, in the study's order
    benchmarks: tuple[str, ...]
    files: dict[tuple[str, str], tuple[Path, ...]]  # (label, benchmark) -> traces, in the order of their runs
    beside: Path | None = None  # the folder that files of code are relative to; None = no code is imported

    @classmethod
    def open(cls, folder: str | Path, beside: Path | None = None) -> Self:
        """Read a results folder; DataError if it is none, of another format, or not complete.

        What it names as code is imported, to describe its architectures, only where `beside` allows it.
        """
        place = Path(folder)
        record, spec = read_record(place)
        labels, benchmarks = tuple(spec.strategy_labels), tuple(spec.benchmark_labels)
        cells = product(labels, benchmarks)
        files = {cell: tuple(map(place.joinpath, paths)) for cell, paths in zip(cells, record.traces, strict=True)}
        wanted = [path for paths in files.values() for path in paths]
        if any(path.parent != place / cell_folder(*cell) for cell, paths in files.items() for path in paths):
            raise DataError(f"{place / RECORD}: damaged, it names traces of one strategy as another's; {AGAIN}")
        missing = sum(not path.is_file() for path in wanted)
        if missing:
            raise DataError(f"{place}: {missing} of {len(wanted)} traces are missing; to complete them {AGAIN}")
        return cls(place, spec, record.versions.model_dump(), labels, benchmarks, files, beside)

    @property
    def study(self) -> Plain:
        """The study as plain data, and `versions`: what made the traces."""
        return self.spec.to_json() | {"versions": dict(self.versions)}

    def trace(self, label: str, benchmark: str) -> Trace:
        """Return all runs of a strategy on a benchmark; DataError names a damaged file."""
        parts = [_load(path) for path in self.files[label, benchmark]]
        makers = {json.dumps(part.provenance | {"key": None}, sort_keys=True) for part in parts}
        if len(makers) > 1:
            raise DataError(f"{self.folder}: {label} on {benchmark} mixes runs of different versions; {AGAIN}")
        for name, said in self.versions.items():
            if (found := parts[0].provenance.get(name)) != said:
                other = f"with {name} {found}, but {RECORD} says {said}"
                raise DataError(f"{self.folder}: {label} on {benchmark} was made {other}; {AGAIN}")
        return Trace.join(parts)

    def role(self, label: str, benchmark: str) -> Role:
        """Return what a strategy on a benchmark is, a search or an oracle; DataError names a damaged file."""
        first, *_ = self.files[label, benchmark]
        try:
            return _role(first, first.stat().st_mtime_ns)
        except DataError as error:
            raise DataError(f"{error}; to make it anew {AGAIN}") from error
        except OSError as error:
            raise DataError(f"{first}: cannot be read ({error.strerror}); {AGAIN}") from error

    def architecture_index(self, benchmark: str) -> BenchmarkIndex | None:
        """Return what is known of a benchmark's architectures; None if the benchmark is not to be had any more."""
        return index_of(self.benchmark(benchmark), self.beside)

    def benchmark(self, label: str) -> BenchmarkSpec:
        """Return what the study says of a benchmark."""
        return self.spec.benchmarks[self.benchmarks.index(label)]

    def code_of_benchmarks(self) -> list[str]:
        """Return the names of benchmarks in the study that are code."""
        return [benchmark.name for benchmark in self.spec.benchmarks if catalog.is_code(benchmark.name)]

    def check_code(self, *, allowed: bool) -> None:
        """Raise SettingError if the study names code that would have to be imported, unless that is allowed."""
        names = [name for strategy in self.spec.strategies for name in strategy.code]
        names += [name for benchmark in self.spec.benchmarks for name in benchmark.code]
        if names and not allowed:
            raise SettingError(
                f"{self.folder}: names code, {names[0]!r:.80}, which is not imported unless you allow it; if you "
                "trust it, add --allow-code"
            )


def read_record(folder: Path) -> tuple[Record, StudySpec]:
    """Return the content of a results folder's study.json, and the study in it; DataError says what is wrong."""
    path = folder / RECORD
    if not path.exists():
        raise DataError(f"{folder}: not a results folder, it has no {RECORD}")
    plain = shaped(read_json(path, ANEW), Plain, str(path), ANEW)
    try:
        if (found := read(Head, plain).format) != RECORD_FORMAT:
            raise DataError(
                f"{path}: format {found}, this nassim reads {RECORD_FORMAT}; run the study into another folder"
            )
        record = read(Record, plain)
        spec = StudySpec.from_json(record.study)
    except (SettingError, UnknownNameError) as error:
        raise DataError(f"{path}: {error}; {ANEW}") from error
    cells = len(spec.strategies) * len(spec.benchmarks)
    if len(record.traces) != cells:
        raise DataError(f"{path}: expected traces of {cells} cells, got {len(record.traces)}; {ANEW}")
    if not (cells and all(record.traces)):
        raise DataError(f"{path}: expected a strategy, a benchmark and a trace of each cell at least; {ANEW}")
    return record, spec


def _load(path: Path) -> Trace:
    """Return a trace, after making sure that it is of the unit of work that its path names."""
    try:
        trace = Trace.load(path)
    except DataError as error:
        raise DataError(f"{error}; to make it anew {AGAIN}") from error
    runs, _, key = path.stem.rpartition(".")
    if (f"{trace.runs[0]}-{trace.runs[-1]}", str(trace.provenance.get("key"))[: len(key)]) != (runs, key):
        raise DataError(f"{path}: this is the trace of other work; to make the right one {AGAIN}")
    return trace


@cache
def _role(path: Path, _changed: int) -> Role:
    """Return the role of a trace; a report asks for all of them for each of its figures."""
    return Trace.role_at(path)


if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__, {"Results": "nassim.study.results.ResultsFolder"})
