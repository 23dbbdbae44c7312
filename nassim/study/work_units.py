"""Units of work: a fixed-size chunk of the runs of one cell, strategy x benchmark, kept as one trace file.

A unit's key is a hash of everything that can change it, so a file with the right key need not be made again.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from time import perf_counter  # for progress and the order of work; no result depends on it
from typing import Any

import numpy as np

from nassim import catalog
from nassim.core.benchmark import Benchmark, Retrained
from nassim.core.errors import CodeError, DataError, NassimError, SettingError
from nassim.core.frames import user_code
from nassim.core.policies import arguments
from nassim.core.strategy import name_of
from nassim.core.trace import Trace
from nassim.data.atomic import writing
from nassim.data.trace_file import FORMAT
from nassim.engine.loop import simulate
from nassim.engine.provenance import versions
from nassim.study.benchmarks import Subject
from nassim.study.cache_key import digest, source_of
from nassim.study.plan import Study
from nassim.study.source import BenchmarkSource
from nassim.study.spec.strategy import StrategySpec, cell_folder

_LOADED: dict[tuple[BenchmarkSource, str], Benchmark] = {}  # by where they come from, and the digest of data and source


@dataclass(frozen=True)
class WorkUnit:
    """All that a worker process needs to know."""

    label: str
    on: str  # the label of the benchmark
    strategy: str  # as the catalog takes it
    origin: BenchmarkSource  # of the benchmark
    data: str  # digest of the benchmark's data and source
    first: int  # run number
    last: int
    options: dict[str, Any]  # of `simulate`
    protocol: dict[str, str]  # what of it a trace shall say; empty without one
    path: str  # in the results folder; ends in <first>-<last>.<key12>.parquet
    key: str  # its first four digits are those of the versions and the source


def units_of(study: Study) -> list[WorkUnit]:
    """Return the units of a study, cell by cell in the study's order."""
    return [unit for entry, subject in product(study.entries, study.subjects) for unit in _cell(study, entry, subject)]


def _cell(study: Study, entry: StrategySpec, subject: Subject) -> Iterator[WorkUnit]:
    """Yield the units of one strategy on one benchmark; what they share is hashed once."""
    kind, bench = catalog.strategy(entry.source, code=True), subject.loaded
    sources = entry.source, subject.origin.source
    makers = digest([versions(), source_of(sources, kind, type(bench), type(bench.space))])
    budget = study.budget | subject.budget
    options = {"seed": study.seed, **budget, **study.policies, **entry.policies, **entry.settings}
    decides = {
        "format": FORMAT,
        "makers": makers,
        "strategy": name_of(kind),
        "benchmark": [bench.name, bench.card.sha256, *filter(None, [bench.card.agrees])],
        "options": options,
    }
    data = digest([source_of([subject.origin.source], type(bench), type(bench.space)), bench.card.sha256])
    _LOADED.setdefault((subject.origin, data), bench)
    asked = entry.label, subject.label, entry.source, subject.origin, data
    protocol = {"protocol": study.protocol} if study.protocol else {}
    place = cell_folder(entry.label, subject.label)
    for first in range(0, study.runs, kind.runs_per_unit):
        last = min(first + kind.runs_per_unit, study.runs) - 1
        key = (makers[:4] + digest(decides | {"runs": [first, last]}))[:64]
        yield WorkUnit(*asked, first, last, options, protocol, f"{place}/{first}-{last}.{key[:12]}.parquet", key)


def compute(unit: WorkUnit, folder: Path) -> float:
    """Simulate a unit, save its trace under the results folder, and return how many real seconds that took."""
    began, cell = perf_counter(), f"{unit.label} on {unit.on}"
    try:
        with user_code(cell, f"runs {unit.first}-{unit.last}"):
            made = _simulated(unit)
    except CodeError:
        raise
    except NassimError as error:
        raise SettingError(f"{cell}: {error}") from error
    path = folder / unit.path
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    replace(made, provenance=made.provenance | unit.protocol | {"key": unit.key}).save(path)
    return perf_counter() - began


def _simulated(unit: WorkUnit) -> Trace:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # cores are for units; and sums must not depend on the number of threads
        loaded = _loaded(unit.origin, unit.data)
        if isinstance(loaded, Retrained):
            loaded.floor()  # is the same for all runs, and so known to all copies
        bench = copy(loaded)  # what it remembers of these runs goes with the copy
        kind = catalog.strategy(unit.strategy, code=True)
        return simulate(kind, bench, runs=np.arange(unit.first, unit.last + 1), **arguments(unit.options))


def _loaded(origin: BenchmarkSource, data: str) -> Benchmark:
    """Return a benchmark, which each process loads once, whatever searches on it; a study has loaded its own."""
    if (origin, data) not in _LOADED:
        _LOADED[origin, data] = origin.load()
    return _LOADED[origin, data]


def is_kept(unit: WorkUnit, folder: Path) -> bool:
    """Return whether a unit's trace is on disk; DataError if its file is damaged or holds something else."""
    path = folder / unit.path
    if not path.exists():
        return False
    kept = Trace.load(path)
    if kept.provenance.get("key") != unit.key or kept.runs.tolist() != list(range(unit.first, unit.last + 1)):
        raise DataError(f"{path}: this is the trace of other work")
    return True


def leftovers(units: list[WorkUnit], folder: Path) -> Iterator[Path]:
    """Yield files that no later run can use: half-written ones, and a cell's units by other versions or source."""
    wanted = {folder / unit.path for unit in units}
    yield from folder.rglob(".*.partial")
    for place, key in {(path.parent, path.stem.rpartition(".")[2][:4]) for path in wanted}:
        for path in place.glob("*.parquet"):
            if path not in wanted and not path.stem.rpartition(".")[2].startswith(key):
                yield path
