"""Empirical cumulative distribution of times to targets (Hansen et al., 2021, COCO)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from nassim.report.cells import AXES, Axis, Cell
from nassim.report.lines import Axis as Scale
from nassim.report.lines import Band, chart
from nassim.report.view import Drawn, View, band_of, ends_in_words, held, shared_grid

Floats = NDArray[np.float64]

TARGETS = 40


def of_benchmark(view: View) -> Iterator[Drawn]:
    """Yield the share of (run, target) pairs reached, with its interval, over evaluations and over time."""
    for axis in AXES:
        targets, label = targets_of(view.searches, axis), view.label(axis)
        if not targets.size:
            continue
        bands = reached(view, axis, targets)
        span = f"{targets.size} regrets from {targets[0]:.3g} to {targets[-1]:.2g} {view.unit}"
        yield Drawn(
            view.stem("ecdf", axis),
            f"Share of targets reached on {view.benchmark} over {label}: {span}, evenly spaced in their logarithm.",
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


def targets_of(cells: Mapping[str, Cell], axis: Axis) -> Floats:
    """Return regrets from the median of the first results to the lowest mean at the end that is not 0, decreasing."""
    first = [cell.curves[axis].regret[:, :1] for cell in cells.values() if cell.curves[axis].at.size]
    ends = [float(cell.final[cell.succeeded].mean()) for cell in cells.values() if cell.succeeded.any()]
    known = np.concatenate(first)[:, 0] if first else np.empty(0)
    known = known[~np.isnan(known)]
    lowest = min((end for end in ends if end > 0), default=0.0)
    if not (known.size and 0 < lowest < np.median(known)):
        return np.empty(0)
    return np.geomspace(np.median(known), lowest, TARGETS)


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
