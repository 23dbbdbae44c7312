"""Empirical cumulative distribution of times to targets (Hansen et al., 2021, COCO).

The share of targets reached: 40 regrets, from the benchmark's lowest error to a thousandth of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nassim.core.arrays import Floats
from nassim.report.cells import AXES, Axis, floor_of
from nassim.report.line_chart import Axis as Scale
from nassim.report.line_chart import Band, chart
from nassim.report.view import Drawn, View, band_of, ends_in_words, held, shared_grid
from nassim.stats.targets import relative_targets

TITLE = "Targets reached"
ORDER = 30


def of_benchmark(view: View) -> Iterator[Drawn]:
    """Yield the share of (run, target) pairs reached, with its interval, over evaluations and over time.

    Targets are set by the benchmark's lowest error alone, so a strategy's line is the same whoever else takes part.
    """
    floor = floor_of(view.cells)
    if not 0 < floor < np.inf:
        return
    targets = relative_targets(floor)
    for axis in AXES:
        bands, label = reached(view, axis, targets), view.label(axis)
        span = f"{targets.size} regrets from {targets[0]:.3g} to {targets[-1]:.2g} {view.measure}"
        yield Drawn(
            view.stem("ecdf", axis),
            f"Share of targets reached on {view.benchmark} over {label}: {span}, from the lowest error there to a "
            "thousandth of it, evenly spaced in their logarithm.",
            f"Line chart: share of {span} reached on {view.benchmark} over {label}. "
            f"At their ends: {ends_in_words(bands, highest_first=True)}.",
            chart(
                view.benchmark,
                bands,
                view.looks,
                Scale(label),
                Scale("share of targets reached", log=False, limits=(0, 1.02)),
                view.paper,
                highest_first=True,
            ),
            axis,
        )


def reached(view: View, axis: Axis, targets: Floats) -> dict[str, Band]:
    """Return for each strategy the share of targets that a run has reached so far, mean over runs."""
    grid = shared_grid(view.cells, axis)
    return {
        name: band_of(_shares(held(cell, axis, grid), targets), view.shown(grid, axis))
        for name, cell in view.cells.items()
    }


def _shares(regret: Floats, targets: Floats) -> Floats:
    """Return the share of the decreasing targets that each run reached by each point, (runs, points)."""
    lowest = np.minimum.accumulate(np.where(np.isnan(regret), np.inf, regret), axis=1)
    return np.asarray(1 - np.searchsorted(targets[::-1], lowest, side="left") / targets.size)
