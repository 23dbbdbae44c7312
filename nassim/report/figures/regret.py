"""Anytime regret: how good what a strategy would recommend is, as the search goes on.

Over evaluations and over simulated time, with 95 % intervals.
"""

from __future__ import annotations

from collections.abc import Iterator

from nassim.report.cells import AXES, Axis, Cell, worst_of
from nassim.report.line_chart import Axis as Scale
from nassim.report.line_chart import Band, chart
from nassim.report.view import Drawn, View, band_of, ends_in_words

TITLE = "Regret as the search goes on"
ORDER = 10
FILED = True


def of_benchmark(view: View) -> Iterator[Drawn]:
    """Yield mean regret with its interval over evaluations and over time, log-log, as steps."""
    for axis in AXES:
        label = view.label(axis)
        worst = worst_of(view.cells)
        bands = {strategy: band(view, cell, axis, worst) for strategy, cell in view.cells.items()}
        yield Drawn(
            view.stem("regret", axis),
            f"Mean regret on {view.benchmark} over {label}.",
            f"Line chart: mean regret in {view.measure} on {view.benchmark} over {label}, both logarithmic. "
            f"At their ends: {ends_in_words(bands)}.",
            chart(view.benchmark, bands, view.looks, Scale(label), Scale(f"mean regret ({view.measure})"), view.paper),
            axis,
        )


def band(view: View, cell: Cell, axis: Axis, worst: float) -> Band:
    """Return the mean regret of a cell over an axis, with its pointwise 95 % interval where runs are enough for one."""
    curve = cell.curves[axis]
    return band_of(curve.regret[cell.succeeded], view.shown(curve.at, axis), worst)
