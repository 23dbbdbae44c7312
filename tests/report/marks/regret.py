"""Mean regret at every point from which every run that succeeds has something."""

from __future__ import annotations

import math

from tests.report.marks.compare import Panel
from tests.report.marks.lines import over_axes, panel_of
from tests.report.marks.told import Told


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return the panel of every benchmark and axis."""
    return over_axes("regret", told, _panel)


def _panel(told: Told, benchmark: str, axis: str) -> Panel:
    table = {}
    for name in told.study.strategies:
        points = told.grid(benchmark, name, axis)
        runs = [run for run in told.runs(benchmark, name) if not math.isnan(run.final)]
        table[name] = points, [[run.at(axis, point) for run in runs] for point in points]
    return panel_of(told, benchmark, axis, table, "log", told.worst(benchmark))
