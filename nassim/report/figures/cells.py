"""The best architectures found: as graphs where they are some, otherwise as lists of their options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from nassim.core.arrays import Archs
from nassim.report.architecture_index import NOTHING, Arrow, in_line, node_labels, operations_of, parts_of
from nassim.report.style import BEHIND, COLOURS, GREY, INK
from nassim.report.style import Paper as Page
from nassim.report.view import Drawn, View

TITLE = "The best architectures"
ORDER = 110

HEIGHT, LOW = 1.45, 0.62  # inches of a graph, and of one that is a chain
PER_ROW = 2  # options listed beside each other


def of_study(views: Sequence[View]) -> Iterator[Drawn]:
    """Yield the best architecture that any search recommended, one of each benchmark."""
    found = [(view, *best) for view in views if (best := _best(view)) is not None]
    if not found:
        return
    page = views[0].paper
    heights = [_height(view, arch, page) for view, arch, _ in found]
    figure = Figure(figsize=(page.column, sum(heights)))
    top = sum(heights)
    for height, (view, arch, said) in zip(heights, found, strict=True):
        top -= height
        axes = figure.add_axes((0.02, top / sum(heights), 0.96, (height - 0.36) / sum(heights)))
        axes.set_title(f"{view.benchmark}\n{said}", fontsize=page.size, pad=1)
        axes.set_axis_off()
        _draw(axes, view, arch, page)
    texts = "; ".join(f"{view.benchmark}: {view.index.show(arch[None])[0]}, {said}" for view, arch, said in found)
    yield Drawn(
        "cells",
        f"The best architectures that searches recommended; data flow from left to right. {texts}.",
        f"Drawings of cells. {texts}.",
        figure,
    )


def _best(view: View) -> tuple[Archs, str] | None:
    """Return the architecture of lowest error that any search recommended, and what to say of it; None = none did."""
    cells = [cell for cell in view.searches.values() if cell.succeeded.any()]
    if not cells:
        return None
    archs = np.concatenate([cell.archs[cell.succeeded] for cell in cells])
    truth = view.errors(archs, np.concatenate([cell.truth[cell.succeeded] for cell in cells]))
    arch = archs[truth.argmin()]
    times = int((archs == arch).all(axis=1).sum())
    place = int(view.index.places(truth.min()[None])[0])
    of_all = f", number {place:,} of {view.index.size:,}" if place and view.index.size else ""
    return arch, f"{truth.min():.2f} {view.unit}{of_all}, in {times:,} of {len(archs):,} runs"


def _height(view: View, arch: Archs, page: Page) -> float:
    rows, parts = -(-len(view.index.genes) // PER_ROW), parts_of(view.index.links(arch))
    each = LOW if all(map(_is_chain, parts.values())) else HEIGHT
    return 0.36 + (each * len(parts) or rows * page.row + 0.1)


def _is_chain(arrows: Sequence[Arrow]) -> bool:
    """Return whether every arrow goes to the next node."""
    nodes = in_line(arrows)
    return all(nodes.index(target) == nodes.index(source) + 1 for _, source, target, _ in arrows)


def _draw(axes: Axes, view: View, arch: Archs, page: Page) -> None:
    parts = parts_of(view.index.links(arch))
    for place, (part, arrows) in enumerate(parts.items()):
        inner = axes.inset_axes((0, 1 - (place + 1) / len(parts), 1, 1 / len(parts)))
        inner.set_axis_off()
        inner.text(0, 1, part, va="top", transform=inner.transAxes, fontsize=page.size)
        _draw_graph(inner, arrows, operations_of(view.index.options), page)
    if not parts:
        names = [options[choice] for options, choice in zip(view.index.options, arch.tolist(), strict=True)]
        axes.set(xlim=(0, PER_ROW), ylim=(-(-len(names) // PER_ROW), -0.35))
        for place, (gene, name) in enumerate(zip(view.index.genes, names, strict=True)):
            axes.text(place % PER_ROW, place // PER_ROW, f"{gene}: {name}", va="top", fontsize=page.size - 0.5)


def _draw_graph(axes: Axes, arrows: Sequence[Arrow], operations: Sequence[str], page: Page) -> None:
    """Draw nodes in a line; an edge over one goes above, over more below; dotted edges carry nothing."""
    nodes = in_line(arrows)
    axes.set(xlim=(-0.16, len(nodes) - 0.84), ylim=(-1, 1))
    for _, source, target, name in arrows:
        start, end = nodes.index(source), nodes.index(target)
        lift = _lift(start, end)
        dead = name in NOTHING
        colour = COLOURS[operations.index(name) % len(COLOURS)] if name in operations else GREY if dead else INK
        _draw_edge(axes, (start, end), lift, colour, ":" if dead else "-")
        axes.text(
            (start + end) / 2,
            lift,
            name,
            ha="center",
            va="center",
            fontsize=page.size - 1,
            color=colour,
            bbox={"facecolor": BEHIND, "edgecolor": "none", "pad": 0.8},
            zorder=4,
        )
    for place, label in enumerate(node_labels(nodes)):
        box = {"boxstyle": "round", "facecolor": BEHIND, "edgecolor": INK, "linewidth": 0.9}
        axes.text(place, 0, label, ha="center", va="center", fontsize=page.size - 0.5, bbox=box, zorder=6)


def _lift(start: int, end: int) -> float:
    """Return how high an arrow passes: far ones of odd and even length apart, so that their names do not meet."""
    if end - start == 1:
        return 0.0
    if end - start == 2:  # noqa: PLR2004  (over one node)
        return 0.62 if start % 2 == 0 else -0.31
    return -0.78 if (end - start) % 2 else -0.94


def _draw_edge(axes: Axes, ends: tuple[int, ...], lift: float, colour: str, line: str) -> None:
    """Draw a line between two nodes that passes at a height of `lift` in its middle."""
    (start, end), control = ends, 2 * lift
    path = Path([(start, 0), ((start + end) / 2, control), (end, 0)], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    axes.add_patch(PathPatch(path, fill=False, lw=1.3, linestyle=line, edgecolor=colour, zorder=3))
