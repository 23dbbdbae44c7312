"""Mean ranks by counting in every block, the critical difference by scipy, and bars over all pairs within it."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import studentized_range

from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.told import Told, stem

ENOUGH = 6  # benchmarks of which all being led by one strategy is rarer by chance than 5 %, on either side
BEYOND = 0.28  # of a row, by which a bar reaches beyond its strategies


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return the panel of every benchmark, whose blocks are runs, and of six or more that of all, which are blocks."""
    blocks = {benchmark: _blocks(told, benchmark) for benchmark in told.study.benchmarks}
    asked = {stem("critical-difference", benchmark): every for benchmark, every in blocks.items()}
    if len(blocks) >= ENOUGH:
        asked["critical-difference"] = [_mean_ranks(every) for every in blocks.values()]
    found = {name: _panel(told, every) for name, every in asked.items()}
    return {name: [panel] for name, panel in found.items() if panel}


def _blocks(told: Told, benchmark: str) -> list[list[float]]:
    """Return the final regrets of all strategies in each run."""
    finals = zip(*(told.finals(benchmark, name) for name in told.study.strategies), strict=True)
    return [[math.inf if math.isnan(value) else value for value in block] for block in finals]


def _mean_ranks(blocks: list[list[float]]) -> list[float]:
    return [sum(_rank(block, place) for block in blocks) / len(blocks) for place in range(len(blocks[0]))]


def _panel(told: Told, blocks: list[list[float]]) -> Panel | None:
    names = list(told.study.strategies)
    if len(blocks) < 2:
        return None
    ranks = _mean_ranks(blocks)
    order = sorted(range(len(names)), key=ranks.__getitem__)
    quantile = float(studentized_range.ppf(0.95, len(names), np.inf))
    distance = quantile / math.sqrt(2) * math.sqrt(len(names) * (len(names) + 1) / (6 * len(blocks)))
    marks: list[Mark | Band] = []
    for row, place in enumerate(order):
        at, y = np.array([ranks[place]]), np.array([float(row)])
        marks.append(Mark("points", f"{told.owners[names[place]]}-line", at, y))
        marks.append(Mark("line", "", np.array([1.0, ranks[place]]), np.array([row, row])))
        marks.append(Mark("text", "", at, y, f"{ranks[place]:.2f}"))
    anywhere, end = np.full(2, math.nan), len(names) + 0.14 * (len(names) - 1)
    for first, last in _alike([ranks[place] for place in order], distance):
        marks.append(Mark("line", "", anywhere, np.array([first - BEYOND, last + BEYOND])))
    marks.append(Mark("line", "", np.array([end - distance, end]), anywhere))
    marks.append(Mark("text", "", np.array([end]), anywhere[:1], f"critical difference {distance:.2g}"))
    return Panel(marks)


def _rank(block: list[float], place: int) -> float:
    below = sum(other < block[place] for other in block)
    return below + (sum(other == block[place] for other in block) + 1) / 2


def _alike(ranks: list[float], distance: float) -> list[tuple[int, int]]:
    """Return the first and the last of every set of neighbours within the distance that no larger one holds."""
    spans = [(i, j) for i in range(len(ranks)) for j in range(i + 1, len(ranks)) if ranks[j] - ranks[i] < distance]
    return [span for span in spans if not any(o != span and o[0] <= span[0] and span[1] <= o[1] for o in spans)]
