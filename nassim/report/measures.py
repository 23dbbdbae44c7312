"""Other measures of the same runs: the middle half, the whole curve, and how probably one is better than the best."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from nassim.report.cells import Cell, searches
from nassim.report.summary import Measures
from nassim.stats.aggregates import iqm, stratified_interval
from nassim.stats.bayes import Posterior, bayesian_signed_rank

ROPE = 0.1  # of the best's mean regret: a difference of less does not matter in practice
DRAWS = 400  # of the posterior: probabilities are shown with two digits
RESAMPLES = 200
UNKNOWN = Posterior(math.nan, math.nan, math.nan)


def measures_of(cells: Mapping[str, Cell], best: str | None) -> dict[str, Measures]:
    """Return them for every strategy on one benchmark; probabilities are of other searches than the best one."""
    compared = searches(cells)
    return {
        name: Measures(
            *_middle(cell),
            anytime=float(10 ** cell.log_area.mean()),
            **_beside(cell, compared[best] if best and name in compared and name != best else None)._asdict(),
        )
        for name, cell in cells.items()
    }


def _middle(cell: Cell) -> tuple[float, float, float]:
    """Return the interquartile mean of final regrets and its interval; nan = too many runs failed."""
    if len(cell.final) < 2:  # noqa: PLR2004 - one run has no interval
        return float(cell.final[0]), math.nan, math.nan
    found = stratified_interval(iqm, cell.final[None], resamples=RESAMPLES)
    middle, low, high = (float(part) if np.isfinite(part) else math.nan for part in found)
    return middle, low, high


def _beside(cell: Cell, best: Cell | None) -> Posterior:
    """Return how probably final regrets are lower than the best's, practically equal, or higher."""
    if best is None:
        return UNKNOWN
    rope = max(ROPE * float(best.final[best.succeeded].mean()), 0.0)
    return bayesian_signed_rank(cell.final, best.final, rope, draws=DRAWS)
