"""Which architecture is drawn, edge by edge, and what is said of it."""

from __future__ import annotations

import math

import numpy as np

from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.told import Told


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return a panel for each benchmark and one for each graph of its best architecture."""
    panels = [panel for benchmark in told.study.benchmarks for panel in _panels(told, benchmark)]
    return {"cells": panels} if panels else {}


def _panels(told: Told, benchmark: str) -> list[Panel]:
    names = told.ranking(benchmark)
    if not names:
        return []
    runs = [run for name in names for run in told.runs(benchmark, name) if not math.isnan(run.final)]
    count = sum(len(told.finals(benchmark, name)) for name in names if told.known(benchmark, name))
    best = min(run.recommended[1] for run in runs)
    in_order = [
        run for name in told.study.strategies for run in told.runs(benchmark, name) if not math.isnan(run.final)
    ]
    arch = next(run.arch for run in in_order if run.recommended[1] == best)
    times = sum(run.arch == arch for run in runs)
    assert count >= len(runs)
    title = (
        f"{benchmark}\n{best:.2f} {told.unit(benchmark)}{told.place(benchmark, best)}, in {times} of {len(runs)} runs"
    )
    links = told.links(benchmark, arch)
    if not links:
        return [Panel(_choices(told.named(benchmark, arch)), title=title)]
    parts = list(dict.fromkeys(part for part, *_ in links))
    return [Panel([], title=title), *(_graph([link for link in links if link[0] == part]) for part in parts)]


def _choices(named: list[tuple[str, str]]) -> list[Mark | Band]:
    """Return a text per choice, two beside each other."""
    return [
        Mark("text", "", np.array([place % 2]), np.array([place // 2]), f"{gene}: {option}")
        for place, (gene, option) in enumerate(named)
    ]


def _graph(links: list[tuple[str, str, str, str]]) -> Panel:
    """Return a line per edge between the places of its nodes, its operation at its middle, and a label per node."""
    anywhere = np.array([math.nan])
    nodes = sorted({node for _, source, target, _ in links for node in (source, target)})
    marks: list[Mark | Band] = [Mark("text", "", anywhere, anywhere, links[0][0])] if links[0][0] else []
    for _, source, target, operation in links:
        start, end = nodes.index(source), nodes.index(target)
        middle = (start + end) / 2
        marks.append(Mark("line", "", np.array([start, middle, end]), np.array([0, math.nan, 0])))
        marks.append(Mark("text", "", np.array([middle]), anywhere, operation))
    labels = ["in", *nodes[1:-1], "out"]
    marks += [Mark("text", "", np.array([k]), np.array([0.0]), label) for k, label in enumerate(labels)]
    return Panel(marks, outside=0.4)  # the handle of a bend is no point of its line
