"""Anytime curves: what each run held at given evaluations or seconds, as right-continuous steps.

A run holds a result from the moment that it completes until the next one does. Nothing is interpolated: between
two completions a run knows no more than after the first.
"""

from __future__ import annotations

import numpy as np

from nassim.stats.arrays import Floats

PER_DECADE = 32  # points of a log_grid: each step is 7.5 %, finer than a printed line


def align(values: Floats, positions: Floats, grid: Floats) -> Floats:
    """Return what each run held at each point of the grid, shape (runs, points).

    A run that ended holds its last value; before its first event it holds nan.

    Args:
        values: (runs, events) what each run holds after each event; nan = nothing yet.
        positions: (runs, events) when each event completed, increasing along a run; nan = padding of a shorter run.
        grid: (points,) increasing.
    """
    runs = np.arange(len(values))[:, None]
    real = ~np.isnan(positions)
    last = np.full((len(values), grid.size + 1), -1)
    point = np.searchsorted(grid, np.where(real, positions, np.inf), side="left")  # the first point not before it
    last[runs, point] = np.arange(values.shape[1])  # of several events at one point, assignment keeps the latest
    last = np.maximum.accumulate(last[:, :-1], axis=1)
    return np.where(last < 0, np.nan, values[runs, np.maximum(last, 0)])


def log_grid(first: float, end: float) -> Floats:
    """Return increasing points 10 ** (k / PER_DECADE), k whole, between `first` and `end`, and `end` itself.

    The points are the same for every curve, wherever it begins and ends, so curves can be compared point by point.
    """
    low, high = (np.log10(limit) * PER_DECADE for limit in (first, end))
    points = 10.0 ** (np.arange(np.ceil(low), np.floor(high) + 1) / PER_DECADE)
    return np.append(points[points < end], end)


def count_grid(end: int) -> Floats:
    """Return the whole numbers nearest to the points of log_grid(1, end): 1, 2, 3, ... at first, then sparser."""
    return np.unique(np.round(log_grid(1.0, float(end))))
