"""Accuracy against cost: how good is what a strategy recommends, for how much simulated time?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nassim.report.line_chart import framed, plain_ticks, spot
from nassim.report.style import BEHIND, DASHED, INK
from nassim.report.view import DAY, Drawn, View
from nassim.stats.intervals import mean_interval

TITLE = "Accuracy against cost"
ORDER = 70

FAR = 10  # times that the end of an interval may lie below the lowest mean, to be shown


def of_benchmark(view: View) -> Iterator[Drawn]:
    """Yield mean final regret over mean search time with both intervals, and the line that none of them is beyond."""
    names = view.ranking
    if not names:
        return
    figure, axes = framed(view.benchmark, [spot(name, view.looks[name], view.paper) for name in names], view.paper)
    places, ends = {}, []
    for name in names:
        cell, entry, look = view.cells[name], view.entries[name], view.looks[name]
        days = mean_interval((cell.seconds * cell.workers / view.clock.seconds)[cell.succeeded][:, None])
        x, low, high = (float(part[0]) for part in days)
        places[name] = x, entry.regret
        told = entry.disclosed_days * DAY / view.clock.seconds
        ends += [(x, entry.regret), (low, entry.low), (high, entry.high)]
        if not np.isnan(low):
            axes.plot([low, high], [entry.regret] * 2, color=look.colour, lw=1)
        if not np.isnan(entry.low):
            axes.plot([x, x], [entry.low, entry.high], color=look.colour, lw=1)
        if told > 0:  # from what an oracle is billed to what its answers are made of
            axes.plot([x, told], [entry.regret] * 2, color=look.colour, lw=0.8, ls=DASHED)
            ends.append((told, entry.regret))
        filled = {"mew": 0} if name in view.searches else {"mew": 1, "mfc": BEHIND}
        axes.plot(
            x,
            entry.regret,
            look.marker,
            color=look.colour,
            ms=6 * look.scale,
            gid=f"series-{look.number}-line",
            **filled,
        )
    points, enclosed = np.array(list(places.values())), np.array(ends).T
    apart = any(name not in view.searches for name in names)
    axes.set(
        xlabel=f"GPU {view.clock.name} per search, simulated",
        ylabel=f"mean final regret ({view.measure})",
        xscale="log",
    )
    axes.set_xlim(_around(enclosed[0], points[:, 0].min(), 1.5))
    plain_ticks(axes, "x")
    if (points[:, 1] > 0).all():
        axes.set_yscale("log")
        axes.set_ylim(_around(enclosed[1], points[:, 1].min(), 1.3))
        plain_ticks(axes, "y")
    front = _front(np.array([places[name] for name in names if name in view.searches]).reshape(-1, 2))
    axes.plot(front[:, 0], front[:, 1], color=INK, lw=0.7, ls=(0, (4, 3)), drawstyle="steps-post", zorder=1)
    said = "; ".join(f"{name} {time:.3g}, {regret:.3g}" for name, (time, regret) in places.items())
    yield Drawn(
        view.stem("cost"),
        f"Mean final regret on {view.benchmark} against the mean simulated cost of a search, with 95 % intervals. "
        "Dashed: no search is both cheaper and better."
        + (" Hollow: no search; dashed from it: to the cost of the trainings that it was told of." * apart),
        f"Scatter plot of mean final regret against GPU {view.clock.name} on {view.benchmark}. {said}.",
        figure,
    )


def _around(values: NDArray[np.float64], lowest: float, room: float) -> tuple[float, float]:
    """Return limits of a logarithmic axis around means and intervals; an end far below the lowest mean is cut off."""
    return float(max(np.nanmin(values), lowest / FAR)) / room, float(np.nanmax(values)) * room


def _front(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points (n, 2) that no other is below in both, by increasing cost."""
    ordered = points[np.lexsort((points[:, 1], points[:, 0]))]
    return np.asarray(ordered[ordered[:, 1] <= np.minimum.accumulate(ordered[:, 1])])
