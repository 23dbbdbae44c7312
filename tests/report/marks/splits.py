"""A point per pair of what a run saw and what that is worth, larger where several runs share it."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.told import Told, stem

SHOWN = 100


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return the panel of every benchmark of which anything succeeded."""
    return {
        stem("splits", benchmark): [_panel(told, benchmark)]
        for benchmark in told.study.benchmarks
        if told.ranking(benchmark)
    }


def _panel(told: Told, benchmark: str) -> Panel:
    marks: list[Mark | Band] = []
    ends: list[float] = []
    for name in told.ranking(benchmark):
        pairs = Counter(run.recommended for run in told.runs(benchmark, name) if not math.isnan(run.final))
        shown: Counter[tuple[float, float]] = Counter()
        for run in [run for run in told.runs(benchmark, name) if not math.isnan(run.final)][:SHOWN]:
            shown[run.recommended] += 1
        assert sum(pairs.values()) >= sum(shown.values())
        x, y = (np.array(part) for part in zip(*shown, strict=True))
        ends += [*x, *y]
        scale = 1.7 if name == "random_search" else 1.0
        area = np.array([(4 + 8 * math.sqrt(count)) * scale**2 for count in shown.values()])
        marks.append(Mark("points", f"{told.owners[name]}-line", x, y, weight=area))
    low, high = min(ends), float(np.quantile(ends, 0.99))
    room = 0.06 * (high - low) or 0.5
    diagonal = np.array([low - room, high + room])
    marks.append(Mark("line", "", diagonal, diagonal))
    return Panel(marks, outside=0.25)
