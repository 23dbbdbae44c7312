"""View: what a figure is told of one benchmark; Drawn: what it makes of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from nassim.core.arrays import Archs, Floats
from nassim.core.file_names import file_name
from nassim.core.renamed import renamed_fields
from nassim.core.trace import Trace
from nassim.report.architecture_index import ArchitectureIndex
from nassim.report.cells import Axis, Cell, searches
from nassim.report.line_chart import Band
from nassim.report.style import Look, Paper
from nassim.report.summary import Entry
from nassim.stats.intervals import mean_interval

DAY = 86_400.0


class Clock(NamedTuple):
    """A unit of time."""

    name: str
    seconds: float


CLOCKS = (Clock("days", DAY), Clock("hours", 3_600.0), Clock("seconds", 1.0))
RESAMPLES = 1000  # of a band: finer than a printed line


class Drawn(NamedTuple):
    """A figure, and what must be said of it."""

    stem: str  # of its files
    caption: str
    alt: str  # says in words what it shows
    figure: Figure
    axis: Axis | None = None  # which of several it is drawn over
    benchmark: str | None = None  # that it shows, where not all of the study


@renamed_fields(atlas="index")
@dataclass(frozen=True)
class View:
    """One benchmark of a study."""

    benchmark: str
    cells: Mapping[str, Cell]
    entries: Mapping[str, Entry]
    looks: Mapping[str, Look]
    index: ArchitectureIndex
    trace: Callable[[str], Trace]  # by strategy
    paper: Paper

    @property
    def measure(self) -> str:
        """The unit of the regret."""
        return next(iter(self.cells.values())).measure

    @property
    def unit(self) -> str:
        """The benchmark's unit of error."""
        return str(next(iter(self.cells.values())).provenance["unit"])

    @property
    def clock(self) -> Clock:
        """In what simulated time is counted: the largest unit of which a search takes a tenth."""
        longest = max((float(cell.curves["seconds"].at[-1]) for cell in _timed(self.cells)), default=DAY)
        return next((clock for clock in CLOCKS if longest >= clock.seconds / 10), CLOCKS[-1])

    def errors(self, archs: Archs, truth: Floats) -> Floats:
        """Return the errors (n,) by which architectures (n, genes) are compared with each other.

        These are `truth` (n,), the errors that counted for the runs that met them; where each was judged by the seeds
        that it did not see, what all seeds together say, or if that is not to be had the mean over these runs.
        """
        provenance = next(iter(self.cells.values())).provenance
        if provenance.get("judged_by") != "unseen-seeds" or not len(archs):
            return truth
        known = self.index.errors(archs)
        _, which = np.unique(archs, axis=0, return_inverse=True)
        mean = np.bincount(which.ravel(), weights=truth) / np.bincount(which.ravel())
        return np.where(np.isnan(known), mean[which.ravel()], known)

    def shown(self, at: Floats, axis: Axis) -> Floats:
        """Return points of an axis in the unit that it is drawn in."""
        return at / self.clock.seconds if axis == "seconds" else at

    def label(self, axis: Axis) -> str:
        """Return what the x axis of a figure counts."""
        if axis == "evaluations":
            return "evaluations"
        unit, workers = self.clock.name, sorted({cell.workers for cell in self.cells.values()})
        if workers == [1]:
            return f"simulated search time (GPU {unit})"
        span = " to ".join(f"{number:,}" for number in dict.fromkeys([workers[0], workers[-1]]))
        return f"simulated search time ({unit}, {span} workers)"

    @property
    def searches(self) -> dict[str, Cell]:
        """The cells that are ranked and tested."""
        return searches(self.cells)

    @property
    def ranking(self) -> list[str]:
        """The strategies of which any run succeeded, lowest mean regret first; then those that are no searches."""
        known = [name for name, cell in self.cells.items() if cell.succeeded.any()]
        return sorted(known, key=lambda name: (name not in self.searches, self.entries[name].regret))

    def stem(self, kind: str, *more: str) -> str:
        """Return the name of a figure's files."""
        return "-".join([kind, file_name(self.benchmark), *more])


def shared_grid(cells: Mapping[str, Cell], axis: Axis) -> Floats:
    """Return points at which every curve can be read exactly, from the first to the last of all, (points,).

    All curves share the points of their grids, but for the one at each one's end.
    """
    grids = [cell.curves[axis].at for cell in cells.values() if cell.curves[axis].at.size]
    if not grids:
        return np.empty(0)
    return np.unique(np.concatenate([*(at[:-1] for at in grids), [max(float(at[-1]) for at in grids)]]))


def held(cell: Cell, axis: Axis, grid: Floats) -> Floats:
    """Return the regret that each run held at points of shared_grid, (runs, points); nan = nothing yet."""
    curve = cell.curves[axis]
    last = np.searchsorted(curve.at, grid, side="right") - 1
    return np.where(last < 0, np.nan, curve.regret[:, np.maximum(last, 0)])


def band_of(values: Floats, at: Floats, worst: float = -np.inf) -> Band:
    """Return the mean of values (runs, points) with its pointwise 95 % interval, where all are known.

    Args:
        values: (runs, points); nan = nothing yet.
        at: (points,) where on the axis.
        worst: As in mean_interval: where runs are too few for an interval, the band has a gap.
    """
    known = ~np.isnan(values).any(axis=0) & bool(values.size)
    return Band(at[known], *mean_interval(values[:, known], worst, resamples=RESAMPLES))


def _timed(cells: Mapping[str, Cell]) -> list[Cell]:
    """Return the cells of which anything has completed, if their curves are there."""
    return [cell for cell in cells.values() if cell.curves and cell.curves["seconds"].at.size]


def ends_in_words(bands: Mapping[str, Band], *, highest_first: bool = False) -> str:
    """Return where lines end, lowest or highest first."""
    drawn = sorted((name for name in bands if bands[name].at.size), key=lambda name: float(bands[name].mean[-1]))
    drawn = drawn[::-1] if highest_first else drawn
    return "; ".join(f"{name} {bands[name].mean[-1]:.3g} at {bands[name].at[-1]:.3g}" for name in drawn)
