"""Indicators of sets of points, each objective lower is better: what several objectives come to, as one number.

The arithmetic is that of moocore (López-Ibáñez, https://multi-objective.github.io/moocore), which computes the
hypervolume as Fonseca, Paquete and López-Ibáñez (CEC 2006), attainment surfaces as Fonseca, Guerreiro, López-Ibáñez and
Paquete (EMO 2011), and the exact R2 as Schäpermeier and Kerschke (2025) do. What is batched over runs, and said after
every event, is here. The reference point is the caller's: one that is taken from results makes them incomparable.

A point with a nan counts nothing: its training failed, or it has no such cost.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nassim.stats.arrays import Floats

AT_ONCE = 500  # runs whose fronts are held at once: they stay in the cache


def scaled(values: Floats, low: Floats, high: Floats) -> Floats:
    """Return values (..., k) so that `low` (k,) is 0 and `high` (k,) is 1."""
    return (values - low) / (high - low)


def non_dominated(values: Floats) -> NDArray[np.bool_]:
    """Return which points (n, k) no other dominates, shape (n,); of equal points all; those with a nan never."""
    from moocore import is_nondominated

    kept = np.asarray(~np.isnan(values).any(axis=1))
    if kept.any():
        kept[kept] = is_nondominated(values[kept], keep_weakly=True)
    return kept


def hypervolume(values: Floats, reference: Floats) -> float:
    """Return the hypervolume of points (n, k) within `reference` (k,); those at or beyond it count nothing.

    Zitzler and Thiele (PPSN 1998).
    """
    from moocore import hypervolume as volume

    points = _whole(values)
    return float(volume(points, ref=reference)) if len(points) else 0.0


def igd_plus(values: Floats, front: Floats) -> float:
    """Return how far points (n, k) are behind a front (f, k) on average: IGD+ of Ishibuchi et al. (EMO 2015).

    inf if there is no point.
    """
    from moocore import igd_plus as distance

    points = _whole(values)
    return float(distance(points, ref=front)) if len(points) else np.inf


def additive_epsilon(values: Floats, front: Floats) -> float:
    """Return by how much each objective of points (n, k) must fall for them to dominate a front (f, k) weakly.

    Zitzler et al. (IEEE Transactions on Evolutionary Computation 2003). inf if there is no point.
    """
    from moocore import epsilon_additive

    points = _whole(values)
    return float(epsilon_additive(points, ref=front)) if len(points) else np.inf


def r2(values: Floats, ideal: Floats) -> float:
    """Return the exact R2 of points (n, 2) from `ideal` (2,), over all weights of the two objectives.

    inf if there is no point. ValueError for other than two objectives, for which no exact method is known here.
    """
    from moocore import r2_exact

    if values.shape[1] != 2:  # noqa: PLR2004
        raise ValueError(f"the exact R2 is of two objectives, got {values.shape[1]}")
    points = _whole(values)
    return float(r2_exact(points, ref=ideal)) if len(points) else np.inf


def hypervolumes(sets: Floats, reference: Floats) -> Floats:
    """Return the hypervolume of each of many sets, (m,), of points (m, w, k) within `reference` (k,); nan = none."""
    if sets.shape[2] != 2:  # noqa: PLR2004
        return np.array([hypervolume(points, reference) for points in sets])
    inside = (sets < reference).all(axis=2)  # a nan is not
    first, second = (np.where(inside, sets[:, :, axis], reference[axis]) for axis in (0, 1))
    order = np.argsort(first, axis=1)
    first = np.append(np.take_along_axis(first, order, axis=1), np.full((len(sets), 1), reference[0]), axis=1)
    heights = np.minimum.accumulate(np.take_along_axis(second, order, axis=1), axis=1)
    return np.asarray((np.diff(first, axis=1) * (reference[1] - heights)).sum(axis=1))


def hypervolume_over_time(values: Floats, reference: Floats) -> Floats:
    """Return each run's hypervolume after each of its events, (runs, events), of values (runs, events, k)."""
    runs, events, objectives = values.shape
    if objectives == 2:  # noqa: PLR2004  (a staircase)
        chunks = [_staircases(values[begin : begin + AT_ONCE], reference) for begin in range(0, runs, AT_ONCE)]
        return np.concatenate(chunks) if chunks else np.empty((0, events))
    return np.array([_volumes(run, reference) for run in values]).reshape(runs, events)


def igd_plus_over_time(values: Floats, front: Floats) -> Floats:
    """Return IGD+ of what each run has seen after each event, (runs, events); inf before the first point."""
    total = np.zeros(values.shape[:2])
    for member in front:
        behind = np.sqrt(np.square(np.maximum(values - member, 0.0)).sum(axis=2))
        total += _least(behind)
    return total / len(front)


def additive_epsilon_over_time(values: Floats, front: Floats) -> Floats:
    """Return the additive epsilon of what each run has seen after each event, (runs, events); inf before a point."""
    worst = np.full(values.shape[:2], -np.inf)
    for member in front:
        np.maximum(worst, _least((values - member).max(axis=2)), out=worst)
    return worst


def attainment_surfaces(sets: Sequence[Floats], shares: Sequence[float]) -> list[Floats]:
    """Return for each share the points (m, k) that so large a share of the sets (n, k) attains, in moocore's order.

    .5 is the median surface: half of the runs found something as good in all objectives. A set without a point attains
    nothing, and counts; what so many sets do not attain has no point.
    """
    from moocore import eaf

    attaining = [points if len(points) else np.full((1, points.shape[1]), np.inf) for points in map(_whole, sets)]
    found = eaf(*_stacked(attaining), percentiles=[100.0 * share for share in shares])
    found = found[np.isfinite(found).all(axis=1)]
    return [found[np.isclose(found[:, -1], 100.0 * share), :-1] for share in shares]


