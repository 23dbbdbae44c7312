"""Where the observed architectures of each run lie, and the kernel between them and candidates.

The squared distance |a - b|^2 is one inner product, of (a, 1, |a|^2) and (-2 b, |b|^2, 1): a matrix product says all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nassim.core.arrays import Archs, Flags, Floats, Ids, Rows, Slice
from nassim.core.growing import with_room
from nassim.strategies._candidates import Candidates
from nassim.strategies._features import Features
from nassim.strategies._kernels import matern


class Asked(NamedTuple):
    """The candidates that models are asked about, those of one row after those of the other."""

    worth: Flags  # (m, pool) which of the pool they are
    ends: Ids  # (m,) where those of each row end
    features: Floats  # (t, features)
    turned: Floats  # (t, features + 2) what gives distances to `Points`
    slopes: Floats | None  # (t,)

    def of(self, number: int) -> Slice:
        """Return which belong to a row, by its number among the rows."""
        return slice(int(self.ends[number - 1]) if number else 0, int(self.ends[number]))

    def each(self, values: Floats) -> Floats:
        """Return the value of its row (m,) for each candidate, (t,)."""
        return np.repeat(values, np.diff(self.ends, prepend=0))

    def spread(self, values: Floats, other: float = np.inf) -> Floats:
        """Return the values (t,) at the candidates' places in the pool, (m, pool), and `other` elsewhere."""
        spread = np.full(self.worth.shape, other)
        spread[self.worth] = values
        return spread


class Points:
    """The observed architectures of many runs. All rows of one call have equally many: a counter suffices.

    The kernel is Matern-5/2; where architectures have slopes, these are a feature with a linear kernel, added to it.
    """

    def __init__(self, runs: int, features: Features) -> None:
        self.features, self.count = features, 0
        self._places, self._turned = np.zeros((2, runs, 0, 0))
        self._slopes: Floats | None = None

    def learn(self, rows: Rows, archs: Archs, slopes: Floats | None = None) -> None:
        """Take in what is new among all observed architectures (m, n, genes); the slopes of all are (m, n)."""
        for number in range(self.count, archs.shape[1]):
            features = self.features.coordinates(archs[:, number])
            if not number:
                self._places, self._turned = np.zeros((2, len(self._places), 0, features.shape[1] + 2))
            self._places, self._turned = with_room(self._places, number), with_room(self._turned, number)
            self._places[rows, number] = np.column_stack([features, np.ones(rows.size), _squares(features)])
            self._turned[rows, number] = _turned(features)
        if slopes is not None:
            self._slopes = np.zeros(self._places.shape[:2])
            self._slopes[rows, : slopes.shape[1]] = slopes
        self.count = archs.shape[1]

    def ask(self, pool: Candidates, slopes: Floats | None = None) -> Asked:
        """Return the candidates of a pool that are worth asking about; slopes are (m, pool)."""
        worth = pool.worth
        features, ends = self.features.coordinates(pool.archs[worth]), worth.sum(axis=1).cumsum()
        return Asked(worth, ends, features, _turned(features), None if slopes is None else slopes[worth])

    def nothing(self, rows: Rows) -> Asked:
        """Return that no candidate of these rows is asked about."""
        none, ends = np.zeros((rows.size, 0), dtype=np.bool_), np.zeros(rows.size, dtype=np.int64)
        empty = self._turned[:0, 0]
        return Asked(none, ends, empty[:, :-2], empty, None if self._slopes is None else np.zeros(0))

    def slopes(self, rows: Rows) -> Floats | float:
        """Return the slopes of what was observed, (m, n), or 0."""
        return 0.0 if self._slopes is None else self._slopes[rows, : self.count]

    def among(self, row: int) -> Floats:
        """Return the squared distances of a run's observed architectures, (n, n)."""
        return self._apart(row, self._turned[row, : self.count])

    def kernel(self, row: int, asked: Asked, part: Slice, since: int, length: float) -> Floats:
        """Return the kernel between a run's candidates, and what it observed from number `since` on, and all that it
        observed, (k + n - since, n).
        """
        turned = np.concatenate([asked.turned[part], self._turned[row, since : self.count]])
        kernel = matern(self._apart(row, turned), length)
        if asked.slopes is not None and self._slopes is not None:
            slopes = np.concatenate([asked.slopes[part], self._slopes[row, since : self.count]])
            kernel += slopes[:, None] * self._slopes[row, : self.count]
        return kernel

    def beside(self, row: int) -> Floats | float:
        """Return what slopes add to the kernel of a run's observed architectures, (n, n)."""
        if self._slopes is None:
            return 0.0
        mine = self._slopes[row, : self.count]
        return np.multiply.outer(mine, mine)

    def _apart(self, row: int, turned: Floats) -> Floats:
        apart: Floats = turned @ self._places[row, : self.count].T
        return np.maximum(apart, 0.0, out=apart)


def _squares(features: Floats) -> Floats:
    """Return the squared lengths (n,) of features (n, features)."""
    squares: Floats = np.einsum("ij,ij->i", features, features)
    return squares


def _turned(features: Floats) -> Floats:
    """Return (-2 b, |b|^2, 1) of features b (n, features)."""
    turned = np.empty((len(features), features.shape[1] + 2))
    np.multiply(features, -2, out=turned[:, :-2])
    turned[:, -2], turned[:, -1] = _squares(features), 1
    return turned
