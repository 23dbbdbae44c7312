"""Parallel coordinates: what a search for three objectives or more found, a line per architecture."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from nassim.core.arrays import Floats
from nassim.core.policies import ERROR
from nassim.report.cells import Cell
from nassim.report.style import INK
from nassim.report.view import Drawn, View
from nassim.report.wording import significant
from nassim.stats.pareto import scaled

TITLE = "Fronts of three objectives and more"
ORDER = 16

FEWEST = 3  # objectives; two are drawn in a plane
ROW = 0.95  # inches of the axes of a strategy
HEAD, GAP, FOOT = 0.3, 0.24, 0.58  # inches over the first, between two, and below the last


def of_benchmark(view: View) -> Iterator[Drawn]:
    """Yield the front of each strategy's median run beside the exact one, objectives side by side, each from 0 to 1."""
    first = next(iter(view.cells.values()))
    names, reference = first.provenance.get("objectives", []), first.provenance.get("reference")
    known = [name for name in view.ranking if median_front(view.cells[name]) is not None]
    if len(names) < FEWEST or reference is None or not known:
        return
    exact = np.array(reference["front"] or np.empty((0, len(names))))
    fronts = {name: front for name in known if (front := median_front(view.cells[name])) is not None}
    heights = scales(np.concatenate([exact, *fronts.values()]))
    figure, rows = _rows(view, len(known))
    for axes, (name, front) in zip(rows, fronts.items(), strict=True):
        look = view.looks[name]
        _draw(axes, heights(exact), INK, "", 0.4)
        _draw(axes, heights(front), look.colour, f"series-{look.number}-line", 1.0)
        axes.set_title(name, fontsize=view.paper.size - 0.5, pad=2)
        axes.set(xlim=(-0.1, len(names) - 0.9), ylim=(-0.05, 1.05), yticks=[0, 0.5, 1])
        axes.set_xticks(range(len(names)), [""] * len(names))
    _label(rows[-1], view, names, reference["units"], np.concatenate([exact, *fronts.values()]))
    beside = " Thin: the exact front." if len(exact) else ""
    yield Drawn(
        view.stem("parallel"),
        f"The front of the median run of each strategy on {view.benchmark}, a line per architecture. Each "
        "objective goes from its lowest here, 0, to its highest, 1, on a logarithm where all are above 0; lower is "
        f"better.{beside}",
        f"Parallel coordinates of {', '.join(names)} on {view.benchmark}: {', '.join(known)}.",
        figure,
    )


def median_front(cell: Cell) -> Floats | None:
    """Return the front (n, k) of the run of the lower median of final regrets, of equal ones the first; None = none."""
    runs = np.flatnonzero(cell.succeeded)
    if not runs.size or not cell.fronts:
        return None
    middle = runs[np.argsort(cell.final[runs], kind="stable")[(runs.size - 1) // 2]]
    return cell.fronts[middle] if len(cell.fronts[middle]) else None


def scales(values: Floats) -> Callable[[Floats], Floats]:
    """Return what puts objectives (n, k) between the lowest and the highest of these values, 0 and 1.

    On a logarithm where all values of an objective are positive, or the few that are large would hide all others.
    """
    logs = (values > 0).all(axis=0)

    def heights(points: Floats) -> Floats:
        return np.where(logs, np.log(np.where(logs, points, 1.0)), points)

    low, high = heights(values).min(axis=0), heights(values).max(axis=0)
    return lambda points: scaled(heights(points), low, np.where(high > low, high, low + 1.0))


def _rows(view: View, count: int) -> tuple[Figure, list[Axes]]:
    """Return a figure of one column with so many axes below each other."""
    width, total = view.paper.column, HEAD + count * (ROW + GAP) - GAP + FOOT
    figure = Figure(figsize=(width, total))
    figure.text(0.02, 1 - 0.02 / total, view.benchmark, va="top", fontsize=view.paper.size + 1)
    tops = [total - HEAD - row * (ROW + GAP) for row in range(count)]
    places = [(0.36 / width, (top - ROW) / total, 1 - 0.5 / width, ROW / total) for top in tops]
    return figure, [figure.add_axes(place) for place in places]


def _draw(axes: Axes, values: Floats, colour: str, owner: str, width: float) -> None:
    """Draw a line per architecture of values (n, k)."""
    places = np.arange(values.shape[1])
    lines = LineCollection([np.column_stack([places, row]) for row in values], colors=colour, linewidths=width)
    lines.set_alpha(0.6)
    lines.set_gid(owner)
    axes.add_collection(lines)


def _label(axes: Axes, view: View, names: list[str], units: list[str], values: Floats) -> None:
    """Write below each objective its name, and from where to where it goes."""
    for place, (name, unit) in enumerate(zip(names, units, strict=True)):
        span = "\nto ".join(significant(float(end)) for end in (values[:, place].min(), values[:, place].max()))
        said = f"{name}\n{span} {view.unit.split()[0] if name == ERROR else unit}".rstrip()
        side = "left" if place == 0 else "right" if place == len(names) - 1 else "center"
        x, room = place + {"left": -0.1, "right": 0.1, "center": 0}[side], view.paper.row / ROW
        axes.text(x, -0.05 - room / 2, said, ha=side, va="top", linespacing=view.paper.spacing)
