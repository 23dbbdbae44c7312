"""How alone points stand in their fronts: the crowding distance of NSGA-II (Deb et al., IEEE TEC 2002)."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Floats, Ids
from nassim.core.dominance import dominance_ranks


def crowding_distance(values: Floats, ranks: Ids) -> Floats:
    """Return how much room each point has between its neighbours in its own front, (m, n), of points (m, n, k).

    The mean over objectives of the distance between the two neighbours, as a share of the front's range; inf at the
    ends, and 0 in an objective that all share, or that is no number.
    """
    runs, points, objectives = values.shape
    total, row = np.zeros((runs, points)), np.arange(runs)[:, None]
    for objective in range(objectives):
        own = values[:, :, objective]
        order = np.lexsort((own, ranks), axis=1)
        ordered, front = own[row, order], ranks[row, order]
        begins = np.concatenate([np.ones((runs, 1), dtype=np.bool_), front[:, 1:] != front[:, :-1]], axis=1)
        ends = np.concatenate([begins[:, 1:], np.ones((runs, 1), dtype=np.bool_)], axis=1)
        number = np.maximum.accumulate(np.where(begins, np.arange(points), 0), axis=1)
        last = np.minimum.accumulate(np.where(ends, np.arange(points), points - 1)[:, ::-1], axis=1)[:, ::-1]
        with np.errstate(invalid="ignore"):  # of failed trainings, which are infinite
            width = ordered[row, last] - ordered[row, number]
            gap = np.full((runs, points), np.inf)
            gap[:, 1:-1] = ordered[:, 2:] - ordered[:, :-2]
            room = np.where(begins | ends, np.inf, gap) / np.where(width > 0, width, np.nan)
        total[row, order] += np.nan_to_num(room, nan=0.0, posinf=np.inf)
    total /= objectives
    return total


def places(values: Floats, missed: Floats | None = None) -> Ids:
    """Return the place of each point, (m, n), from 0, in the order of fronts, and within one of who is most alone.

    Args:
        values: The objectives, (m, n, k); inf = failed.
        missed: By how much each misses the limits, (m, n); None = no limits.
    """
    ranks = dominance_ranks(values, missed)
    order = np.lexsort((-crowding_distance(values, ranks), ranks), axis=1)
    return order.argsort(axis=1)
