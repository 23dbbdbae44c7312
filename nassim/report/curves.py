"""Anytime figures: how good what a strategy would hand in is, as the search goes on."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator
from numpy.typing import NDArray

from nassim.report.cells import Axis, Cell
from nassim.report.style import COLUMN, Look
from nassim.stats.intervals import mean_interval

Floats = NDArray[np.float64]

DAY = 86_400.0
MARKS = 5  # markers along a line, besides the one at its end
LABEL_POINT = 0.052  # inches: the width of a letter in the legend
LEGEND_ROW = 0.121  # inches


class Band(NamedTuple):
    """The mean over runs along an axis, with its interval; from where every run that succeeds has something."""

    at: Floats  # (points,)
    mean: Floats
    low: Floats  # nan with a single run
    high: Floats


def band(cell: Cell, axis: Axis) -> Band:
    """Return the mean regret of a cell over an axis, with its pointwise 95 % interval. Time is in days."""
    curve = cell.curves[axis]
    regret = curve.regret[cell.succeeded]
    known = ~np.isnan(regret).any(axis=0) & bool(regret.size)
    at = curve.at[known] / (DAY if axis == "seconds" else 1)
    return Band(at, *mean_interval(regret[:, known]))


def regret(title: str, bands: Mapping[str, Band], looks: Mapping[str, Look], label: str, unit: str) -> Figure:
    """Draw mean regret with its interval over evaluations or time, log-log, as steps; the best at the end comes first.

    Zero, which no logarithm shows, is drawn at the lower edge.
    """
    order = sorted(bands, key=lambda name: (not bands[name].at.size, bands[name].mean[-1:].tolist()))
    handles = [_handle(name, bands[name], looks[name]) for name in order]
    columns = 2 if all(len(str(handle.get_label())) * LABEL_POINT < COLUMN / 2 - 0.4 for handle in handles) else 1
    rows = sum(str(handle.get_label()).count("\n") + 1 for handle in handles) / columns
    foot, height = 0.42 + np.ceil(rows) * LEGEND_ROW, 2.15
    figure = Figure(figsize=(COLUMN, foot + height + 0.22))
    total = float(figure.get_figheight())
    axes = figure.add_axes((0.5 / COLUMN, foot / total, 1 - 0.6 / COLUMN, height / total))
    _set_scales(axes, list(bands.values()))
    for number, name in enumerate(reversed(order)):
        _draw(axes, bands[name], looks[name], number / len(order), zorder=2 + number / 100)
    axes.set(title=title, xlabel=label, ylabel=f"mean regret ({unit})")
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.08 / COLUMN, 0.0),
        ncols=columns,
        handlelength=2.6,
        labelspacing=0.25,
        columnspacing=1.0,
        borderaxespad=0.2,
    )
    return figure


def axis_label(axis: Axis, workers: int) -> str:
    """Return what the x axis of a figure counts."""
    if axis == "evaluations":
        return "evaluations"
    return "simulated search time (GPU days)" if workers == 1 else f"simulated search time (days, {workers} workers)"


def in_words(title: str, bands: Mapping[str, Band], label: str, unit: str) -> str:
    """Return what the regret figure shows, for those who cannot see it."""
    drawn = sorted((name for name in bands if bands[name].at.size), key=lambda name: bands[name].mean[-1])
    ends = "; ".join(f"{name} {bands[name].mean[-1]:.3g} at {bands[name].at[-1]:.3g}" for name in drawn)
    return f"Line chart: mean regret in {unit} on {title} over {label}, both logarithmic. At their ends: {ends}."


def _draw(axes: Axes, band: Band, look: Look, shift: float, zorder: float) -> None:
    if not band.at.size:
        return
    mean, low, high = (np.maximum(value, axes.get_ylim()[0]) for value in (band.mean, band.low, band.high))
    inside = axes.fill_between(
        band.at, low, high, step="post", color=look.colour, alpha=0.2, linewidth=0, zorder=zorder
    )
    inside.set_gid(f"series-{look.number}-band")
    axes.plot(
        band.at,
        mean,
        drawstyle="steps-post",
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markevery=_marks(band.at, shift),
        markeredgewidth=0,
        zorder=zorder,
        gid=f"series-{look.number}-line",
    )


def _marks(at: Floats, shift: float) -> list[int]:
    """Return where along a line its markers sit: evenly, each line shifted a little, and always at its end."""
    steps = (np.arange(MARKS) + 0.15 + 0.7 * shift) / (MARKS + 0.5)
    places = np.log(at[0]) + steps * np.log(at[-1] / at[0])
    inner = np.searchsorted(np.log(at), places).clip(max=at.size - 1)
    return sorted({*inner.tolist(), at.size - 1})


def _handle(name: str, band: Band, look: Look) -> Line2D:
    label = name if band.at.size else f"{name} (nothing succeeded)"
    label = "\n".join(textwrap.wrap(label, int((COLUMN - 0.4) / LABEL_POINT), break_on_hyphens=False))
    return Line2D([], [], color=look.colour, linestyle=look.line, marker=look.marker, markeredgewidth=0, label=label)


def _set_scales(axes: Axes, bands: list[Band]) -> None:
    """Make both axes logarithmic around the means, where there is anything positive to show."""
    at = np.concatenate([band.at for band in bands])
    mean = np.concatenate([band.mean for band in bands])
    mean = mean[mean > 0]
    if at.size:
        axes.set_xscale("log")
        room = (at.max() / at.min()) ** 0.02 if at.max() > at.min() else 2.0
        axes.set_xlim(at.min() / room, at.max() * room)
        _set_ticks(axes, "x")
    if mean.size:
        axes.set_yscale("log", nonpositive="clip")
        axes.set_ylim(mean.min() / 1.3, mean.max() * 1.2)
        _set_ticks(axes, "y")


def _set_ticks(axes: Axes, which: str) -> None:
    """Put plain numbers at 1, 2 and 5 times powers of ten, or at as many of these as fit."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = axes.get_xlim() if which == "x" else axes.get_ylim()
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    for steps in ((1, 1.5, 2, 3, 4, 5, 7), (1, 2, 5), (1, 3), (1,)):
        ticks = np.array([power * step for power in powers for step in steps])
        ticks = ticks[(ticks >= low) & (ticks <= high)]
        if ticks.size <= 7:  # noqa: PLR2004 - as many as fit
            break
    axis.set_major_locator(FixedLocator(ticks.tolist()))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.set_minor_locator(LogLocator(subs="auto") if steps == (1,) else NullLocator())
    axis.set_minor_formatter(NullFormatter())
