"""Lines with their intervals, one per strategy: what regret, rank and targets reached have in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import groupby

import numpy as np

from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.told import Told, limits, mean_steps, stem

Columns = tuple[list[float], list[list[float]]]  # the points of an axis, and what every run has at each


def over_axes(kind: str, told: Told, panel: Callable[[Told, str, str], Panel | None]) -> dict[str, list[Panel]]:
    """Return the panels of a figure that is drawn for every benchmark over evaluations and over time."""
    found = {}
    for benchmark in told.study.benchmarks:
        for axis in ("evaluations", "seconds"):
            one = panel(told, benchmark, axis)
            if one is not None:
                found[f"{stem(kind, benchmark)}-{axis}"] = [one]
    return found


def panel_of(
    told: Told, benchmark: str, axis: str, table: Mapping[str, Columns], y: str, worst: float | None = None
) -> Panel:
    """Return the line of the mean of every strategy, and its band where there is an interval."""
    unit = told.days(benchmark) if axis == "seconds" else 1.0
    marks: list[Mark | Band] = []
    positive = False
    for name, (points, columns) in table.items():
        at, kept = mean_steps(columns, points, unit)
        if not at.size:
            continue
        mean = np.array([sum(values) / len(values) for values in kept])
        positive |= bool((mean > 0).any())
        marks.append(Mark("steps" if at.size > 1 else "points", f"{told.owners[name]}-line", at, mean))
        marks += _bands(f"{told.owners[name]}-band", at, [limits(values, worst) for values in kept])
    return Panel(marks, ("log", y if y == "linear" or positive else "linear"))


def stretches(known: list[bool]) -> list[list[int]]:
    """Return the places of each stretch of two known points or more; one alone has no width."""
    groups = [(is_known, list(group)) for is_known, group in groupby(range(len(known)), key=known.__getitem__)]
    return [places for is_known, places in groups if is_known and len(places) > 1]


def _bands(owner: str, at: np.ndarray, ends: list[tuple[float, float]]) -> list[Mark | Band]:
    """Return an area for each stretch of points that have intervals."""
    found: list[Mark | Band] = []
    for places in stretches([not math.isnan(low) for low, _ in ends]):
        low, high = (np.array([ends[k][side] for k in places]) for side in (0, 1))
        found.append(Band(owner, at[places], low, high))
    return found
