"""What a study found, in Python: tables, frames, figures, and a comparison with another study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from nassim.core.errors import UnknownNameError
from nassim.core.html import table
from nassim.core.trace import Trace
from nassim.data.frame import frame
from nassim.report import indicator_tables, tables
from nassim.report.build import numbers
from nassim.report.cells import Records, labels_of
from nassim.report.comparison import Comparison, compared
from nassim.report.found import MEANINGS
from nassim.report.indicate import values_of
from nassim.report.plots import Plots, plots
from nassim.report.summarise import Numbers
from nassim.report.summary import NOWHERE, Summary
from nassim.report.wording import decimals, number, spread

if TYPE_CHECKING:
    from pandas import DataFrame

TABLES: dict[str, Callable[[Summary], str]] = {
    "markdown": tables.markdown,
    "latex": tables.latex,
    "csv": tables.csv,
}
INDICATORS: dict[str, Callable[[Summary], str]] = {
    "markdown": indicator_tables.markdown,
    "latex": indicator_tables.latex,
    "csv": indicator_tables.csv,
}


@dataclass(frozen=True)
class Results:
    """What a study found. Strategies are called as in its report, where what is no search says so in its label."""

    records: Records

    @property
    def folder(self) -> Path:
        """Where the results lie."""
        return self.records.folder

    @property
    def strategies(self) -> tuple[str, ...]:
        """The labels of the strategies, in the order of the study."""
        return tuple(labels_of(self.records))

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The names of the benchmarks, in the order of the study."""
        return self.records.benchmarks

    @property
    def summary(self) -> Summary:
        """All numbers of the report."""
        return self._numbers.summary

    @cached_property
    def _numbers(self) -> Numbers:
        return numbers(self.records)

    def trace(self, strategy: str, benchmark: str) -> Trace:
        """Return all that happened in the runs of a strategy on a benchmark.

        Raises:
            UnknownNameError: If the study has no such strategy or benchmark.
            DataError: If the file is damaged.
        """
        labels = labels_of(self.records)
        for kind, name, known in (
            ("strategy of these results", strategy, tuple(labels)),
            ("benchmark of these results", benchmark, self.benchmarks),
        ):
            if name not in known:
                raise UnknownNameError.of(kind, name, known)
        return self.records.trace(labels[strategy], benchmark)

    def table(self, style: Literal["markdown", "latex", "csv"] = "markdown") -> str:
        """Return mean final regrets with their intervals, and mean ranks: a row per strategy, best first.

        Raises:
            UnknownNameError: If there is no such style.
        """
        if style not in TABLES:
            raise UnknownNameError.of("style of a table", style, TABLES)
        return TABLES[style](self.summary)

    def indicators(self, style: Literal["markdown", "latex", "csv"] = "markdown") -> str:
        """Return tables of the indicators of several objectives, or of limits, one per benchmark; empty without any.

        Raises:
            UnknownNameError: If there is no such style.
        """
        if style not in INDICATORS:
            raise UnknownNameError.of("style of a table", style, INDICATORS)
        return INDICATORS[style](self.summary)

    def frame(self) -> DataFrame:
        """Return a row per run of each strategy on each benchmark, as a frame of pandas.

        Columns are strategy, benchmark and run; `regret` and `error`, of what the run recommends at its end, on the
        report split, and `seen`, its error on the search split, in the benchmark's unit (nan = nothing succeeded);
        `evaluations`; `seconds`, simulated; and of several objectives or limits a column per indicator, such as
        `hypervolume` (nan = the run has none). `trace(...).frame()` has a row per evaluation.

        Raises:
            SettingError: If pandas is not installed.
        """
        cells = [(name, bench, cell) for bench, row in self._numbers.cells.items() for name, cell in row.items()]
        several = any(cell.indicators is not None for _, _, cell in cells)
        indicators = {name: [values_of(cell, name) for _, _, cell in cells] for name in MEANINGS if several}
        return frame(
            {
                "strategy": [name for name, _, cell in cells for _ in cell.runs],
                "benchmark": [bench for _, bench, cell in cells for _ in cell.runs],
                "run": np.concatenate([cell.runs for _, _, cell in cells]),
                "regret": np.concatenate([cell.final for _, _, cell in cells]),
                "error": np.concatenate([cell.truth for _, _, cell in cells]),
                "seen": np.concatenate([cell.seen for _, _, cell in cells]),
                "evaluations": np.concatenate([cell.evaluations for _, _, cell in cells]),
                "seconds": np.concatenate([cell.seconds for _, _, cell in cells]),
                **{name: np.concatenate(values) for name, values in indicators.items()},
            }
        )

    def plot(self, figure: str, *, benchmark: str | None = None, paper: str = "plain") -> Plots:
        """Draw a figure, such as "regret"; a notebook shows it, and `.save(folder)` writes it.

        Args:
            figure: The figure's name, as `nassim report --figure` has it.
            benchmark: Which of the study's; None = all of them.
            paper: Whose widths and letters: plain, neurips, icml or ieee.

        Raises:
            UnknownNameError: If there is no such figure, benchmark or paper.
        """
        return plots(self.records, figure, benchmark, paper)

    def compare(self, other: Results) -> Comparison:
        """Return by how much the same strategies end differently in another study, paired by their runs.

        Raises:
            DataError: If a benchmark has errors of another unit in each.
        """
        return compared(self._numbers.cells, other._numbers.cells)

    def __str__(self) -> str:
        return self.summary.answer

    def _repr_html_(self) -> str:
        summary = self.summary
        head = ("strategy", *(f"{name} ({summary.facts[name]['unit']})" for name in self.benchmarks), "mean rank")
        return table(f"{summary.study}: mean final regret [95 % interval]", head, map(self._row, summary.ranking))

    def _row(self, strategy: str) -> tuple[str, ...]:
        told = []
        for row in self.summary.entries.values():
            digits = decimals(row.values())
            told.append(f"{number(row[strategy].regret, digits)} {spread(row[strategy], digits)}".strip())
        return strategy, *told, number(self.summary.overall.get(strategy, NOWHERE).rank, 2)
