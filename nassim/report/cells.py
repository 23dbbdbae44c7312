"""What each strategy did on one benchmark, read from its traces in one pass and one trace at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats
from nassim.core.documents import JsonValue, Table
from nassim.core.errors import DataError
from nassim.core.provenance import Provenance
from nassim.core.roles import SEARCH, Role, labelled_on
from nassim.core.trace import Trace
from nassim.core.trace_schema import VIOLATION
from nassim.report.architecture_index import ArchitectureIndex
from nassim.report.found import Indicators, indicators_of
from nassim.report.indicators import HYPERVOLUME, WHOLE, fronts, handed_in, hypervolume_regret
from nassim.stats.areas import log_regret_area
from nassim.stats.steps import align, count_grid, log_grid
from nassim.stats.targets import relative_targets

Axis = Literal["evaluations", "seconds"]
SHARED = ("benchmark", "data_sha256", "unit", "search_split", "report_split")  # facts of all cells of one benchmark
AXES: tuple[Axis, ...] = ("evaluations", "seconds")


class Records(Protocol):
    """What a report needs of a study that has run, such as a results folder."""

    @property
    def folder(self) -> Path:
        """Where the report is written."""

    @property
    def study(self) -> Mapping[str, JsonValue]:
        """What was run: name, question, runs, seed, budget, policies, versions."""

    @property
    def strategies(self) -> tuple[str, ...]:
        """The labels, in the order of the study."""

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The names, in the order of the study."""

    def role(self, strategy: str, benchmark: str, /) -> Role:
        """Return what a strategy on a benchmark is: a search, or what cannot be ranked among searches."""

    def trace(self, strategy: str, benchmark: str, /) -> Trace:
        """Read what happened in one cell of the study."""

    def architecture_index(self, benchmark: str, /) -> ArchitectureIndex | None:
        """Return what is known of a benchmark's architectures; None if it cannot be asked."""


class Nearest(NamedTuple):
    """What misses the limits by least."""

    arch: Archs  # (genes,)
    missed: float  # share of the bounds
    text: str = ""


@dataclass(frozen=True, eq=False)
class Curve:
    """The regret that each run held at some points of an axis."""

    at: Floats  # (points,) increasing; the points of stats.steps, and the end
    regret: Floats  # (runs, points); nan = nothing yet


@dataclass(frozen=True, eq=False)
class Cell:
    """One strategy on one benchmark. Regret is in the benchmark's unit, or in that of indicators.py."""

    runs: NDArray[np.int64]  # (runs,) the run numbers
    final: Floats  # (runs,) regret at the end; nan = no evaluation succeeded
    seconds: Floats  # (runs,) simulated time at the end
    evaluations: NDArray[np.int64]  # (runs,) how many
    curves: dict[Axis, Curve]
    provenance: Provenance
    archs: Archs  # (runs, genes) recommended at the end; of a run of which nothing succeeded, its first
    seen: Floats  # (runs,) their error on the search split, as the strategy saw it
    truth: Floats  # (runs,) their error on the report split
    sampled: NDArray[np.int64]  # (events, genes, widest) how many runs had each option of each gene at each event
    log_area: Floats  # (runs,) mean decimal logarithm of the regret after each evaluation; nan = optimum unknown
    role: Role
    disclosed: (
        Floats  # (runs,) simulated seconds of all trainings whose results an oracle was told; nan = unknown, or none
    )

    nearest: Nearest | None = None  # what misses the limits by least, if none of its evaluations keeps them
    fronts: tuple[Floats, ...] = ()  # of several objectives, each run's set in the end: its non-dominated points (n, k)
    indicators: Indicators | None = None  # of several objectives, or of limits
    handed_in: Floats | None = (
        None  # (runs, k) objectives of what each run hands in, of the report split; nan = nothing
    )
    missed: Floats = field(default_factory=lambda: np.empty(0))  # (runs,) by which share of its bounds what is
    # recommended at the end misses limits, 0 = it keeps all; nan = nothing is recommended

    @property
    def measure(self) -> str:
        """The unit of the regret."""
        return HYPERVOLUME if self.several else str(self.provenance["unit"])

    @property
    def floorless(self) -> bool:
        """Whether it is not known what the best would be, so that regret counts from the best of all runs."""
        reference = self.provenance.get("reference")
        known = reference is not None and reference["front"] is not None
        return not known if self.several else bool(np.isnan(self.provenance["optimum"]))

    @property
    def several(self) -> bool:
        """Whether more is minimised than the error."""
        return len(self.provenance.get("objectives", ())) > 1

    @property
    def succeeded(self) -> NDArray[np.bool_]:
        """Which runs have anything to recommend, (runs,)."""
        return ~np.isnan(self.final)

    @property
    def ends(self) -> Floats:
        """What runs of different studies are compared by, (runs,), lower is better.

        The error of what they hand in; of several objectives what their sets leave of the box, in % of hypervolume.
        """
        return self.truth if self.indicators is None or not self.several else WHOLE - self.indicators.hypervolume

    @property
    def workers(self) -> int:
        """How many accelerators each run kept busy."""
        return int(self.provenance["workers"])


