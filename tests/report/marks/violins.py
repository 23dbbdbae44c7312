"""The density of final regrets on the axis's own scale, its quartiles and mean, and the test against the best."""

from __future__ import annotations

import math

import numpy as np

from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.signed_ranks import against_best
from tests.report.marks.told import Told, stem

HALF, SIDES = 0.38, 200


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return the panel of every benchmark of which anything succeeded."""
    return {
        stem("violins", benchmark): [_panel(told, benchmark)]
        for benchmark in told.study.benchmarks
        if told.ranking(benchmark)
    }


def _panel(told: Told, benchmark: str) -> Panel:
    names = told.ranking(benchmark)
    positive = sorted(value for name in names for value in told.known(benchmark, name) if value > 0)
    scale = float(np.quantile(positive, 0.1)) if positive else 1.0
    marks: list[Mark | Band] = []
    verdicts = against_best(told, benchmark)
    for row, name in enumerate(names):
        values = told.known(benchmark, name)
        marks.append(_outline(values, scale, row, f"{told.owners[name]}-band"))
        low, middle, high = (_quantile(values, share) for share in (0.25, 0.5, 0.75))
        marks.append(Mark("line", "", np.array([low, high]), np.array([row, row])))
        marks += [Mark("points", "", np.array([at]), np.array([row])) for at in (sum(values) / len(values), middle)]
        marks.append(Mark("text", "", np.array([math.nan]), np.array([row]), verdicts[name]))
    return Panel(marks, ("asinh", "linear"))


def _quantile(values: list[float], share: float) -> float:
    """Return a quantile, straight between neighbours."""
    ordered, place = sorted(values), share * (len(values) - 1)
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _outline(values: list[float], scale: float, row: int, owner: str) -> Band:
    """Return a sum of bells of Silverman's width over asinh(regret / scale), which is widest at HALF of a row."""
    at = [math.asinh(value / scale) for value in values]
    mean = sum(at) / len(at)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in at) / len(at))
    quartiles = (_quantile(at, 0.75) - _quantile(at, 0.25)) / 1.349
    width = max(0.9 * min(deviation, quartiles or math.inf) * len(at) ** -0.2, 0.04)
    room = 0.04 if min(at) == max(at) else 0.0
    places = np.linspace(min(at) - room, max(at) + room, SIDES)
    bells = [sum(math.exp(-0.5 * ((place - value) / width) ** 2) for value in at) for place in places]
    half = HALF * np.array(bells) / max(bells)
    inner = slice(1, -1)  # at the ends an outline is upright
    return Band(owner, scale * np.sinh(places)[inner], (row - half)[inner], (row + half)[inner], steps=False, slack=0.0)
