"""Work units: a fixed-size chunk of the runs of one cell, strategy x benchmark, kept as one trace file.

A unit's key is a hash of everything that can change it, so a file with the right key need not be made again.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter  # for progress and the order of work; no result depends on it
from typing import TYPE_CHECKING, cast

import numpy as np

from nassim import catalog
from nassim.core.benchmark import Benchmark
from nassim.core.errors import CodeError, DataError, NassimError, SettingError
from nassim.core.frames import user_code
from nassim.core.policies import Budget, Policies
from nassim.core.provenance import Provenance
from nassim.core.renamed import renamed_names
from nassim.core.tables import Plain
from nassim.core.trace import Trace
from nassim.data.atomic import writing
from nassim.engine.loop import simulate
from nassim.study.cache_key import MAKERS, Work
from nassim.study.plan import Cell, StudyPlan
from nassim.study.source import BenchmarkSource
from nassim.study.spec.labels import cell_folder

_LOADED: dict[tuple[BenchmarkSource, str], Benchmark] = {}  # by where they come from, and their keys


@dataclass(frozen=True)
class WorkUnit:
    """All that a worker process needs to know."""

    label: str
    on: str  # the label of the benchmark
    strategy: str  # as the catalog takes it
    source: BenchmarkSource
    data: str  # key of the benchmark
    first: int  # run number
    last: int
    seed: int
    budget: Budget
    policies: Policies
    settings: Plain  # of the strategy
    protocol: dict[str, str]  # what of it a trace shall say; empty without one
    path: str  # in the results folder; ends in <first>-<last>.<key12>.parquet
    key: str  # its first four digits are those of the versions and the source


def units_of(plan: StudyPlan) -> list[WorkUnit]:
    """Return the units of a study, cell by cell in the study's order."""
    return [unit for cell in plan.cells() for unit in _units(cell)]


def _units(cell: Cell) -> Iterator[WorkUnit]:
    """Yield the units of one strategy on one benchmark; what they share is hashed once."""
    study, on, kind = cell.study, cell.benchmark, cell.kind
    settings, source = cell.strategy.settings, on.source
    options = {"seed": study.seed, **asdict(cell.budget), **asdict(cell.policies), **settings}
    wraps = [*(on.spec.wrap or ()), *cell.strategy.wrap]
    options |= {"wrap": wraps} if wraps else {}  # an option of theirs need not change the name
    work = Work.of(kind, on.benchmark, (cell.strategy_source, source.name), options)
    _LOADED.setdefault((source, on.key), on.benchmark)
    asked = cell.strategy.label, on.spec.label, cell.strategy_source, source, on.key
    how = study.seed, cell.budget, cell.policies, settings
    protocol = {"protocol": study.protocol} if study.protocol else {}
    place = cell_folder(cell.strategy.label, on.spec.label)
    for first in range(0, study.runs, kind.runs_per_unit):
        last = min(first + kind.runs_per_unit, study.runs) - 1
        key = work.key(first, last)
        yield WorkUnit(*asked, first, last, *how, protocol, f"{place}/{first}-{last}.{key[:12]}.parquet", key)


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
    provenance = cast("Provenance", {**made.provenance, **unit.protocol, "key": unit.key})
    replace(made, provenance=provenance).save(path)
    return perf_counter() - began


def _simulated(unit: WorkUnit) -> Trace:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # cores are for units; and sums must not depend on the number of threads
        loaded = _loaded(unit.source, unit.data)
        loaded.floor()  # is the same for all runs, and so known to all copies
        return simulate(
            catalog.strategy(unit.strategy, code=True),
            copy(loaded),  # what it remembers of these runs goes with the copy
            runs=np.arange(unit.first, unit.last + 1),
            seed=unit.seed,
            budget=unit.budget,
            policies=unit.policies,
            settings=unit.settings,
        )


def _loaded(source: BenchmarkSource, data: str) -> Benchmark:
    """Return a benchmark, which each process loads once, whatever searches on it; a study has loaded its own."""
    if (source, data) not in _LOADED:
        _LOADED[source, data] = source.load()
    return _LOADED[source, data]


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
    for place, makers in {(path.parent, path.stem.rpartition(".")[2][:MAKERS]) for path in wanted}:
        for path in place.glob("*.parquet"):
            if path not in wanted and not path.stem.rpartition(".")[2].startswith(makers):
                yield path


if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__, {"Unit": "nassim.study.work_units.WorkUnit"})