def labels_of(results: Records) -> dict[str, str]:
    """Return the label of every strategy in the study by the label that is shown, which says if it is no search."""
    return {
        labelled_on(label, {name: results.role(label, name) for name in results.benchmarks}): label
        for label in results.strategies
    }


def searches(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Return the cells that are ranked and tested: without oracles and simulated supernets."""
    return {name: cell for name, cell in cells.items() if cell.role == SEARCH}


def read_cells(results: Records, benchmark: str) -> dict[str, Cell]:
    """Return the cells of all strategies on one benchmark by the labels that are shown.

    DataError if their runs cannot be paired.
    Where the benchmark's optimum is unknown, regret counts from the best that any run of any strategy recommended.
    """
    cells = {shown: _cell(results.trace(label, benchmark)) for shown, label in labels_of(results).items()}
    if any(cell.floorless for cell in cells.values()):
        best = min((float(cell.final[cell.succeeded].min(initial=np.inf)) for cell in cells.values()), default=np.inf)
        cells = {strategy: _counted_from(cell, best) for strategy, cell in cells.items()}
    cells = {
        strategy: replace(cell, nearest=_shown(cell.nearest, results, benchmark)) for strategy, cell in cells.items()
    }
    first = next(iter(cells.values()))
    for strategy, cell in cells.items():
        if not np.array_equal(cell.runs, first.runs):
            raise DataError(f"{strategy} on {benchmark} has other runs than the rest; run the study again")
        facts, shared = cast("Table", cell.provenance), cast("Table", first.provenance)
        if any(facts[fact] != shared[fact] for fact in SHARED):
            raise DataError(f"{strategy} on {benchmark} was judged by other data than the rest; run the study again")
    return cells


def nearest_of(cells: Mapping[str, Cell]) -> Nearest | None:
    """Return what misses the limits by least on a benchmark; None if any evaluation keeps them."""
    found = [cell.nearest for cell in cells.values() if cell.nearest is not None]
    return min(found, key=lambda one: one.missed) if found and len(found) == len(cells) else None


def _shown(nearest: Nearest | None, results: Records, benchmark: str) -> Nearest | None:
    """Return it with the architecture's text; where that cannot be asked, its genes."""
    if nearest is None:
        return None
    index = results.architecture_index(benchmark)
    text = index.show(nearest.arch[None])[0] if index else ", ".join(map(str, nearest.arch.tolist()))
    return nearest._replace(text=text)


def worst_of(cells: Mapping[str, Cell]) -> float:
    """Return what any run on a benchmark must be expected to come to: the lower median of every search's worst.

    Half of the searches have met that or worse. It decides whether so many runs may have an interval, see
    stats.intervals.
    """
    compared = searches(cells) or cells
    worst = [float(cell.final[cell.succeeded].max()) for cell in compared.values() if cell.succeeded.any()]
    return float(middle_worst(np.array(worst))) if worst else -np.inf


def middle_worst(worst: Floats) -> Floats:
    """Return the lower median over the first axis (strategies, ...)."""
    return np.asarray(np.sort(worst, axis=0)[(len(worst) - 1) // 2])


def floor_of(cells: Mapping[str, Cell]) -> float:
    """Return the error from which regrets on a benchmark count: its optimum, or the best that any run recommended.

    nan where regret is no error.
    """
    first = next(iter(cells.values()))
    optimum = float(first.provenance["optimum"])
    best = min((float(cell.truth[cell.succeeded].min(initial=np.inf)) for cell in cells.values()), default=np.inf)
    if first.several:
        return np.nan
    return best if np.isnan(optimum) else optimum


def _cell(trace: Trace) -> Cell:
    """Return what a report keeps of a trace; errors instead of regrets where the optimum is unknown."""
    several, within = len(trace.objective_names) > 1, bool(trace.provenance.get("limits"))
    optimum = np.nan if several else float(trace.provenance["optimum"])
    incumbent = trace.incumbent()
    regret = trace.incumbent_truth(incumbent) - (0.0 if np.isnan(optimum) else optimum)
    missed = _missed(trace, incumbent)
    regret = hypervolume_regret(trace) if several else np.where(missed > 0, np.nan, regret)
    end = np.arange(len(regret)), np.maximum(trace.lengths, 1) - 1
    recommended = end[0], np.maximum(incumbent[end], 0)
    nothing = incumbent[end] < 0 if several else np.isnan(regret[end])
    counts = count_grid(trace.events)
    positive = trace.seconds[trace.seconds > 0]
    times = log_grid(float(positive.min()), float(positive.max())) if positive.size else np.empty(0)
    curves: dict[Axis, Curve] = {
        "evaluations": Curve(counts, regret[:, counts.astype(np.intp) - 1]),
        "seconds": Curve(times, align(regret, trace.seconds, times)),
    }
    return Cell(
        trace.runs,
        regret[end],
        trace.seconds[end],
        trace.lengths,
        curves,
        trace.provenance,
        archs=trace.archs[recommended],
        seen=np.where(nothing, np.nan, trace.error[recommended]),
        truth=np.where(nothing, np.nan, trace.truth[recommended]),
        sampled=_sampled(trace),
        log_area=_log_area(regret, optimum),
        role=trace.role,
        disclosed=trace.disclosed(),
        nearest=None if (nearest := trace.nearest()) is None else Nearest(*nearest),
        fronts=tuple(fronts(trace)) if several else (),
        indicators=indicators_of(trace, incumbent) if several or within else None,
        handed_in=handed_in(trace, incumbent[end]) if several else None,
        missed=missed[end],
    )


def _missed(trace: Trace, incumbent: NDArray[np.intp]) -> Floats:
    """Return by which share of its bounds what each run would hand in misses limits, (runs, events); nan = nothing."""
    violation = trace.diagnostics.get(VIOLATION, np.zeros(trace.error.shape))
    return np.where(incumbent < 0, np.nan, np.take_along_axis(violation, np.maximum(incumbent, 0), axis=1))


def _log_area(regret: Floats, optimum: float) -> Floats:
    """Return the mean logarithm of each run's regret over evaluations, between the targets of stats.targets.

    No regret, and one that is lower than the last target, counts as the last; nothing yet as the first.
    """
    if not optimum > 0:
        return np.full(len(regret), np.nan)
    events, targets = regret.shape[1], relative_targets(optimum)
    positions = np.broadcast_to(np.arange(1.0, events + 1), regret.shape)
    return log_regret_area(regret, positions, events + 1.0, begin=1.0, floor=targets[-1], before=targets[0])


def _sampled(trace: Trace) -> NDArray[np.int64]:
    options = range(int(trace.archs.max(initial=0)) + 1)  # padding is -1
    return np.stack([(trace.archs == option).sum(axis=0) for option in options], axis=-1)


def _counted_from(cell: Cell, best: float) -> Cell:
    curves = {axis: Curve(curve.at, curve.regret - best) for axis, curve in cell.curves.items()}
    return replace(cell, final=cell.final - best, curves=curves)
