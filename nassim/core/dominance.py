"""Which points dominate which, for many runs at once: each objective lower is better, a nan worse than any number.

A limit that is missed comes first (Deb, 2000, doi:10.1016/S0045-7825(99)00389-8): who keeps all limits dominates who
does not, and of two that do not, the one that misses them by less dominates.
"""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Flags, Floats, Ints, Slice

COMPARED = 1 << 22  # pairs of points at once, which bounds the memory


def non_dominated(values: Floats, violation: Floats | None = None) -> Flags:
    """Return which points no other of the same run dominates, (runs, n); of equal points all.

    Args:
        values: Objectives of each run's points, (runs, n, k).
        violation: By how much each misses the limits, (runs, n), at most 0 where it keeps them; None = no limits.
    """
    kept = np.empty(values.shape[:2], dtype=np.bool_)
    for rows in _chunks(values):
        kept[rows] = ~_dominates(values[rows], None if violation is None else violation[rows]).any(axis=1)
    return kept


def front_of(values: Floats) -> Flags:
    """Return which of many points (n, k) no other dominates, (n,); of equal points all, and none with a nan.

    In the order of their objectives, a point is dominated only by those before it, and then by one of the front.
    """
    kept = np.zeros(len(values), dtype=np.bool_)
    whole = np.flatnonzero(~np.isnan(values).any(axis=1))
    points, which = np.unique(values[whole], axis=0, return_inverse=True)  # in that order
    if points.shape[1] == 2:  # noqa: PLR2004  (the lowest second objective so far says it)
        lowest = np.minimum.accumulate(np.concatenate([[np.inf], points[:-1, 1]]))
        kept[whole] = (points[:, 1] < lowest)[which.ravel()]
        return kept
    member, front = np.zeros(len(points), dtype=np.bool_), np.empty((0, values.shape[1]))
    for place, point in enumerate(points):
        if not dominates(front, point).any():
            member[place] = True
            front = np.vstack([front, point])
    kept[whole] = member[which.ravel()]
    return kept


def dominance_ranks(values: Floats, violation: Floats | None = None) -> Ints:
    """Return the front that each point is in, (runs, n): 0 is dominated by none, 1 by points of front 0 alone, ...

    Args:
        values: Objectives of each run's points, (runs, n, k).
        violation: By how much each misses the limits, (runs, n), at most 0 where it keeps them; None = no limits.
    """
    ranks = np.empty(values.shape[:2], dtype=np.int64)
    for rows in _chunks(values):
        ranks[rows] = _peeled(_dominates(values[rows], None if violation is None else violation[rows]))
    return ranks


def dominates(one: Floats, other: Floats) -> Flags:
    """Return which points (..., k) are as good as others (..., k) in all objectives, and better in one."""
    as_good, better = np.asarray(one[..., 0] <= other[..., 0]), np.asarray(one[..., 0] < other[..., 0])
    for objective in range(1, one.shape[-1]):  # reductions over so short an axis would take five times as long
        as_good &= one[..., objective] <= other[..., objective]
        better |= one[..., objective] < other[..., objective]
    return as_good & better


def _chunks(values: Floats) -> list[Slice]:
    """Return the runs in parts whose pairs fit in memory."""
    runs, points, _ = values.shape
    step = max(1, COMPARED // max(1, points * points))
    return [slice(begin, begin + step) for begin in range(0, runs, step)]


def _dominates(values: Floats, violation: Floats | None) -> Flags:
    """Return whether each point (second axis) dominates each other (third), (runs, n, n)."""
    better = _betters(np.where(np.isnan(values), np.inf, values))
    if violation is None or (violation <= 0).all():
        return better
    missed = np.where(np.isnan(violation), np.inf, np.maximum(violation, 0.0))
    less = missed[:, :, None] < missed[:, None, :]
    kept = missed == 0
    found: Flags = less | (better & kept[:, :, None] & kept[:, None, :])
    return found


def _betters(values: Floats) -> Flags:
    """Return whether each point is as good as each other in all objectives, which is not as good, (runs, n, n)."""
    as_good: Flags = np.asarray(values[:, :, None, 0] <= values[:, None, :, 0])
    for objective in range(1, values.shape[2]):
        as_good &= values[:, :, None, objective] <= values[:, None, :, objective]
    better: Flags = as_good & ~as_good.swapaxes(1, 2)
    return better


def _peeled(dominates: Flags) -> Ints:
    """Return ranks (runs, n) by taking away one front after the other."""
    runs, points, _ = dominates.shape
    edges = dominates.astype(np.float32)  # sums of at most n ones are exact, and matrix products fast
    above = edges.sum(axis=1)  # how many of those that are left dominate each
    ranks, rank = np.full((runs, points), -1), 0
    while (ranks < 0).any():
        front = (above == 0) & (ranks < 0)
        ranks[front] = rank
        above -= (front[:, None, :].astype(np.float32) @ edges)[:, 0]
        rank += 1
    return ranks
