"""Lines with their intervals over an axis, one per strategy, and a legend below: the frame of all anytime figures."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator

from nassim.core.arrays import Floats
from nassim.report.style import PLAIN, Look, Paper

MARKS = 5  # markers along a line, besides the one at its end
HEIGHT = 2.15  # inches, of what the axes enclose
USUAL = 4  # letters of a number at an axis that there is room for
MARGIN = 0.05  # of what a linear axis encloses
GAP = 0.14  # inches between axes below each other
CROWD = 10  # strategies; bands of more are paler, or lines vanish below them


class Band(NamedTuple):
    """The mean over runs along an axis, with its interval; from where every run that succeeds has something."""

    at: Floats  # (points,)
    mean: Floats
    low: Floats  # nan with a single run
    high: Floats


class Axis(NamedTuple):
    """What an axis counts, and how."""

    label: str
    log: bool = True
    limits: tuple[float, float] | None = None  # None = around what is drawn


def chart(
    title: str,
    bands: Mapping[str, Band],
    looks: Mapping[str, Look],
    x: Axis,
    y: Axis,
    paper: Paper = PLAIN,
    *,
    highest_first: bool = False,
) -> Figure:
    """Draw means with their intervals as steps; in the legend, who is lowest at the end, then on the whole, is first.

    What is no search comes after all that are. Zero, which no logarithm shows, is drawn at the lower edge. The axes are
    set before anything is drawn, so no line depends on another.
    """
    sign = -1 if highest_first else 1
    order = sorted(bands, key=lambda name: (looks[name].apart, *_merit(bands[name], sign)))
    figure, axes = framed(title, [_handle(name, bands[name], looks[name], paper) for name in order], paper)
    _scale(axes, "x", x, np.concatenate([band.at for band in bands.values()]))
    _scale(axes, "y", y, np.concatenate([part for band in bands.values() for part in _heights(band, y)]))
    _make_room(axes, paper)
    for number, name in enumerate(reversed(order)):
        _draw(axes, bands[name], looks[name], number, len(order))
    return figure


def framed(
    title: str, handles: list[Line2D], paper: Paper, height: float = HEIGHT, label_lines: int = 1
) -> tuple[Figure, Axes]:
    """Return a figure of one column with a legend below its axes, in two columns if its labels are short.

    Args:
        title: Over the axes.
        handles: Of the legend.
        paper: Whose widths and letters.
        height: Of what the axes enclose, inches.
        label_lines: How many lines the labels of the axes take.
    """
    width, labels = paper.column, [str(handle.get_label()) for handle in handles]
    columns = 2 if all(len(label) * paper.letter < width / 2 - 0.4 for label in labels) else 1
    rows = np.ceil(sum(label.count("\n") + 1 for label in labels) / columns)
    room = (label_lines - 1) * paper.row
    foot = 0.42 + (paper.size - PLAIN.size) * 0.03 + rows * paper.row + room
    figure = Figure(figsize=(width, foot + height + 0.24))
    total = float(figure.get_figheight())
    left = 0.36 + 0.02 * paper.size + room
    axes = figure.add_axes((left / width, foot / total, 1 - (left + 0.1) / width, height / total))
    axes.set_title(title)
    legend = figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.08 / width, 0.0),
        ncols=columns,
        handlelength=2.6,
        labelspacing=0.25,
        columnspacing=1.0,
        borderaxespad=0.2,
    )
    for text in legend.get_texts():
        text.set_linespacing(paper.spacing)
    return figure, axes


def stacked(
    title: str, handles: list[Line2D], paper: Paper, count: int, height: float = HEIGHT
) -> tuple[Figure, list[Axes]]:
    """Return a figure of one column with so many axes below each other over one x axis, each of a height in inches."""
    figure, whole = framed(title, handles, paper, count * (height + GAP) - GAP)
    place, total = whole.get_position(), float(figure.get_figheight())
    found = [whole]
    for below in range(1, count):
        top = place.y1 - below * (height + GAP) / total
        found.append(figure.add_axes((place.x0, top - height / total, place.width, height / total), sharex=whole))
    whole.set_position((place.x0, place.y1 - height / total, place.width, height / total))
    for axes in found[:-1]:
        axes.tick_params(axis="x", labelbottom=False)
    return figure, found


def handle(label: str, look: Look, paper: Paper) -> Line2D:
    """Return a strategy's line and marker for a legend, its label wrapped to the width of a column."""
    label = "\n".join(textwrap.wrap(label, int((paper.column - 0.45) / paper.letter), break_on_hyphens=False))
    return Line2D([], [], color=look.colour, linestyle=look.line, marker=look.marker, markeredgewidth=0, label=label)


