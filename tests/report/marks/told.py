"""What was told to the figures, read from the traces in plain steps, a run at a time: the second path."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nassim.core.trace import Trace
from tests.oracles.bootstrap_t import bootstrap_t, student
from tests.report.conftest import Memory

Held = tuple[list[float], list[float]]  # when something new was held, and its regret


@dataclass(frozen=True)
class Told:
    """A study, asked for single numbers."""

    study: Memory

    @cached_property
    def owners(self) -> dict[str, str]:
        """The mark of each strategy in a figure: the baseline is number 0, the others follow by name."""
        others = sorted(set(self.study.strategies) - {"random_search"})
        return {name: f"series-{number}" for number, name in enumerate(["random_search", *others])}

    def runs(self, benchmark: str, strategy: str) -> list[Run]:
        """Return all runs of a strategy."""
        trace = self.study.trace(strategy, benchmark)
        return [Run(trace, row, self.floor(benchmark)) for row in range(len(trace.runs))]

    def floor(self, benchmark: str) -> float:
        """Return from where regret counts: the optimum, or the best that anyone recommended."""
        traces = [self.study.trace(strategy, benchmark) for strategy in self.study.strategies]
        optimum = float(traces[0].provenance["optimum"])
        if not math.isnan(optimum):
            return optimum
        return min(Run(trace, row, 0.0).final for trace in traces for row in range(len(trace.runs)))

    def finals(self, benchmark: str, strategy: str) -> list[float]:
        """Return the final regret of every run; nan = it failed."""
        return [run.final for run in self.runs(benchmark, strategy)]

    def known(self, benchmark: str, strategy: str) -> list[float]:
        """Return the final regret of every run that succeeded."""
        return [value for value in self.finals(benchmark, strategy) if not math.isnan(value)]

    def ranking(self, benchmark: str) -> list[str]:
        """Return the strategies of which any run succeeded, lowest mean final regret first."""
        means = {name: self.known(benchmark, name) for name in self.study.strategies}
        return sorted((name for name in means if means[name]), key=lambda name: sum(means[name]) / len(means[name]))

    def unit(self, benchmark: str) -> str:
        """Return the unit of errors."""
        return str(self.study.trace(self.study.strategies[0], benchmark).provenance["unit"])

    def counts(self, benchmark: str) -> list[int]:
        """Return the number of options of each choice: those that there are, or else those that anyone asked for."""
        index = self.study.architecture_index(benchmark)
        if index is not None:
            return [len(options) for options in index.options]
        every = [self.study.trace(name, benchmark).archs for name in self.study.strategies]
        return [max(int(archs[:, :, gene].max()) for archs in every) + 1 for gene in range(every[0].shape[2])]

    def named(self, benchmark: str, arch: tuple[int, ...]) -> list[tuple[str, str]]:
        """Return the names of each choice and of what was chosen; numbers where there are none."""
        index = self.study.architecture_index(benchmark)
        if index is None:
            return [(f"gene {gene}", str(option)) for gene, option in enumerate(arch)]
        return [(gene, named[option]) for gene, named, option in zip(index.genes, index.options, arch, strict=True)]

    def links(self, benchmark: str, arch: tuple[int, ...]) -> list[tuple[str, str, str, str]]:
        """Return the graph of an architecture, if it is one."""
        index = self.study.architecture_index(benchmark)
        return [] if index is None else [tuple(link) for link in index.links(np.array(arch, dtype=np.int8))]

    def place(self, benchmark: str, truth: float) -> str:
        """Return how manyth an error is among all architectures, if it is known."""
        index = self.study.architecture_index(benchmark)
        if index is None:
            return ""
        every = self.study.benchmark(benchmark).truth(self.study.benchmark(benchmark).everything())
        return f", number {sum(every < truth) + 1:,} of {len(every):,}"

    def worst(self, benchmark: str) -> float | None:
        """Return the lower median of the worst that every strategy ended with."""
        worst = sorted(max(known) for name in self.study.strategies if (known := self.known(benchmark, name)))
        return worst[(len(worst) - 1) // 2] if worst else None

    def days(self, benchmark: str) -> float:
        """Return the seconds of the unit of time of a benchmark's figures."""
        every = [run for name in self.study.strategies for run in self.runs(benchmark, name)]
        longest = max((time for run in every for time in run.times), default=86_400.0)
        return next((unit for unit in (86_400.0, 3_600.0, 1.0) if longest >= unit / 10), 1.0)

    def grid(self, benchmark: str, strategy: str, axis: str) -> list[float]:
        """Return where the curve of a strategy is read: 32 points a decade, and its end."""
        runs = self.runs(benchmark, strategy)
        if axis == "evaluations":
            end = max(run.length for run in runs)
            return sorted({float(round(10 ** (k / 32))) for k in range(1 + int(32 * math.log10(end) + 1e-9))} | {end})
        times = [time for run in runs for time in run.times if time > 0]
        if not times:
            return []
        first, end = (math.log10(limit) * 32 for limit in (min(times), max(times)))
        inner = [10.0 ** (k / 32) for k in range(math.ceil(first), math.floor(end) + 1)]
        return [point for point in inner if point < max(times)] + [max(times)]

    def shared_grid(self, benchmark: str, axis: str) -> list[float]:
        """Return the points of all strategies, and the last end of all."""
        grids = [grid for name in self.study.strategies if (grid := self.grid(benchmark, name, axis))]
        inner = {point for grid in grids for point in grid[:-1]}
        return sorted(inner | {max(grid[-1] for grid in grids)}) if grids else []


