"""Reference lines of NSGA-III: on which scale points are near them, which is nearest, and who is next to be chosen."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Flags, Floats, Ids, Rows

OTHER_AXES = 1e6  # by how much more the other objectives count where an extreme point of one is looked for
LEAST = 1e-6  # the least width of an objective, as a share of all that was seen


class Planes:
    """The hyperplane through the extreme points of each run, of all generations so far (Algorithm 2 of the paper)."""

    def __init__(self, runs: int, objectives: int) -> None:
        self.low = np.full((runs, objectives), np.inf)
        self.high = np.full((runs, objectives), -np.inf)
        self.extremes = np.full((runs, objectives, objectives), np.inf)  # [axis] the point that is nearest to it

    def scaled(self, rows: Rows, values: Floats, missed: Floats, ranks: Ids) -> Floats:
        """Return points (m, n, k) as shares of the way from the best to the hyperplane; nan = failed.

        Args:
            values: The objectives; inf = failed.
            missed: By how much each misses the limits, (m, n); only who keeps them makes the scale.
            ranks: The front of each, (m, n).
        """
        inside = (missed == 0) & np.isfinite(values).all(axis=2)
        known = np.where(inside[:, :, None], values, np.nan)
        self.low[rows] = np.fmin(self.low[rows], np.fmin.reduce(known, axis=1))
        self.high[rows] = np.fmax(self.high[rows], np.fmax.reduce(known, axis=1))
        low, width = self.low[rows], self.high[rows] - self.low[rows]
        low, width = np.where(np.isfinite(low), low, 0.0), np.where((width > 0) & np.isfinite(width), width, 1.0)
        self.extremes[rows] = self._extremes(rows, np.where(inside & (ranks == 0), 0.0, np.inf), values, low, width)
        extremes = (self.extremes[rows] - low[:, None]) / width[:, None]
        shares = (np.where(np.isfinite(values), values, np.nan) - low[:, None]) / width[:, None]
        nadir = _nadir(extremes, np.where(inside[:, :, None], shares, np.nan), ranks == 0)
        scaled: Floats = shares / nadir[:, None]
        return scaled

    def _extremes(self, rows: Rows, outside: Floats, values: Floats, low: Floats, width: Floats) -> Floats:
        """Return the point nearest to each axis, (m, axes, k), of the first front and of earlier extreme points."""
        front = np.where(np.isinf(outside)[:, :, None], np.inf, values)
        points = np.concatenate([self.extremes[rows], front], axis=1)
        shares = (points - low[:, None]) / width[:, None]
        weights = np.where(np.eye(points.shape[2], dtype=np.bool_), 1.0, OTHER_AXES)
        with np.errstate(invalid="ignore"):
            away = (shares[:, None] * weights[:, None]).max(axis=3)  # (m, axes, n)
        nearest_ = np.nan_to_num(away, nan=np.inf, posinf=np.inf).argmin(axis=2)
        extremes: Floats = np.take_along_axis(points, nearest_[:, :, None], axis=1)
        return extremes


def _nadir(extremes: Floats, shares: Floats, first: Flags) -> Floats:
    """Return where the hyperplane through extreme points (m, k, k) meets each axis, (m, k), as far as was seen.

    Where it makes no sense it is the worst of the first front, and where that leaves no width, of all points.
    """
    worst = np.fmax.reduce(shares, axis=1)
    of_front = np.fmax.reduce(np.where(first[:, :, None], shares, np.nan), axis=1)
    nadir = np.stack([_meets(*pair) for pair in zip(extremes, of_front, strict=True)])
    nadir = np.where(nadir > LEAST, nadir, worst)
    return np.where(nadir > LEAST, nadir, 1.0)


def _meets(extremes: Floats, otherwise: Floats) -> Floats:
    """Return where the plane through points (k, k) meets each axis, (k,), at most at 1; `otherwise` if nowhere."""
    one = np.ones(len(extremes))
    if not np.isfinite(extremes).all():
        return otherwise
    try:
        plane = np.linalg.solve(extremes, one)
    except np.linalg.LinAlgError:
        return otherwise
    with np.errstate(divide="ignore"):
        meets = 1 / plane
    sensible = np.allclose(extremes @ plane, one) and bool((meets > LEAST).all())
    return np.minimum(meets, 1.0) if sensible else otherwise


def nearest(points: Floats, lines: Floats) -> tuple[Ids, Floats]:
    """Return the line that each point (m, n, k) is nearest to, (m, n), and how far from it, (m, n).

    Args:
        points: nan = nowhere: at the first line, infinitely far away.
        lines: Their directions, (lines, k), of length 1.
    """
    nowhere: Flags = np.asarray(np.isnan(points).any(axis=2))
    points = np.where(nowhere[:, :, None], 0.0, points)
    along = np.zeros((*points.shape[:2], len(lines)))
    for objective in range(points.shape[2]):
        along += points[:, :, objective, None] * lines[:, objective]
    line = np.abs(along).argmax(axis=2)  # the longer its shadow on a line, the nearer is a point
    shadow = np.take_along_axis(along, line[:, :, None], axis=2) * lines[line]
    apart = np.sqrt(np.square(points - shadow).sum(axis=2))
    return line, np.where(nowhere, np.inf, apart)


def levels(ranks: Ids, line: Ids, apart: Floats, ties: Floats, lines: int) -> Ids:
    """Return how many members a line has before each point is chosen, (m, n); 0 outside of the last front.

    Members are chosen one by one for the line with fewest: of a line without any the nearest, else a random one
    (Algorithm 4 of the paper). So those of the lowest levels are chosen.

    Args:
        ranks: The fronts, (m, n): below 0 is chosen already, 0 is the last front.
        line: The line of each, (m, n).
        apart: How far from it, (m, n).
        ties: Random numbers, (m, n).
        lines: How many there are.
    """
    last, places = np.asarray(ranks == 0), np.arange(len(ranks))[:, None] * lines + line
    chosen = np.bincount(places[np.asarray(ranks < 0)], minlength=len(ranks) * lines).reshape(-1, lines)
    already = np.take_along_axis(chosen, line, axis=1)
    own = np.where(last, line, lines)
    leads = (_places(own, np.lexsort((ties, apart, own), axis=1)) == 0) & (already == 0)
    place = _places(own, np.lexsort((ties, ~leads, own), axis=1))
    return np.where(last, already + place, 0)


def _places(group: Ids, order: Ids) -> Ids:
    """Return the place of each within its group, from 0, (m, n), in an order that keeps groups together."""
    ordered = np.take_along_axis(group, order, axis=1)
    places = np.arange(group.shape[1])
    begins = np.concatenate([np.ones_like(ordered[:, :1], dtype=np.bool_), ordered[:, 1:] != ordered[:, :-1]], axis=1)
    start = np.maximum.accumulate(np.where(begins, places, 0), axis=1)
    found = np.empty_like(order)
    np.put_along_axis(found, order, places - start, axis=1)
    return found
