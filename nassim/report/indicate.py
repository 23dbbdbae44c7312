"""Indicators of a study: means over runs with intervals, ranks, and tests, as of regrets.

Each takes the place of the final regret, with a minus where higher is better, so that all that is counted of regrets is
counted of it in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from nassim.core.arrays import Floats
from nassim.report.cells import Cell
from nassim.report.found import MEANINGS
from nassim.report.summary import Entry, Indicated, Standing
from nassim.stats.intervals import share_interval


def values_of(cell: Cell, name: str) -> Floats:
    """Return an indicator of each run, (runs,); nan where there is none."""
    values = np.full(len(cell.runs), np.nan) if cell.indicators is None else getattr(cell.indicators, name)
    return np.asarray(values)


def as_regrets(cells: Mapping[str, Cell], name: str) -> dict[str, Cell]:
    """Return the cells of one benchmark with an indicator in the place of the final regret, lower is better.

    Empty where no run has it.
    """
    values = {strategy: values_of(cell, name) for strategy, cell in cells.items()}
    if all(np.isnan(each).all() for each in values.values()):
        return {}
    sign = -1.0 if MEANINGS[name].better == "higher" else 1.0
    return {strategy: replace(cell, final=sign * values[strategy]) for strategy, cell in cells.items()}


def indicated(entry: Entry, values: Floats, name: str) -> Indicated:
    """Return an indicator of one strategy on one benchmark.

    Args:
        entry: What `entries` says of it in the place of the regret.
        values: Of each run, (runs,).
        name: The indicator.
    """
    meaning = MEANINGS[name]
    ends = [entry.regret, entry.low, entry.high, entry.lower, entry.median, entry.upper]
    if meaning.better == "higher":
        ends = [0.0 - ends[place] for place in (0, 2, 1, 5, 4, 3)]  # and no -0.0
    if meaning.share:
        ends[1:3] = share_interval(int(np.nansum(values)), int((~np.isnan(values)).sum()))
    standing: Standing = entry.standing if meaning.better else "not ranked"
    rank, p = (entry.rank, entry.p_against_best) if meaning.better else (np.nan, np.nan)
    mean, low, high, lower, median, upper = ends
    return Indicated(mean, low, high, lower, median, upper, entry.n, rank, p, standing)
