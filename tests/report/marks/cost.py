"""Mean final regret over mean time of the runs that succeeded, with both intervals, and the front of the means."""

from __future__ import annotations

import math

import numpy as np

from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.told import Told, limits, stem


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return the panel of every benchmark of which anything succeeded."""
    return {
        stem("cost", benchmark): [_panel(told, benchmark)]
        for benchmark in told.study.benchmarks
        if told.ranking(benchmark)
    }


def _panel(told: Told, benchmark: str) -> Panel:
    marks: list[Mark | Band] = []
    points = []
    for name in told.ranking(benchmark):
        runs = [run for run in told.runs(benchmark, name) if not math.isnan(run.final)]
        workers = told.study.trace(name, benchmark).provenance["workers"]
        times = [run.times[-1] * workers / told.days(benchmark) for run in runs]
        regrets = [run.final for run in runs]
        x, y = sum(times) / len(times), sum(regrets) / len(regrets)
        points.append((x, y))
        marks.append(Mark("points", f"{told.owners[name]}-line", np.array([x]), np.array([y])))
        time, regret = limits(times, resamples=2000), limits(regrets, told.worst(benchmark), 2000)
        marks += [Mark("line", "", np.array(time), np.array([y, y]))] if not math.isnan(time[0]) else []
        marks += [Mark("line", "", np.array([x, x]), np.array(regret))] if not math.isnan(regret[0]) else []
    front = [p for p in points if not any(o != p and o[0] <= p[0] and o[1] < p[1] for o in points)]
    front = sorted(front, key=lambda p: (p[0], -p[1]))
    at = np.array(front)
    marks.append(Mark("steps" if len(front) > 1 else "points", "", at[:, 0], at[:, 1]))
    return Panel(marks, ("log", "log" if all(y > 0 for _, y in points) else "linear"))
