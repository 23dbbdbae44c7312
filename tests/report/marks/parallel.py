"""Fronts by comparing all pairs, hypervolumes by counting the boxes of a grid, and shares of a logarithm by hand."""

from __future__ import annotations

import math
from itertools import product

import numpy as np

from tests.report.marks.compare import Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.told import Told, chosen, stem

Points = list[tuple[float, ...]]


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return a panel per strategy of every benchmark that was searched for three objectives or more."""
    first = told.study.strategies[0]
    return {
        stem("parallel", benchmark): _panels(told, benchmark)
        for benchmark in told.study.benchmarks
        if len(told.study.trace(first, benchmark).provenance["objectives"]) > 2
    }


def _panels(told: Told, benchmark: str) -> list[Panel]:
    objectives = told.study.trace(told.study.strategies[0], benchmark).provenance["objectives"]
    bench = told.study.benchmark(benchmark)
    every = bench.everything()
    columns = [np.round(bench.truth(every), 4) if name == "error" else bench.cost(name, every) for name in objectives]
    whole = list(zip(*(column.tolist() for column in columns), strict=True))
    low, high = ([extreme(column) for column in zip(*whole, strict=True)] for extreme in (min, max))
    exact = front(whole)
    found = {}
    for name in told.study.strategies:
        trace = told.study.trace(name, benchmark)
        costs = [trace.truth if o == "error" else trace.diagnostics[f"cost {o}"] for o in objectives]
        fronts = [
            front(list(zip(*(c[row, chosen(trace, row)].tolist() for c in costs), strict=True)))
            for row in range(len(trace.runs))
        ]
        volumes = [round(volume(one, low, high), 12) for one in fronts]
        middle = sorted(range(len(fronts)), key=lambda row: (-volumes[row], row))[(len(fronts) - 1) // 2]
        found[name] = sum(volumes) / len(volumes), fronts[middle]
    drawn = [exact, *(one for _, one in found.values())]
    ends = [(min(c), max(c)) for c in zip(*(point for points in drawn for point in points), strict=True)]
    order = sorted(found, key=lambda name: -found[name][0])
    return [_panel(exact, found[name][1], told.owners[name], ends, name == order[-1]) for name in order]


def _panel(exact: Points, points: Points, owner: str, ends: list[tuple[float, float]], last: bool) -> Panel:
    x = np.arange(len(ends), dtype=float)
    lines = [(point, "") for point in exact] + [(point, f"{owner}-line") for point in points]
    marks = [Mark("line", whose, x, np.array(list(map(_height, point, ends)))) for point, whose in lines]
    if last:
        marks += [Mark("text", "", np.array([np.nan]), np.array([np.nan]), text) for text in _texts(ends)]
    return Panel(marks, ticks={"x": dict.fromkeys(x.tolist(), "")})


def _texts(ends: list[tuple[float, float]]) -> list[str]:
    return [
        f"error\n{ends[0][0]:#.3g}\nto {ends[0][1]:#.3g} %",
        f"latency\n{ends[1][0]:#.3g}\nto {ends[1][1]:#.3g} s",
        f"params\n{ends[2][0]:,.0f}\nto {ends[2][1]:,.0f}",
    ]


def _height(value: float, ends: tuple[float, float]) -> float:
    return math.log(value / ends[0]) / math.log(ends[1] / ends[0])


def front(points: Points) -> Points:
    """Return the points that no other is at most as high in all objectives and lower in one, each once."""
    kept: Points = []
    for point in sorted({p for p in points if not any(map(math.isnan, p))}):  # none is dominated by a later one
        if not any(all(a <= b for a, b in zip(other, point, strict=True)) for other in kept):
            kept.append(point)
    return kept


def volume(points: Points, low: list[float], high: list[float]) -> float:
    """Return the hypervolume of points of three objectives, scaled by these ends, from the boxes between them."""
    inside = [tuple((v - a) / (b - a) for v, a, b in zip(p, low, high, strict=True)) for p in points]
    steps = [[*sorted({p[axis] for p in inside if p[axis] < 1}), 1.0] for axis in range(3)]
    total = 0.0
    for corner in product(*(range(len(axis) - 1) for axis in steps)):
        at = [steps[axis][place] for axis, place in enumerate(corner)]
        if any(all(a <= b for a, b in zip(p, at, strict=True)) for p in inside):
            total += math.prod(steps[axis][place + 1] - steps[axis][place] for axis, place in enumerate(corner))
    return total