def attainment_difference(one: Sequence[Floats], other: Sequence[Floats]) -> Floats:
    """Return where runs `one` attain more often than as many runs `other`, and where less, as rectangles (m, 5).

    A row is the lower corner, the upper corner, and the share of runs that attain it in `one` less that in `other`.
    López-Ibáñez, Paquete and Stützle (2010). Two objectives only.
    """
    from moocore import eaf, eafdiff

    if np.array_equal(eaf(*_stacked(one)), eaf(*_stacked(other))):
        return np.empty((0, 5))  # of which moocore 0.3 makes an error of its own
    found: Floats = eafdiff(_numbered(one), _numbered(other), intervals=len(one), rectangles=True)
    return np.column_stack([found[:, :-1], found[:, -1] / len(one)])


def share_found(found: Sequence[NDArray[np.int64]], members: NDArray[np.int64]) -> Floats:
    """Return which share of `members` (m,), such as the cells of a front, is among what each run found, (runs,)."""
    wanted = np.unique(members)
    return np.array([np.isin(wanted, run).mean() for run in found])


def best_feasible_over_time(error: Floats, violation: Floats) -> Floats:
    """Return the lowest error (runs, events) with no violation of the limits so far; nan before there is one."""
    allowed = np.where((violation <= 0) & ~np.isnan(error), error, np.inf)
    lowest = np.minimum.accumulate(allowed, axis=1)
    return np.where(np.isinf(lowest), np.nan, lowest)


def _least(distance: Floats) -> Floats:
    """Return the lowest distance (runs, events) so far; nan counts nothing."""
    return np.minimum.accumulate(np.where(np.isnan(distance), np.inf, distance), axis=1)


def _whole(values: Floats) -> Floats:
    return values[~np.isnan(values).any(axis=1)]


def _stacked(sets: Sequence[Floats]) -> tuple[Floats, NDArray[np.intp]]:
    """Return all points (n, k), and of which set each is (n,), from 1."""
    whole = [_whole(points) for points in sets]
    return np.concatenate(whole), np.repeat(np.arange(1, len(whole) + 1), list(map(len, whole)))


def _numbered(sets: Sequence[Floats]) -> Floats:
    points, numbers = _stacked(sets)
    return np.column_stack([points, numbers])


def _volumes(run: Floats, reference: Floats) -> Floats:
    """Return one run's hypervolume after each event, (events,), of points (events, k)."""
    volumes, front, last = np.empty(len(run)), np.empty((0, run.shape[1])), 0.0
    for event, point in enumerate(run):
        # a nan compares as false: such a point is never within the reference
        if (point < reference).all() and not (front <= point).all(axis=1).any():
            front = np.vstack([front[~(point <= front).all(axis=1)], point])
            last = hypervolume(front, reference)
        volumes[event] = last
    return volumes


def _staircases(values: Floats, reference: Floats) -> Floats:
    """Return runs' hypervolumes after each event, (runs, events), of points (runs, events, 2).

    A front of two objectives is a staircase: below a step, from its own first objective to the next step's, nothing is
    dominated. What a point adds is the area between itself and the stairs.
    """
    runs, events, _ = values.shape
    inside = (values < reference).all(axis=2)  # a nan is not
    first, second = (np.where(inside, values[:, :, axis], reference[axis]) for axis in (0, 1))
    begins = np.full((runs, 8), reference[0])  # of steps, increasing; those that are not yet are at the reference
    begins[:, 0] = -np.inf  # on the left of all points the stairs are at the reference
    heights = np.full((runs, 8), reference[1])
    volumes, total = np.empty((runs, events)), np.zeros(runs)
    for event in range(events):
        x, y = first[:, event, None], second[:, event, None]
        ends = np.concatenate([begins[:, 1:], np.full((runs, 1), reference[0])], axis=1)
        gain = (np.maximum(ends - np.maximum(begins, x), 0) * np.maximum(heights - y, 0)).sum(axis=1)
        total += gain
        volumes[:, event] = total
        if (rows := np.flatnonzero(gain > 0)).size:
            if (begins[rows, -1] < reference[0]).any():  # no room for another step
                begins = np.pad(begins, ((0, 0), (0, begins.shape[1])), constant_values=reference[0])
                heights = np.pad(heights, ((0, 0), (0, heights.shape[1])), constant_values=reference[1])
            _insert(begins, heights, rows, (x[rows], y[rows]), reference)
    return volumes


def _insert(
    begins: Floats, heights: Floats, rows: NDArray[np.intp], point: tuple[Floats, Floats], reference: Floats
) -> None:
    """Put a step at a point of each of the rows, each (m, 1), and take away the steps above it."""
    steps, levels = begins[rows], heights[rows]
    above = (steps >= point[0]) & (levels >= point[1])
    steps[above], levels[above] = reference[0], reference[1]
    steps[:, -1:], levels[:, -1:] = point  # the last place is free
    order = np.argsort(steps, axis=1, kind="stable")
    begins[rows] = np.take_along_axis(steps, order, axis=1)
    heights[rows] = np.take_along_axis(levels, order, axis=1)
