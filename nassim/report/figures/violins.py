"""Final regrets of all runs as violins, with the test of each strategy against the best."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from nassim.core.arrays import Floats
from nassim.report.row_chart import row_figure
from nassim.report.style import BEHIND, INK, Look
from nassim.report.summary import BEST_TEST, Entry
from nassim.report.view import Drawn, View
from nassim.report.wording import compared, decimals, number

TITLE = "Final regret of every run"
ORDER = 60


SIDES = 200  # points of an outline
HALF = 0.38  # of a row: half the width of a violin where it is widest
NOTE = 0.62  # inches at the right for the test's result


def of_benchmark(view: View) -> Iterator[Drawn]:
    """Yield one violin per strategy, the lowest mean on top; the axis is linear near zero and logarithmic beyond."""
    names = view.ranking
    if not names:
        return
    finals = {name: view.cells[name].final[view.cells[name].succeeded] for name in names}
    figure, axes = row_figure(view.benchmark, names, view.paper, NOTE * view.paper.size / 7)
    scale = _set_scale(axes, np.concatenate(list(finals.values())))
    for row, name in enumerate(names):
        _draw(axes, row, finals[name], scale, view.looks[name])
        entry = view.entries[name]
        weight = "bold" if entry.standing == "best" else "normal"
        frame = axes.get_yaxis_transform()
        axes.text(1.03, row, _verdict(entry), transform=frame, va="center", fontsize="small", fontweight=weight)
    axes.set_xlabel(f"final regret ({view.measure})")
    digits = decimals(view.entries.values())
    means = "; ".join(
        f"{name} {number(view.entries[name].regret, digits)}, {_verdict(view.entries[name])}" for name in names
    )
    yield Drawn(
        view.stem("violins"),
        f"Final regret of every run on {view.benchmark}. Bar: the middle half; circle: the median; stroke: the mean. "
        f"Right: p against the best, {BEST_TEST}.",
        f"Violin plot of final regrets on {view.benchmark}. Means: {means}.",
        figure,
    )


def _verdict(entry: Entry) -> str:
    return entry.standing if entry.standing in {"best", "not ranked"} else f"p {compared(entry.p_against_best)}"


def _set_scale(axes: Axes, values: Floats) -> float:
    """Set an axis that is linear up to a small regret and logarithmic from there, and return that regret."""
    positive = values[values > 0]
    scale = float(np.quantile(positive, 0.1)) if positive.size else 1.0
    axes.set_xscale("asinh", linear_width=scale)
    highest = max(float(values.max()), scale)
    axes.set_xlim(min(-0.2 * scale, 1.15 * float(values.min())), highest * 1.15)
    powers = 10.0 ** np.arange(np.floor(np.log10(scale)), np.ceil(np.log10(highest)) + 1)
    ticks = [0.0, *(value for power in powers for value in (power, 3 * power) if scale < value <= highest * 1.05)]
    axes.xaxis.set_major_locator(FixedLocator(ticks if len(ticks) < 7 else ticks[::2]))  # noqa: PLR2004 - as fit
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.10g}"))
    return scale


def _draw(axes: Axes, row: int, values: Floats, scale: float, look: Look) -> None:
    """Draw the density on the axis's own scale, mirrored; equal values are a bar."""
    at, density = _density(np.arcsinh(values / scale))
    x, half = scale * np.sinh(at), HALF * density / density.max()
    axes.fill_between(
        x, row - half, row + half, color=look.colour, alpha=0.75, linewidth=0.6, gid=f"series-{look.number}-band"
    )
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    axes.plot([low, high], [row, row], color=INK, lw=1.8, solid_capstyle="butt")
    axes.plot(values.mean(), row, "|", color=INK, ms=9, markeredgewidth=1.2)
    axes.plot(middle, row, "o", color=BEHIND, ms=3.6, markeredgewidth=0.7, markeredgecolor=INK)


def _density(values: Floats) -> tuple[Floats, Floats]:
    """Return points from the lowest to the highest value and the density there; a bar where all are equal.

    Silverman's bandwidth, but never narrower than visible: many runs find the same architecture.
    """
    narrowest = 0.04
    spread = min(float(values.std()), float(np.subtract(*np.quantile(values, [0.75, 0.25]))) / 1.349 or np.inf)
    width = max(0.9 * spread * values.size**-0.2, narrowest)
    room = narrowest if values.min() == values.max() else 0.0
    at = np.linspace(values.min() - room, values.max() + room, SIDES)
    places, counts = np.unique(values, return_counts=True)
    return at, np.exp(-0.5 * ((at[:, None] - places) / width) ** 2) @ counts.astype(np.float64)
