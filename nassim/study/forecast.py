"""How much work a study is, counted before any of it is made: what cannot be done is refused with the numbers."""

from __future__ import annotations

import math
import shutil
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter  # of a few evaluations, for an estimate; no result depends on it

import numpy as np

from nassim.benchmarks.tabular import Tabular
from nassim.core.errors import SettingError
from nassim.core.lifting import lifted
from nassim.core.policies import Budget
from nassim.core.random_streams import Streams
from nassim.core.strategy import name_of
from nassim.data.memory import available, said
from nassim.engine.footprint import bytes_of, fewest
from nassim.engine.loop import construct, simulate
from nassim.study.plan import Cell, StudyPlan

MOST_UNITS = 100_000  # files of a results folder
FASTEST = 2e7  # evaluations per second that no strategy reaches on one core; the fastest here does 8e6
LEAST_STORED = 1  # bytes of an evaluation in a trace, compressed
LONGEST = 365 * 86_400.0  # seconds of all processes at work, even if all strategies were the fastest
PROBE, FEW, MORE = 5, 2, 20  # evaluations, and runs, that are timed


@dataclass(frozen=True)
class Work:
    """One strategy on one benchmark."""

    label: str
    runs_per_unit: int  # runs of a unit of work
    units: int
    evaluations: int  # of each run, at the least
    counted: bool  # whether these are all; else its seconds end it
    memory: int  # bytes that a unit takes at the least


@dataclass(frozen=True)
class Forecast:
    """All of a study."""

    runs: int  # of each strategy on each benchmark
    works: tuple[Work, ...]

    @property
    def units(self) -> int:
        """How many units of work there are."""
        return sum(work.units for work in self.works)

    @property
    def evaluations(self) -> int:
        """How many evaluations there are, at the least, as far as is known."""
        return sum(self.runs * work.evaluations for work in self.works)

    def told(self) -> str:
        """Return in words how much work there is."""
        open_ = "" if all(work.counted for work in self.works) else "at least "
        counted = f", {open_}{self.evaluations:,} evaluations" if self.evaluations else ""
        return f"{self.units:,} units of work: {self.runs * len(self.works):,} runs{counted}"


def forecast(plan: StudyPlan) -> Forecast:
    """Return how much work a study is, without making any of it."""
    return Forecast(plan.spec.runs, tuple(map(_work, plan.cells())))


def check_forecast(work: Forecast, folder: Path, jobs: int) -> None:
    """Raise SettingError, with the numbers, if a study cannot be done: too many files, memory, disk or years."""
    if work.units > MOST_UNITS:
        each = min(one.runs_per_unit for one in work.works)
        raise SettingError(
            f"{work.runs:,} runs of {len(work.works):,} strategies on benchmarks are {work.units:,} units of "
            f"work, each of {each:,} runs or more, expected {MOST_UNITS:,} at most; ask for fewer runs"
        )
    largest = max(work.works, key=lambda one: one.memory)
    if largest.memory > (free := available()):
        raise SettingError(
            f"{largest.label}: {min(largest.runs_per_unit, work.runs):,} runs at once would take "
            f"{said(largest.memory)} of memory, {said(free)} are free; ask for fewer evaluations, seconds or workers"
        )
    stored = work.evaluations * LEAST_STORED
    if stored > (room := _room(folder)):
        raise SettingError(
            f"{work.evaluations:,} evaluations would take {said(stored)} or more in {folder}, {said(room)} are free "
            "there; ask for fewer, or choose another folder with --out"
        )
    if (seconds := work.evaluations / FASTEST / jobs) > LONGEST:
        raise SettingError(
            f"{work.evaluations:,} evaluations would take {_duration(seconds)} on {jobs:,} processes even at "
            f"{FASTEST:,.0f} a second on each; ask for fewer"
        )


def estimate(plan: StudyPlan, share: float, jobs: int) -> str:
    """Return in words about how long a share of a study takes, and what that rests on; nothing if it cannot be told.

    A few evaluations of each strategy are timed, where the study's first benchmark is a table.
    """
    cells = list(plan.cells())[:: len(plan.benchmarks)]
    known = [seconds for cell in cells if not math.isnan(seconds := _timed(cell, _work(cell)))]
    if not known:
        return ""
    total = sum(known) / len(known) * len(cells) * len(plan.benchmarks) * share / jobs
    many = "process" if jobs == 1 else "processes"
    return f"about {_duration(total)} or more on {jobs:,} {many}, by {PROBE} evaluations of each strategy"


def _work(cell: Cell) -> Work:
    kind, bench, runs = lifted(cell.kind), cell.benchmark.benchmark, cell.study.runs
    searcher = construct(kind, bench, Streams(cell.study.seed, name_of(kind), [0]), cell.strategy.settings)
    limits = [limit for limit in (cell.budget.evaluations, searcher.max_evaluations) if limit is not None]
    evaluations = min(limits) if limits else fewest(bench, cell.budget.seconds, cell.policies)
    memory = bytes_of(bench.space, min(kind.runs_per_unit, runs), max(1, evaluations), cell.policies.workers)
    units = -(-runs // kind.runs_per_unit)
    return Work(cell.strategy.label, kind.runs_per_unit, units, evaluations, bool(limits), memory)


def _timed(cell: Cell, work: Work) -> float:
    """Return about how many seconds all runs of a strategy take on one core, nan if a few cannot be tried."""
    if not work.evaluations or not isinstance(cell.benchmark.benchmark, Tabular):
        return math.nan
    bench, took = copy(cell.benchmark.benchmark), []
    for some in (FEW, MORE):
        began = perf_counter()
        try:
            simulate(
                cell.kind,
                bench,
                runs=np.arange(some),
                seed=cell.study.seed,
                budget=Budget(PROBE),
                policies=cell.policies,
                settings=cell.strategy.settings,
            )
        except Exception:  # noqa: BLE001 - a user's code may raise anything; the study will say it
            return math.nan
        took.append((perf_counter() - began) / PROBE)
    each = max(0.0, took[1] - took[0]) / (MORE - FEW)
    return work.units * work.evaluations * (took[0] + each * max(0, min(work.runs_per_unit, cell.study.runs) - FEW))


def _room(folder: Path) -> int:
    """Return how many bytes are free where a folder is, or will be."""
    with suppress(OSError):
        there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        usage = shutil.disk_usage(there)
        if usage.total:  # some systems of files do not say
            return usage.free
    return 2**63


def _duration(seconds: float) -> str:
    for unit, size in (("years", 365 * 86_400.0), ("days", 86_400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{max(1.0, seconds):,.0f} s"
