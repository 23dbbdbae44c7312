"""Search split against report split: does what a strategy saw say what its architecture is worth?"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nassim.report.line_chart import framed, spot
from nassim.report.style import INK
from nassim.report.view import Drawn, View

TITLE = "What was seen and what it is worth"
ORDER = 80

HEIGHT = 2.4  # inches, of the axes
SHOWN = 100  # runs per strategy


def of_benchmark(view: View) -> Iterator[Drawn]:
    """Yield a point per run: the error that the strategy saw of what it recommended, and that on the report split."""
    names = view.ranking
    if not names:
        return
    labels = _labels(view)
    spots = [spot(name, view.looks[name], view.paper) for name in names]
    lines = 1 + max(label.count("\n") for label in labels)
    figure, axes = framed(view.benchmark, spots, view.paper, HEIGHT, lines)
    corner = []
    for name in reversed(names):
        cell, look = view.cells[name], view.looks[name]
        pairs = np.column_stack([cell.seen, cell.truth])[cell.succeeded][:SHOWN]
        places, counts = np.unique(pairs, axis=0, return_counts=True)
        corner.append(places)
        area = 4 + 8 * np.sqrt(counts)
        points = axes.scatter(
            places[:, 0],
            places[:, 1],
            s=area * look.scale**2,
            c=look.colour,
            marker=look.marker,
            alpha=0.55,
            linewidths=0,
            zorder=2,
        )
        points.set_gid(f"series-{look.number}-line")
    low, high = _limits(np.concatenate(corner))
    axes.plot([low, high], [low, high], color=INK, lw=0.7, ls=(0, (4, 3)), zorder=1)
    axes.set(xlim=(low, high), ylim=(low, high))
    axes.set_xlabel(labels[0], linespacing=view.paper.spacing)
    axes.set_ylabel(labels[1], linespacing=view.paper.spacing)
    said = "; ".join(f"{name} {_optimism(view, name):+.2f}" for name in names)
    yield Drawn(
        view.stem("splits"),
        f"What strategies saw of the architecture they recommended on {view.benchmark}, and what it is worth; a point "
        f"per run of the first {SHOWN}, larger where several fall together. Above the dashed line: worse than it "
        "looked. The farthest hundredth lies outside.",
        f"Scatter plot of error on the search split against the report split on {view.benchmark}. "
        f"Reported minus seen, mean: {said}.",
        figure,
    )


def _optimism(view: View, name: str) -> float:
    cell = view.cells[name]
    return float((cell.truth - cell.seen)[cell.succeeded].mean())


def _limits(points: NDArray[np.float64]) -> tuple[float, float]:
    """Return limits for both axes that leave out the farthest hundredth of the points."""
    low, high = float(points.min()), float(np.quantile(points, 0.99))
    room = 0.06 * (high - low) or 0.5
    return low - room, high + room


def _labels(view: View) -> tuple[str, str]:
    """Return what lies across and what up, wrapped to the lengths of the axes."""
    provenance, letter = next(iter(view.cells.values())).provenance, view.paper.letter
    seen, reported = f"seen in search: {provenance['search_split']}", f"reported: {provenance['report_split']}"
    wide, high = (int(inches / letter) for inches in (view.paper.column - 0.6, HEIGHT))
    return "\n".join(textwrap.wrap(seen, wide)), "\n".join(textwrap.wrap(reported, high))
