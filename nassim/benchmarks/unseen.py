"""Judging by the trainings that a run did not see: means over the others, and what is left to chance in them."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Floats, Ids


def means_of_others(error: Floats, counts: Ids) -> Floats | None:
    """Return the mean over the other trainings of a row, for each of its trainings that a run may see.

    The means are of those that did not fail, (rows, replicas); nan for padding, and in rows of which none succeeded.
    None where a row has a single training that did not fail: nothing could judge who saw it.

    Args:
        error: (rows, replicas) of the trainings; nan = failed, or padding.
        counts: (rows,) how many replicas of a row are real.
    """
    real = np.arange(error.shape[1]) < counts[:, None]
    known = real & ~np.isnan(error)
    number = known.sum(axis=1)
    if (number == 1).any() or not number.any():
        return None
    others = np.full(error.shape, np.nan)
    for seen in range(error.shape[1]):
        rest = known.copy()
        rest[:, seen] = False
        total, left = np.where(rest, error, 0.0).sum(axis=1), rest.sum(axis=1)
        np.divide(total, left, out=others[:, seen], where=real[:, seen] & (left > 0))
    return others


def expected_of_lowest(shown: Floats, worth: Floats, counts: Ids) -> float:
    """Return the expected worth of the row that shows the lowest number, when each shows one of its replicas.

    Exact: the replicas are passed from the lowest to the highest; the chance that a replica is the lowest shown is that
    of its being shown, times the chances of all other rows that they show none of those passed before. Of rows that
    show the same the first counts.

    Args:
        shown: (rows, replicas) what a replica shows; nan = never the lowest, or padding.
        worth: (rows, replicas) what it is worth.
        counts: (rows,) how many replicas of a row are real, all as likely to be shown, independently of other rows.
    """
    place = np.argsort(np.argsort(shown, axis=1, kind="stable"), axis=1)  # how many of the row are passed before it
    left = counts[:, None] - place
    at = np.flatnonzero(~np.isnan(shown))
    order = at[np.argsort(shown.take(at), kind="stable")]  # row by row where equal
    beaten = np.cumprod(np.concatenate([[1.0], 1 - 1 / left.take(order)]))[:-1]
    return float((beaten / left.take(order)) @ worth.take(order))