def spot(label: str, look: Look, paper: Paper) -> Line2D:
    """Return a strategy's marker alone for a legend."""
    found = handle(label, look, paper)
    found.set_linestyle("none")
    found.set_markersize(found.get_markersize() * look.scale)
    return found


def plain_ticks(axes: Axes, which: str, most: int = 7) -> None:
    """Put plain numbers at 1, 2 and 5 times powers of ten of a logarithmic axis, or at as many of these as fit."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = axes.get_xlim() if which == "x" else axes.get_ylim()
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    for steps in ((1, 1.5, 2, 3, 4, 5, 7), (1, 2, 5), (1, 3), (1,)):
        ticks = np.array([power * step for power in powers for step in steps])
        ticks = ticks[(ticks >= low) & (ticks <= high)]
        if ticks.size <= most:
            break
    axis.set_major_locator(FixedLocator(ticks.tolist()))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.set_minor_locator(LogLocator(subs="auto") if steps == (1,) else NullLocator())
    axis.set_minor_formatter(NullFormatter())


def _merit(band: Band, sign: int) -> tuple[bool, float, float]:
    """Return what lines are ordered by: to be there at all, the value at the end, the mean of all values."""
    if not band.at.size:
        return True, 0.0, 0.0
    return False, round(sign * float(band.mean[-1]), 2 if sign < 0 else 9), sign * float(band.mean.mean())


def _handle(name: str, band: Band, look: Look, paper: Paper) -> Line2D:
    return handle(name if band.at.size else f"{name} (nothing succeeded)", look, paper)


def _heights(band: Band, y: Axis) -> tuple[Floats, ...]:
    """Return what an axis must enclose of a band: on a logarithm, whose low ends may be far, the mean alone."""
    return (band.mean,) if y.log else tuple(part[~np.isnan(part)] for part in (band.mean, band.low, band.high))


def _scale(axes: Axes, which: str, spec: Axis, values: Floats) -> None:
    """Set an axis around the values, where there is anything to show; a logarithm needs something positive."""
    setter, scaled = (axes.set_xlim, axes.set_xscale) if which == "x" else (axes.set_ylim, axes.set_yscale)
    axes.set(**{f"{which}label": spec.label})
    values = values[values > 0] if spec.log else values
    if spec.log and values.size:
        room = (1.2, 1.3) if which == "y" else ((float(values.max() / values.min()) ** 0.02 or 1.0),) * 2
        room = (2.0, 2.0) if which == "x" and values.max() == values.min() else room
        scaled("log", **({"nonpositive": "clip"} if which == "y" else {}))
        setter(spec.limits or (values.min() / room[1], values.max() * room[0]))
        plain_ticks(axes, which)
    elif spec.limits:
        setter(spec.limits)
    elif values.size:
        margin = MARGIN * float(np.ptp(values)) or 0.5
        setter(values.min() - margin, values.max() + margin)


def _make_room(axes: Axes, paper: Paper) -> None:
    """Move the left edge of the axes as far as the numbers at it are longer than usual."""
    axis, place = axes.yaxis, axes.get_position()
    longest = max((len(axis.get_major_formatter()(tick)) for tick in axis.get_majorticklocs()), default=0)
    extra = max(0, longest - USUAL) * paper.letter / paper.column
    axes.set_position((place.x0 + extra, place.y0, place.width - extra, place.height))


def _draw(axes: Axes, band: Band, look: Look, number: int, of: int) -> None:
    """Draw one of so many; the bands lie below all lines, later lines above earlier ones."""
    if not band.at.size:
        return
    edge = axes.get_ylim()[0] if axes.get_yscale() == "log" else -np.inf
    mean, low, high = (np.maximum(value, edge) for value in (band.mean, band.low, band.high))
    inside = axes.fill_between(
        band.at,
        low,
        high,
        step="post",
        color=look.colour,
        alpha=0.2 * min(1, CROWD / of),
        linewidth=0,
        zorder=1.5 + number / 1000,
    )
    inside.set_gid(f"series-{look.number}-band")
    axes.plot(
        band.at,
        mean,
        drawstyle="steps-post",
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markevery=_marks(band.at, number / of),
        markeredgewidth=0,
        zorder=2 + number / 1000,
        gid=f"series-{look.number}-line",
    )


def _marks(at: Floats, shift: float) -> list[int]:
    """Return where along a line its markers sit: evenly, each line shifted a little, and always at its end."""
    steps = (np.arange(MARKS) + 0.15 + 0.7 * shift) / (MARKS + 0.5)
    places = np.log(at[0]) + steps * np.log(at[-1] / at[0])
    inner = np.searchsorted(np.log(at), places).clip(max=at.size - 1)
    return sorted({*inner.tolist(), at.size - 1})
