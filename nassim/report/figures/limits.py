"""Limits kept, and at which error: how often what runs recommend keeps a limit, the wider the limit becomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes

from nassim.core.arrays import Floats
from nassim.core.file_names import file_name
from nassim.report.cells import Cell
from nassim.report.limits import Limited, limited
from nassim.report.line_chart import MARGIN, handle, stacked
from nassim.report.style import INK, Look
from nassim.report.view import RESAMPLES, Drawn, View
from nassim.stats.intervals import Interval, mean_interval

TITLE = "Limits kept, and at which error"
ORDER = 14

HEIGHT = 1.4  # inches of each of the two axes
MOST = 10  # strategies in one figure; of more, those of one search are together
PALE = 0.15  # of a band


def of_study(views: Sequence[View]) -> Iterator[Drawn]:
    """Yield, of each table and cost with several limits, shares of runs that keep them, and errors within them."""
    for group in limited(views):
        if group[0].bound < group[-1].bound:
            for family, names in _families(group[0].view).items():
                yield _drawn(group, names, family)


def kept(cell: Cell) -> Floats:
    """Return which runs recommend what keeps all limits, (runs,), as 0 and 1."""
    return (cell.missed <= 0).astype(np.float64)


def error_within(cell: Cell) -> Interval:
    """Return the mean error on the report split of what runs recommend, of those that keep all limits, (1,)."""
    return mean_interval(cell.truth[cell.missed <= 0][:, None], resamples=RESAMPLES)


def _families(view: View) -> dict[str, list[str]]:
    """Return the strategies that are drawn together: all if they are few, else those of one search, by its name."""
    if len(view.cells) <= MOST:
        return {"": list(view.cells)}
    found: dict[str, list[str]] = {}
    for name, cell in view.cells.items():
        found.setdefault(cell.provenance["strategy"], []).append(name)
    return found


def _drawn(group: Sequence[Limited], names: Sequence[str], family: str) -> Drawn:
    first = group[0]
    view, bounds = first.view, np.array([one.bound for one in group])
    handles = [handle(name, view.looks[name], view.paper) for name in names]
    figure, (upper, lower) = stacked(first.table, handles, view.paper, 2, HEIGHT)
    shares, ends = {}, []
    for name in reversed(names):
        cells, look = [one.view.cells[name] for one in group], view.looks[name]
        shares[name] = np.array([kept(cell).mean() for cell in cells])
        _line(upper, bounds, shares[name], look)
        error = np.array([error_within(cell) for cell in cells])[:, :, 0]
        _line(lower, bounds, error[:, 0], look)
        band = lower.fill_between(bounds, error[:, 1], error[:, 2], color=look.colour, alpha=PALE, lw=0, zorder=1.5)
        band.set_gid(f"series-{look.number}-band")
        ends.append(error[:, 0])
    exact = np.array([next(iter(one.view.cells.values())).provenance["optimum"] for one in group])
    lower.plot(bounds, exact, color=INK, lw=0.7, ls=(0, (4, 3)), zorder=3)
    shown = np.concatenate([*ends, exact])
    high, low = np.nanmax(shown), np.nanmin(shown)
    lower.set_ylim(
        low - 2 * MARGIN * (high - low or 1), high + 2 * MARGIN * (high - low or 1)
    )  # bands may be far wider
    room = MARGIN * float(np.ptp(bounds))
    upper.set(xlim=(bounds[0] - room, bounds[-1] + room), ylim=(-0.04, 1.04), ylabel="share that keeps it")
    lower.locator_params(axis="x", nbins=5)
    lower.set(xlabel=f"limit of {first.cost} (unit of the card)", ylabel=f"error within it ({view.unit})")
    said = "; ".join(f"{name} {shares[name].min():.2f} to {shares[name].max():.2f}" for name in names)
    of = f" by {family}" if family else ""
    return Drawn(
        "-".join(["limits", file_name(first.table), file_name(first.cost), *([file_name(family)] if family else [])]),
        f"Of all runs{of} on {first.table}, the share that recommends what keeps the limit of {first.cost}, and the "
        "mean error on the report split of what these recommend, with 95 % intervals. Dashed: the lowest error within "
        "the limit.",
        f"Two line charts over limits of {first.cost} on {first.table}: shares of runs that keep them, and mean "
        f"errors. Shares, lowest to highest: {said}.",
        figure,
    )


def _line(axes: Axes, at: Floats, values: Floats, look: Look) -> None:
    axes.plot(at, values, color=look.colour, ls=look.line, marker=look.marker, mew=0, gid=f"series-{look.number}-line")
