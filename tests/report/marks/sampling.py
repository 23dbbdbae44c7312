"""Shares of options by counting every evaluation of every run."""

from __future__ import annotations

import math

import numpy as np

from tests.report.marks.compare import Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.told import Told, stem

BINS, ROWS, MOST = 12, 12, 8


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return a panel per strategy, the best first, and the scale of the colours, for every benchmark."""
    return {stem("sampling", benchmark): _panels(told, benchmark) for benchmark in told.study.benchmarks}


def _panels(told: Told, benchmark: str) -> list[Panel]:
    ranked = told.ranking(benchmark)
    names = [*ranked, *(name for name in told.study.strategies if name not in ranked)]
    assert len(names) <= ROWS
    traces = {name: told.study.trace(name, benchmark) for name in names}
    events = max(int(trace.lengths.max()) for trace in traces.values())
    edges = sorted({0, *(round(events ** (k / (BINS - 1))) for k in range(BINS))})
    archs = {name: list(zip(*np.nonzero(t.archs[:, :, 0] >= 0), strict=True)) for name, t in traces.items()}
    options = told.counts(benchmark)
    shares = {name: _shares(traces[name].archs, archs[name], edges, options) for name in names}
    assert len(options) <= MOST
    panels = []
    genes = [gene for gene, _ in told.named(benchmark, (0,) * len(options))]
    bins = len(edges) - 1
    for name in names:
        whole = np.full((max(options), len(options) * (bins + 1) - 1), np.nan)
        for (gene, option, place), share in shares[name].items():
            whole[option, gene * (bins + 1) + place] = share
        head = [_text(g * (bins + 1) + (bins - 1) / 2, -0.5, gene) for g, gene in enumerate(genes) if name == names[0]]
        marks = {g * (bins + 1) + k: f"{edges[k + 1]:,}" for g in range(len(genes)) for k in (0, bins // 2, bins - 1)}
        ticks = {"x": {float(at): said for at, said in marks.items()} if name == names[-1] else {}}
        ticks["y"] = {float(k): said for k, said in enumerate(_options(told, benchmark, options))}
        panels.append(Panel([_image(whole), _text(math.nan, math.nan, name), *head], ticks=ticks))
    return [*panels, Panel([_image(np.linspace(0, 1, 64)[None])])]


def _options(told: Told, benchmark: str, counts: list[int]) -> list[str]:
    """Return the names of the options where all choices have the same, or else their numbers."""
    named = (
        {tuple(told.named(benchmark, (k,) * len(counts))[0][1] for k in range(counts[0]))}
        if len(set(counts)) == 1
        else set()
    )
    return list(named.pop()) if named else [str(k) for k in range(max(counts))]


def _text(x: float, y: float, text: str) -> Mark:
    return Mark("text", "", np.array([x]), np.array([y]), text)


def _image(cells: np.ndarray) -> Mark:
    return Mark("image", "", np.array([0.0, 1.0]), cells.ravel())


def _shares(archs: np.ndarray, asked: list, edges: list[int], options: list[int]) -> dict[tuple[int, int, int], float]:
    counts: dict[tuple[int, int, int], int] = {}
    totals = [0] * (len(edges) - 1)
    for run, event in asked:
        place = next(k for k in range(len(edges) - 1) if edges[k] <= event < edges[k + 1])
        totals[place] += 1
        for gene, option in enumerate(archs[run, event].tolist()):
            counts[gene, option, place] = counts.get((gene, option, place), 0) + 1
    return {
        (gene, option, place): counts.get((gene, option, place), 0) / total if total else math.nan
        for gene, count in enumerate(options)
        for option in range(count)
        for place, total in enumerate(totals)
    }
