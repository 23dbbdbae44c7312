"""Two studies beside each other: by how much the same strategies on the same benchmarks end differently."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from nassim.core.errors import DataError
from nassim.core.html import table
from nassim.data.frame import frame
from nassim.report.cells import Cell
from nassim.report.wording import number, p_value, span
from nassim.stats.intervals import mean_interval
from nassim.stats.paired import holm, signed_rank
from nassim.stats.planning import runs_needed

if TYPE_CHECKING:
    from pandas import DataFrame

Cells = Mapping[str, Mapping[str, Cell]]  # by benchmark, by the label that is shown

HEAD = ("strategy", "benchmark", "runs", "here", "there", "there minus here [95 %]", "p", "runs to see it")
DIGITS = 3


@dataclass(frozen=True)
class Change:
    """One strategy on one benchmark: errors on the report split at the end of the runs that both studies have.

    Of several objectives, how much of the box up to the reference point the runs' sets leave, in % of hypervolume.
    """

    strategy: str
    benchmark: str
    runs: int  # in both, and of which something succeeded
    here: float  # mean error, in the benchmark's unit; nan = no such run
    there: float
    difference: float  # there minus here, mean over the pairs of runs; below 0: there is better
    low: float  # of its 95 % interval; nan = too few runs for one
    high: float
    p: float  # Wilcoxon signed-rank, Holm-adjusted over all changes; nan = no such run
    needed: float  # runs that see a difference of this size in four of five studies; inf = no number, nan = no such run


@dataclass(frozen=True)
class Comparison:
    """What two studies have in common, and what only one has."""

    changes: tuple[Change, ...]
    only_here: tuple[str, ...]  # strategies and benchmarks, such as "darts on nb201/cifar10"
    only_there: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether both have the same strategies on the same benchmarks, and every run of each ends alike."""
        return not (self.only_here or self.only_there) and all(one.difference == 0 == one.low for one in self.changes)

    def frame(self) -> DataFrame:
        """Return a row per change, with the fields of Change as columns; SettingError without pandas."""
        return frame({one.name: np.array([getattr(row, one.name) for row in self.changes]) for one in fields(Change)})

    def __str__(self) -> str:
        return "\n".join(f"| {' | '.join(row)} |" for row in (HEAD, ("---",) * len(HEAD), *self._rows()))

    def _repr_html_(self) -> str:
        return table("errors on the report split at the end of runs", HEAD, self._rows())

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for one in self.changes:
            change = f"{number(one.difference, DIGITS)} {span(one.low, one.high, DIGITS)}".strip()
            means = number(one.here, DIGITS), number(one.there, DIGITS)
            needed = f"{one.needed:,.0f}" if math.isfinite(one.needed) else "-"
            yield one.strategy, one.benchmark, f"{one.runs:,}", *means, change, p_value(one.p), needed


def compared(here: Cells, there: Cells) -> Comparison:
    """Compare two studies, run by run.

    Raises:
        DataError: If a benchmark has errors of another unit in each.
    """
    pairs = [(name, benchmark) for benchmark, row in here.items() for name in row]
    others = [(name, benchmark) for benchmark, row in there.items() for name in row]
    both = [pair for pair in pairs if pair in others]
    changes = [_change(name, benchmark, here[benchmark][name], there[benchmark][name]) for name, benchmark in both]
    adjusted = holm([1.0 if math.isnan(one.p) else one.p for one in changes]) if changes else ()
    return Comparison(
        tuple(
            Change(**{**vars(one), "p": math.nan if math.isnan(one.p) else float(p)})
            for one, p in zip(changes, adjusted, strict=True)
        ),
        tuple(f"{name} on {benchmark}" for name, benchmark in pairs if (name, benchmark) not in others),
        tuple(f"{name} on {benchmark}" for name, benchmark in others if (name, benchmark) not in pairs),
    )


def _change(strategy: str, benchmark: str, here: Cell, there: Cell) -> Change:
    scales = [_scale(cell) for cell in (here, there)]
    if scales[0] != scales[1]:
        raise DataError(f"{benchmark}: {scales[0]} here and {scales[1]} there; they do not compare")
    _, rows, other = np.intersect1d(here.runs, there.runs, return_indices=True)
    succeeded = here.succeeded[rows] & there.succeeded[other]
    before, after = here.ends[rows[succeeded]], there.ends[other[succeeded]]
    if not before.size:
        return Change(strategy, benchmark, 0, *[math.nan] * 7)
    means = float(before.mean()), float(after.mean())
    mean, low, high = (float(part[0]) for part in mean_interval((after - before)[:, None]))
    needed = runs_needed(after - before, mean) if mean else math.inf
    return Change(strategy, benchmark, before.size, *means, mean, low, high, signed_rank(after, before).p, needed)


def _scale(cell: Cell) -> str:
    """Return what numbers of a cell are in."""
    if not cell.several:
        return f"errors are in {cell.provenance['unit']}"
    reference = cell.provenance["reference"]
    box = (
        f"{name} {low:.6g} to {high:.6g}"
        for name, low, high in zip(cell.provenance["objectives"], reference["ideal"], reference["point"], strict=True)
    )
    return f"hypervolumes are of {', '.join(box)}"
