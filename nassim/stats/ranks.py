"""Ranks with ties shared: the mean of the places that the tied would have taken (midranks)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ranks(scores: Floats) -> Floats:
    """Return the rank of each strategy among all in each run, shape (..., strategies, runs); 1 = the lowest score.

    scores  (..., strategies, runs), paired: column r of every strategy is run r. Lower is better; nan is worse
            than any number, and ties with nan

    Means over runs compare strategies on one benchmark; means of those over benchmarks compare them over all
    (Demsar, 2006, JMLR 7).
    """
    scores = np.where(np.isnan(scores), np.inf, scores)
    mine, other = scores[..., :, None, :], scores[..., None, :, :]
    below, level = (other < mine).sum(axis=-2), (other == mine).sum(axis=-2)
    return np.asarray(below + (level + 1) / 2)


def midranks(values: Floats) -> Floats:
    """Return the rank of each value among all, shape (n,); 1 = the lowest."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place.reshape(-1)]
