"""Shares of targets by counting: 40 regrets from the benchmark's lowest error to a thousandth of it."""

from __future__ import annotations

import math

from tests.report.marks.compare import Panel
from tests.report.marks.lines import over_axes, panel_of
from tests.report.marks.told import Told

TARGETS = 40


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return the panel of every benchmark and axis."""
    return over_axes("ecdf", told, _panel)


def _panel(told: Told, benchmark: str, axis: str) -> Panel | None:
    lowest = told.floor(benchmark)
    points = told.shared_grid(benchmark, axis)
    targets = [lowest * 10 ** (-3 * k / (TARGETS - 1)) for k in range(TARGETS)]
    table = {}
    for name in told.study.strategies:
        runs = told.runs(benchmark, name)
        best = [math.inf] * len(runs)
        columns = []
        for point in points:
            best = [min(old, _or_worst(run.at(axis, point))) for old, run in zip(best, runs, strict=True)]
            columns.append([sum(value <= target for target in targets) / TARGETS for value in best])
        table[name] = points, columns
    return panel_of(told, benchmark, axis, table, "linear")


def _or_worst(value: float) -> float:
    return math.inf if math.isnan(value) else value
