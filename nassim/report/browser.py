"""The architectures that strategies recommended, for the browser of the page: drawn, with value, cost and place."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from nassim.report.architecture_index import NOTHING, Arrow, in_line, node_labels, operations_of, parts_of
from nassim.report.style import COLOURS
from nassim.report.view import View

MOST = 20  # architectures per benchmark
WIDE, HIGH = 330, 96  # of a drawing, in its own units


class Found(NamedTuple):
    """One architecture that was recommended."""

    benchmark: str
    text: str  # official
    drawing: str  # SVG; empty where the space is no graph
    error: float  # on the report split
    place: int  # among all architectures, 1 = best; 0 = unknown
    costs: dict[str, float]
    runs: int  # that recommended it
    strategies: list[str]  # that did


def found_on(view: View) -> list[Found]:
    """Return the architectures of lowest error that were recommended on one benchmark, best first."""
    archs = np.concatenate([cell.archs[cell.succeeded] for cell in view.cells.values()])
    truth = view.errors(archs, np.concatenate([cell.truth[cell.succeeded] for cell in view.cells.values()]))
    by = np.repeat(np.arange(len(view.cells)), [int(cell.succeeded.sum()) for cell in view.cells.values()])
    distinct, first, which = np.unique(archs, axis=0, return_index=True, return_inverse=True)
    which = which.reshape(-1)
    best = np.argsort(truth[first], kind="stable")[:MOST]
    if not best.size:
        return []
    costs, places = view.index.costs(distinct[best]), view.index.places(truth[first[best]])
    names, texts = list(view.cells), view.index.show(distinct[best])
    return [
        Found(
            view.benchmark,
            texts[row],
            drawing(view.index.links(distinct[kind]), operations_of(view.index.options)),
            float(truth[first[kind]]),
            int(places[row]),
            {name: float(values[row]) for name, values in costs.items()},
            int((which == kind).sum()),
            [names[place] for place in np.unique(by[which == kind])],
        )
        for row, kind in enumerate(best)
    ]


def drawing(arrows: Sequence[Arrow], operations: Sequence[str]) -> str:
    """Return the graph of an architecture as SVG in the page's colours, parts below each other; nothing without one.

    Args:
        arrows: Of the graph.
        operations: Of all architectures: the place of each decides its colour.
    """
    parts = list(parts_of(arrows).items())
    if not parts:
        return ""
    drawn = [piece for row, (name, part) in enumerate(parts) for piece in _graph(name, part, row * HIGH, operations)]
    said = escape(", ".join(" ".join(filter(None, (f"{start}->{end}", name))) for _, start, end, name in arrows))
    high = HIGH * len(parts)
    return f'<svg class="cell" viewBox="0 0 {WIDE} {high}" role="img" aria-label="{said}">{"".join(drawn)}</svg>'


def _graph(name: str, arrows: Sequence[Arrow], top: int, operations: Sequence[str]) -> list[str]:
    """Return edges, then nodes, of one part whose upper edge is at a height of `top`."""
    line = in_line(arrows)
    labels = node_labels(line)
    ends = [11 + 3 * max(len(label) - 3, 0) for label in (labels[0], labels[-1])]  # half of what their labels take
    step = (WIDE - 8 - sum(ends)) / (len(line) - 1)
    middle = top + HIGH / 2
    edges = []
    for _, source, target, operation in arrows:
        start, end = line.index(source), line.index(target)
        skipped = end - start - 1
        lift = (0, 30, -36)[min(skipped, 2)] * (1 if start % 2 == 0 or skipped > 1 else -0.5)
        x = (4 + ends[0] + start * step, 4 + ends[0] + end * step)
        edges.append(_edge(x, middle, lift, operation, operations))
    nodes = [_node(4 + ends[0] + place * step, middle, label) for place, label in enumerate(labels)]
    title = [f'<text class="part" x="4" y="{top + 12}">{escape(name)}</text>'] if name else []
    return title + edges + nodes


def _edge(x: tuple[float, float], y: float, lift: float, name: str, operations: Sequence[str]) -> str:
    """Return an edge and its operation: straight, above or below as in the drawings for papers."""
    middle = (x[0] + x[1]) / 2
    place = operations.index(name) % len(COLOURS) if name in operations else None
    colour = "var(--baseline)" if place is None else f"var(--series-{place})"
    dotted = ' stroke-dasharray="2 3"' if name in NOTHING else ""
    bend = f"M{x[0]:.0f},{y:.0f}Q{middle:.0f},{y - 2 * lift:.0f} {x[1]:.0f},{y:.0f}"
    said = f'<text x="{middle:.0f}" y="{y - lift + 3:.0f}">{escape(name)}</text>' if name else ""
    path = f'<path d="{bend}" fill="none" stroke="currentColor" stroke-width="1.6"{dotted}/>'
    return f'<g style="color:{colour}">{path}{said}</g>'


def _node(x: float, y: float, label: str) -> str:
    """Return a node: a circle, or wider where its label is a name."""
    half = 11 + 3 * max(len(label) - 3, 0)
    box = f'<rect x="{x - half:.0f}" y="{y - 11:.0f}" width="{2 * half}" height="22" rx="11"/>'
    return f'{box}<text class="node" x="{x:.0f}" y="{y + 3.5:.1f}">{escape(label)}</text>'
