"""Rank over time: who is ahead at which budget, whatever the scale of the errors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nassim.report.cells import AXES, Axis
from nassim.report.line_chart import Axis as Scale
from nassim.report.line_chart import Band, chart
from nassim.report.view import Drawn, View, band_of, ends_in_words, held, shared_grid
from nassim.stats.ranks import ranks

TITLE = "Rank as the search goes on"
ORDER = 20


def of_benchmark(view: View) -> Iterator[Drawn]:
    """Yield the mean rank among the searches of each run, with its interval, over evaluations and over time."""
    for axis in AXES:
        bands, label = mean_ranks(view, axis), view.label(axis)
        if not bands:
            return
        yield Drawn(
            view.stem("rank", axis),
            f"Mean rank on {view.benchmark} over {label}; 1 is best. A strategy that has nothing yet shares the last "
            "places; one that ended keeps what it found.",
            f"Line chart: mean rank on {view.benchmark} over {label}. At their ends: {ends_in_words(bands)}.",
            chart(view.benchmark, bands, view.looks, Scale(label), Scale("mean rank", log=False), view.paper),
            axis,
        )


def mean_ranks(view: View, axis: Axis) -> dict[str, Band]:
    """Return the mean rank of each search at all points from which any has something."""
    cells = view.searches
    if not cells:
        return {}
    grid = shared_grid(cells, axis)
    regret = np.stack([held(cell, axis, grid) for cell in cells.values()])
    begun = ~np.isnan(regret).all(axis=(0, 1))
    rank = ranks(regret[:, :, begun].transpose(2, 0, 1)).transpose(1, 2, 0)  # (strategies, runs, points)
    return {name: band_of(values, view.shown(grid[begun], axis)) for name, values in zip(cells, rank, strict=True)}
