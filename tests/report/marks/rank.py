"""Mean ranks by counting, in every run at every point, who is better and who is equal."""

from __future__ import annotations

import math

import numpy as np

from tests.report.marks.compare import Panel
from tests.report.marks.lines import over_axes, panel_of
from tests.report.marks.told import Told


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return the panel of every benchmark and axis."""
    return over_axes("rank", told, _panel)


def _panel(told: Told, benchmark: str, axis: str) -> Panel:
    names, points = told.study.strategies, told.shared_grid(benchmark, axis)
    runs = {name: told.runs(benchmark, name) for name in names}
    table: dict[str, list[list[float]]] = {name: [] for name in names}
    kept = []
    for point in points:
        held = {name: [_or_worst(run.at(axis, point)) for run in runs[name]] for name in names}
        if all(value == math.inf for values in held.values() for value in values):
            continue
        kept.append(point)
        for name in names:
            table[name].append([_rank(held, name, row) for row in range(len(runs[name]))])
    return panel_of(told, benchmark, axis, {name: (kept, columns) for name, columns in table.items()}, "linear")


def _rank(held: dict[str, list[float]], name: str, row: int) -> float:
    mine = held[name][row]
    below = sum(values[row] < mine for values in held.values())
    level = sum(values[row] == mine for values in held.values())
    return below + (level + 1) / 2


def _or_worst(value: float) -> float:
    return math.inf if np.isnan(value) else value
