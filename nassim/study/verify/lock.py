"""lock.json: what a study found and what with, so that a later version can be held against it.

    nassim lock STUDY      writes it beside study.toml, to be committed
    nassim check STUDY     compares with it

Per strategy and benchmark it keeps the key of the work (a hash of everything that can change a number), a digest of
every number, and the mean and standard deviation of the final error on the report split; of several objectives, of the
final regret in hypervolume.
"""

from __future__ import annotations

import json
import math
import platform
from dataclasses import dataclass, field, fields
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Annotated, NamedTuple, Self

import numpy as np

from nassim.core.documents import read_json
from nassim.core.errors import DataError, SettingError, UnknownNameError
from nassim.core.roles import SEARCH, Role
from nassim.core.settings import NonNegative, Range
from nassim.core.shapes import shaped
from nassim.core.tables import Plain, Table, read
from nassim.core.trace import Trace
from nassim.core.trace_schema import COST, VIOLATION
from nassim.data.atomic import write_text
from nassim.report.indicators import hypervolume_regret, reference_in
from nassim.study.cache_key import digest
from nassim.study.results import Head, ResultsFolder

FILE = "lock.json"
FORMAT = 1
MEND = "make it again with `nassim lock`"
ERRORS, VOLUMES = "mean final error", "mean final regret in hypervolume"


class Locked(NamedTuple):
    """One strategy on one benchmark."""

    key: str  # of the work: equal keys promise equal numbers
    content: str  # digest of all numbers
    n: int  # runs that succeeded
    failed: int
    error: float  # mean final error on the report split; nan = all failed
    deviation: float  # its standard deviation over runs; nan with fewer than two
    role: Role = SEARCH  # what the strategy is there; locks from before roles were recorded do not say
    of: str = ERRORS  # what `error` is


class CellRecord(Table):
    """How a cell is written."""

    key: str
    content: str
    n: Annotated[int, Range(0)]
    failed: Annotated[int, Range(0)]
    error: float | None
    deviation: NonNegative | None
    role: Role = SEARCH
    of: str = ERRORS

    def locked(self) -> Locked:
        """Return what it says."""
        error, deviation = (math.nan if value is None else value for value in (self.error, self.deviation))
        return Locked(self.key, self.content, self.n, self.failed, error, deviation, self.role, self.of)


class LockRecord(Table):
    """How a lock is written."""

    format: int
    study: str
    hash: str
    seed: int
    versions: dict[str, str]
    machine: str
    data: dict[str, str]
    cells: dict[str, dict[str, CellRecord]]


class Lock(NamedTuple):
    """A whole study."""

    study: str  # its name
    hash: str  # of all that it asks for
    seed: int
    versions: dict[str, str]
    machine: str
    data: dict[str, str]  # sha256 by benchmark
    cells: dict[tuple[str, str], Locked]  # by strategy and benchmark


@dataclass(frozen=True)
class LockedAsRead(ResultsFolder):
    """A results folder that keeps of each trace, when it is first read, what a lock says: so a trace is read once."""

    locked: dict[tuple[str, str], Locked] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)  # sha256 by benchmark

    @classmethod
    def of(cls, results: ResultsFolder) -> Self:
        """Return the same results."""
        return cls(**{one.name: getattr(results, one.name) for one in fields(ResultsFolder)})

    def trace(self, label: str, benchmark: str) -> Trace:
        """Return all runs of a strategy on a benchmark; DataError names a damaged file."""
        trace = super().trace(label, benchmark)
        if (label, benchmark) not in self.locked:
            key = digest([path.stem for path in self.files[label, benchmark]])[:16]
            self.locked[label, benchmark] = _locked(trace, key)
            self.data[benchmark] = str(trace.provenance["data_sha256"])
        return trace


def lock_of(results: ResultsFolder) -> Lock:
    """Return the lock of a results folder; DataError if nothing in it succeeded."""
    read = results if isinstance(results, LockedAsRead) else LockedAsRead.of(results)
    wanted = list(product(results.strategies, results.benchmarks))
    for cell in wanted:
        if cell not in read.locked:
            read.trace(*cell)
    cells, data = {cell: read.locked[cell] for cell in wanted}, {name: read.data[name] for name in results.benchmarks}
    if not any(cell.n for cell in cells.values()):
        raise DataError(f"{results.folder}: no evaluation of any strategy succeeded, so there is nothing to compare")
    spec = results.spec
    return Lock(spec.name, digest(spec.to_json()), spec.seed, results.versions, machine(), data, cells)


def content_of(trace: Trace) -> str:
    """Return a digest of every number of a trace, of several objectives that of what was told of costs too."""
    several = len(trace.objective_names) > 1
    costs = sorted(name for name in trace.diagnostics if several and (name == VIOLATION or name.startswith(COST)))
    found, told = sha256(), (trace.diagnostics[name] for name in costs)
    for values in (trace.runs, trace.lengths, trace.archs, trace.error, trace.seconds, trace.truth, *told):
        found.update(np.ascontiguousarray(values).tobytes())
    return found.hexdigest()[:16]


def machine() -> str:
    """Return what kind of machine this is: on another one, last bits may differ."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return " ".join(filter(None, [platform.system(), platform.machine(), model]))


def write_lock(lock: Lock, path: Path) -> None:
    """Write a lock, all of it or nothing."""
    cells: dict[str, dict[str, dict[str, str | float | None]]] = {}
    for (label, benchmark), cell in lock.cells.items():
        plain = {name: None if value != value else value for name, value in cell._asdict().items()}  # noqa: PLR0124 - nan
        cells.setdefault(label, {})[benchmark] = plain
    whole = {"format": FORMAT, **lock._asdict(), "cells": cells}
    write_text(path, json.dumps(whole, indent=1, ensure_ascii=False) + "\n")


def read_lock(path: Path) -> Lock:
    """Read a lock; DataError says what is wrong with it."""
    whole = shaped(read_json(path, MEND), Plain, str(path), MEND)
    try:
        if read(Head, whole).format != FORMAT:
            raise DataError(f"{path}: of another format than this nassim writes; {MEND}")
        record = read(LockRecord, whole)
    except (SettingError, UnknownNameError) as error:
        raise DataError(f"{path}: {error}; {MEND}") from error
    cells = {
        (label, benchmark): cell.locked() for label, row in record.cells.items() for benchmark, cell in row.items()
    }
    said = {name: getattr(record, name) for name in Lock._fields}
    return Lock(**said | {"cells": cells})


def _locked(trace: Trace, key: str) -> Locked:
    several = len(trace.objective_names) > 1
    over_time = hypervolume_regret(trace) if several else trace.incumbent_truth()
    final = over_time[np.arange(len(trace.runs)), np.maximum(trace.lengths, 1) - 1]
    known = final[~np.isnan(final)]
    mean = float(known.mean()) if known.size else math.nan
    deviation = float(known.std(ddof=1)) if known.size > 1 else math.nan
    failed = final.size - known.size
    of = _volumes(trace) if several else ERRORS
    return Locked(key, content_of(trace), known.size, failed, mean, deviation, trace.role, of)


def _volumes(trace: Trace) -> str:
    """Return what is locked of several objectives, with the reference point."""
    point = zip(trace.objective_names, reference_in(trace)["point"], strict=True)
    return f"{VOLUMES}, reference point {', '.join(f'{name} {value:.6g}' for name, value in point)}"
