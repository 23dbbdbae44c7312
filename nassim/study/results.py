"""A results folder as a study left it, for reading."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NotRequired, Self, TypedDict

from nassim import catalog
from nassim.core.documents import read_json
from nassim.core.errors import DataError, SettingError
from nassim.core.renamed import renamed_names
from nassim.core.roles import Role
from nassim.core.settings import Count
from nassim.core.shapes import OPEN, shaped
from nassim.core.trace import Trace
from nassim.study.architecture_index import BenchmarkIndex, index_of
from nassim.study.spec.strategy import cell_folder

RECORD = "study.json"
RECORD_FORMAT = 1
AGAIN = "give the same `nassim run` command again"
ANEW = "it is damaged, or not of nassim; delete the folder and run the study again"


class StrategyShape(TypedDict):
    """A strategy in a record."""

    label: str
    name: str
    settings: dict[str, Any]
    policies: NotRequired[dict[str, Any]]


class BenchmarkShape(TypedDict):
    """A benchmark in a record that is more than a name."""

    name: str
    model: NotRequired[str]
    judge: NotRequired[str]
    surrogate: NotRequired[dict[str, Any]]
    budget: NotRequired[dict[str, Any]]


class StudyShape(TypedDict):
    """A study in a record, as Study.resolved spells it out."""

    name: str
    question: str
    runs: Count
    seed: int
    budget: dict[str, Any]
    policies: dict[str, Any]
    protocol: NotRequired[str]
    benchmarks: list[str]
    surrogates: NotRequired[dict[str, Annotated[BenchmarkShape, OPEN]]]
    strategies: list[Annotated[StrategyShape, OPEN]]


class Numbered(TypedDict):
    """What a record, or a lock, of any format has."""

    format: int


class Versions(TypedDict):
    """What made the traces."""

    nassim: str


class Record(TypedDict):
    """What a record of this format has."""

    format: int
    versions: Annotated[Versions, OPEN]
    study: Annotated[StudyShape, OPEN]
    traces: list[list[str]]


@dataclass(frozen=True)
class ResultsFolder:
    """The traces of every strategy on every benchmark of a study."""

    folder: Path
    study: dict[str, Any]  # as Study.resolved spells it out, and `versions`: what made the traces
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
        record = read_record(place)
        study = record["study"]
        labels, benchmarks = tuple(entry["label"] for entry in study["strategies"]), tuple(study["benchmarks"])
        cells = product(labels, benchmarks)
        files = {cell: tuple(map(place.joinpath, paths)) for cell, paths in zip(cells, record["traces"], strict=True)}
        wanted = [path for paths in files.values() for path in paths]
        if any(path.parent != place / cell_folder(*cell) for cell, paths in files.items() for path in paths):
            raise DataError(f"{place / RECORD}: damaged, it names traces of one strategy as another's; {AGAIN}")
        missing = sum(not path.is_file() for path in wanted)
        if missing:
            raise DataError(f"{place}: {missing} of {len(wanted)} traces are missing; to complete them {AGAIN}")
        return cls(place, study | {"versions": record["versions"]}, labels, benchmarks, files, beside)

    def trace(self, label: str, benchmark: str) -> Trace:
        """Return all runs of a strategy on a benchmark; DataError names a damaged file."""
        parts = [_load(path) for path in self.files[label, benchmark]]
        makers = {json.dumps(part.provenance | {"key": None}, sort_keys=True) for part in parts}
        if len(makers) > 1:
            raise DataError(f"{self.folder}: {label} on {benchmark} mixes runs of different versions; {AGAIN}")
        for name, said in self.study["versions"].items():
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
        return index_of(self.asked(benchmark), self.beside)

    def asked(self, benchmark: str) -> dict[str, Any]:
        """Return what the study says of a benchmark."""
        found: dict[str, Any] = self.study.get("surrogates", {}).get(benchmark, {"name": benchmark})
        return found

    def code_of_benchmarks(self) -> list[str]:
        """Return the names of benchmarks in the study that are code."""
        return [name for benchmark in self.benchmarks if catalog.is_code(name := self.asked(benchmark)["name"])]

    def check_code(self, *, allowed: bool) -> None:
        """Raise SettingError if the study names code that would have to be imported, unless that is allowed."""
        names = [entry["name"] for entry in self.study["strategies"] if catalog.is_code(entry["name"])]
        names += self.code_of_benchmarks()
        if names and not allowed:
            raise SettingError(
                f"{self.folder}: names code, {names[0]!r:.80}, which is not imported unless you allow it; if you "
                "trust it, add --allow-code"
            )


def read_record(folder: Path) -> dict[str, Any]:
    """Return the content of a results folder's study.json; DataError says what is wrong with it."""
    path = folder / RECORD
    if not path.exists():
        raise DataError(f"{folder}: not a results folder, it has no {RECORD}")
    record: dict[str, Any] = shaped(read_json(path, ANEW), Annotated[Numbered, OPEN], str(path), ANEW)
    if (found := record["format"]) != RECORD_FORMAT:
        raise DataError(f"{path}: format {found}, this nassim reads {RECORD_FORMAT}; run the study into another folder")
    shaped(record, Annotated[Record, OPEN], str(path), ANEW)
    cells = len(record["study"]["strategies"]) * len(record["study"]["benchmarks"])
    if len(record["traces"]) != cells:
        raise DataError(f"{path}: expected traces of {cells} cells, got {len(record['traces'])}; {ANEW}")
    if not (cells and all(record["traces"])):
        raise DataError(f"{path}: expected a strategy, a benchmark and a trace of each cell at least; {ANEW}")
    return record


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