@dataclass(frozen=True)
class Run:
    """One run of a trace, followed event by event."""

    trace: Trace
    row: int
    floor: float

    @property
    def length(self) -> int:
        """How many evaluations it completed."""
        return int(self.trace.lengths[self.row])

    @property
    def times(self) -> list[float]:
        """When each completed."""
        return self.trace.seconds[self.row, : self.length].tolist()

    @cached_property
    def incumbents(self) -> list[int]:
        """Which event's architecture it would recommend after each event: the first of the lowest error; -1 = none."""
        found, lowest, latest = [], math.inf, self.trace.provenance["hands_in"] == "latest"
        for event, error in enumerate(self.trace.error[self.row, : self.length].tolist()):
            better = not math.isnan(error) and (latest or error < lowest)
            lowest = error if better else lowest
            found.append(event if better else found[-1] if found else -1)
        return found

    @cached_property
    def regrets(self) -> list[float]:
        """What it held after each event; nan = nothing yet."""
        truth = self.trace.truth[self.row].tolist()
        return [truth[event] - self.floor if event >= 0 else math.nan for event in self.incumbents]

    @property
    def final(self) -> float:
        """What it recommended; nan = nothing."""
        return self.regrets[-1] if self.regrets else math.nan

    @property
    def recommended(self) -> tuple[float, float]:
        """The error that it saw of what it recommended, and what that is worth."""
        event = self.incumbents[-1]
        return float(self.trace.error[self.row, event]), float(self.trace.truth[self.row, event])

    @property
    def arch(self) -> tuple[int, ...]:
        """What it recommended."""
        return self.asked(self.incumbents[-1])

    def asked(self, event: int) -> tuple[int, ...]:
        """Return the architecture of an event."""
        return tuple(self.trace.archs[self.row, event].tolist())

    def at(self, axis: str, point: float) -> float:
        """Return what it held at a point of an axis."""
        positions = list(range(1, self.length + 1)) if axis == "evaluations" else self.times
        place = bisect_right(positions, point) - 1
        return self.regrets[place] if place >= 0 else math.nan


def chosen(trace: Trace, row: int) -> list[int]:
    """Return which answers a run recommends of all that it trained: those that it was told nothing better of."""
    names = trace.provenance["objectives"]
    columns = [trace.error if name == "error" else trace.diagnostics[f"cost {name}"] for name in names]
    told = [tuple(float(column[row, event]) for column in columns) for event in range(int(trace.lengths[row]))]
    kept = [event for event in range(len(told)) if trace.feasible()[row, event]]
    return [
        one
        for one in kept
        if not any(
            all(a <= b for a, b in zip(told[other], told[one], strict=True)) and told[other] != told[one]
            for other in kept
        )
    ]


def stem(kind: str, benchmark: str) -> str:
    """Return the name of a figure's file."""
    return f"{kind}-{re.sub(r'[^a-zA-Z0-9_.]+', '-', benchmark)}"


def mean_steps(columns: list[list[float]], points: list[float], unit: float) -> tuple[np.ndarray, list[list[float]]]:
    """Return the points, in a unit, at which all runs have something, and what they have there, a list a point."""
    kept = [place for place, values in enumerate(columns) if values and not any(map(math.isnan, values))]
    return np.array([points[place] / unit for place in kept]), [columns[place] for place in kept]


def limits(values: list[float], worst: float | None = None, resamples: int = 1000) -> tuple[float, float]:
    """Return the interval of a mean; nan = too few runs, or two as bad as the worst move it too far."""
    if len(values) < 2:
        return math.nan, math.nan
    bad = max(*values, -math.inf if worst is None else worst) - sum(values) / len(values)
    if worst is not None and 2 * bad / len(values) > student(values):
        return math.nan, math.nan
    return bootstrap_t(values, resamples)
