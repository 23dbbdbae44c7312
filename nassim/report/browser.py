"""The architectures that strategies handed in, for the browser of the page: drawn, with value, cost and place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.report.style import COLOURS
from nassim.report.view import View

MOST = 20  # architectures per benchmark
EDGE = re.compile(r"(\d+)->(\d+)")
NOTHING = {"none", "zero", "zeroize"}  # operations that carry nothing
WIDE, HIGH = 330, 96  # of a drawing, in its own units


class Found(NamedTuple):
    """One architecture that was handed in."""

    benchmark: str
    text: str  # official
    drawing: str  # SVG; empty where the space is no graph
    error: float  # on the report split
    place: int  # among all architectures, 1 = best; 0 = unknown
    costs: dict[str, float]
    runs: int  # that handed it in
    strategies: list[str]  # that did


def found_on(view: View) -> list[Found]:
    """Return the architectures of lowest error that were handed in on one benchmark, best first."""
    archs = np.concatenate([cell.archs[cell.succeeded] for cell in view.cells.values()])
    truth = np.concatenate([cell.truth[cell.succeeded] for cell in view.cells.values()])
    by = np.repeat(np.arange(len(view.cells)), [int(cell.succeeded.sum()) for cell in view.cells.values()])
    distinct, first, which = np.unique(archs, axis=0, return_index=True, return_inverse=True)
    which = which.reshape(-1)
    best = np.argsort(truth[first], kind="stable")[:MOST]
    if not best.size:
        return []
    costs, places = view.atlas.costs(distinct[best]), view.atlas.places(truth[first[best]])
    names, texts = list(view.cells), view.atlas.show(distinct[best])
    return [
        Found(
            view.benchmark,
            texts[row],
            drawing(view.atlas.genes, view.atlas.options, distinct[kind]),
            float(truth[first[kind]]),
            int(places[row]),
            {name: float(values[row]) for name, values in costs.items()},
            int((which == kind).sum()),
            [names[place] for place in np.unique(by[which == kind])],
        )
        for row, kind in enumerate(best)
    ]


def drawing(genes: Sequence[str], options: Sequence[Sequence[str]], arch: NDArray[np.int8]) -> str:
    """Return a cell as SVG in the page's colours; nothing where the genes are no edges of a graph."""
    ends = [EDGE.fullmatch(gene) for gene in genes]
    if not all(ends):
        return ""
    pairs = [(int(end[1]), int(end[2])) for end in ends if end]
    last = max(end for _, end in pairs)
    every = sorted({name for named in options for name in named} - NOTHING)
    names = [options[gene][choice] for gene, choice in enumerate(arch.tolist())]
    step = (WIDE - 30) / last
    lines = [_edge(pair, name, every, step) for pair, name in zip(pairs, names, strict=True)]
    nodes = [_node(15 + node * step, {0: "in", last: "out"}.get(node, str(node))) for node in range(last + 1)]
    said = escape(", ".join(f"{gene} {name}" for gene, name in zip(genes, names, strict=True)))
    return (
        f'<svg class="cell" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{said}">{"".join(lines + nodes)}</svg>'
    )


def _edge(pair: tuple[int, int], name: str, every: Sequence[str], step: float) -> str:
    """Return an edge and its operation: straight, above or below as in the drawings for papers."""
    start, end = pair
    skipped = end - start - 1
    lift = (0, 30, -36)[min(skipped, 2)] * (1 if start % 2 == 0 or skipped > 1 else -0.5)
    x, y, middle = 15 + start * step, HIGH / 2, 15 + (start + end) / 2 * step
    colour = "var(--baseline)" if name in NOTHING else f"var(--series-{every.index(name) % len(COLOURS)})"
    dotted = ' stroke-dasharray="2 3"' if name in NOTHING else ""
    bend = f"M{x:.0f},{y:.0f}Q{middle:.0f},{y - 2 * lift:.0f} {15 + end * step:.0f},{y:.0f}"
    return (
        f'<g style="color:{colour}"><path d="{bend}" fill="none" stroke="currentColor" stroke-width="1.6"{dotted}/>'
        f'<text x="{middle:.0f}" y="{y - lift + 3:.0f}">{escape(name)}</text></g>'
    )


def _node(x: float, label: str) -> str:
    place = f'cx="{x:.0f}" cy="{HIGH / 2:.0f}"'
    return f'<circle {place} r="11"/><text class="node" x="{x:.0f}" y="{HIGH / 2 + 3.5:.1f}">{label}</text>'
