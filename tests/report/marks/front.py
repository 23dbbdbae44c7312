"""Attainment by order statistics: for each cost, the lowest errors that runs reached at no more, sorted."""

from __future__ import annotations

import math

import numpy as np

from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.told import Told, chosen, stem


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return the panel of every benchmark that was searched for two objectives."""
    first = told.study.strategies[0]
    return {
        stem("front", benchmark): [_panel(told, benchmark)]
        for benchmark in told.study.benchmarks
        if len(told.study.trace(first, benchmark).provenance["objectives"]) == 2
    }


def _panel(told: Told, benchmark: str) -> Panel:
    marks: list[Mark | Band] = []
    lines = {
        name: [_attained(told, benchmark, name, share) for share in (0.25, 0.5, 0.75)] for name in told.study.strategies
    }
    exact = _exact(told, benchmark)
    every = [point for three in lines.values() for line in three for point in line] + exact
    top, right = (
        max(p[i] for p in every) + 0.05 * (max(p[i] for p in every) - min(p[i] for p in every)) for i in (1, 0)
    )
    for name, (few, median, most) in lines.items():
        owner = told.owners[name]
        marks += [_steps(median, owner + "-line", right)] if median else []
        grid = sorted({x for x, _ in few} | {x for x, _ in most} | {right})
        low, high = ([_height(line, x, top) for x in grid] for line in (few, most))
        marks.append(Band(f"{owner}-band", np.array(grid), np.array(low), np.array(high)))
    marks.append(_steps(exact, "", right))
    return Panel(marks)


def _attained(told: Told, benchmark: str, name: str, share: float) -> list[tuple[float, float]]:
    """Return the corners (cost, error) of what so large a share of the runs attains."""
    trace = told.study.trace(name, benchmark)
    cost = trace.diagnostics[f"cost {trace.provenance['objectives'][1]}"]
    runs = [
        [(float(cost[row, event]), float(trace.truth[row, event])) for event in chosen(trace, row)]
        for row in range(len(trace.runs))
    ]
    needed = math.ceil(share * len(runs) - 1e-9)
    corners: list[tuple[float, float]] = []
    for limit in sorted({c for run in runs for c, _ in run}):
        best = sorted(min((error for c, error in run if c <= limit), default=math.inf) for run in runs)
        if best[needed - 1] < (corners[-1][1] if corners else math.inf):
            corners.append((limit, best[needed - 1]))
    return corners


def _exact(told: Told, benchmark: str) -> list[tuple[float, float]]:
    """Return the corners of the exact front, by looking at every architecture."""
    bench = told.study.benchmark(benchmark)
    every = bench.everything()
    pairs = sorted(zip(bench.cost("params", every).tolist(), np.round(bench.truth(every), 4).tolist(), strict=True))
    corners: list[tuple[float, float]] = []
    for cost, error in pairs:
        if error < (corners[-1][1] if corners else math.inf):
            corners.append((cost, error))
    return corners


def _height(corners: list[tuple[float, float]], x: float, top: float) -> float:
    """Return how high a line of corners is at a cost; before the first it is at the upper edge."""
    return next((error for cost, error in reversed(corners) if cost <= x), top)


def _steps(corners: list[tuple[float, float]], owner: str, right: float) -> Mark:
    return Mark(
        "steps",
        owner,
        np.array([*(x for x, _ in corners), right]),
        np.array([*(y for _, y in corners), corners[-1][1]]),
    )
