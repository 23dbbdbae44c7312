"""What a model sees of an architecture: a space's encoding, every feature in units of its spread over the space."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy.special import ndtri

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.strategies._history import History

SAMPLE = 1000  # random architectures that the spread is taken over; the same for all runs and seeds
TABLE = 1 << 22  # numbers that the table of all architectures' features may have: 32 MiB
ROUNDING = 1e-12  # of the largest spread along any axis: what is less is none


class Features:
    """Standardised features, divided by the root of their number: two random architectures lie about root 2 apart.

    Those of a small space's architectures are computed once, and then looked up.

    Args:
        encoding: One of the space's; None = "graph" where the space has it, else "onehot".
    """

    def __init__(self, space: Space, encoding: str | None = None) -> None:
        self.encoding = encoding or space.encodings[-1]
        space.check_encoding(self.encoding)
        self._space = space
        numbers = np.arange(SAMPLE)
        sample = space.encode(space.sample(numbers, Streams(0, "features", numbers)), self.encoding)
        spread = sample.std(axis=0)
        used = spread > 0
        self._mean, self._used = sample.mean(axis=0)[used], used
        self._unit = spread[used] * np.sqrt(max(used.sum(), 1))

    @property
    def width(self) -> int:
        """How many features there are."""
        return len(self._unit)

    def __call__(self, archs: Archs) -> Floats:
        """Return the features of architectures (m, k, genes), shape (m, k, features)."""
        flat = archs.reshape(-1, archs.shape[-1])
        features = self._table.take(self._space.index(flat), axis=0) if self._small else self._computed(flat)
        return features.reshape(*archs.shape[:-1], self.width)

    def coordinates(self, archs: Archs) -> Floats:
        """Return features of architectures (n, genes) that lie as far apart, and are as few as can be, (n, fewer).

        Features are often sums of others. Those of a small space are turned so that all axes that are left are used.
        """
        return self._turned.take(self._space.index(archs), axis=0) if self._small else self._computed(archs)

    @property
    def _small(self) -> bool:
        return self._space.listed and self._space.size * self.width <= TABLE

    @cached_property
    def _turned(self) -> Floats:
        scatter: Floats = self._table.T @ self._table
        spread, axes = np.linalg.eigh(scatter)
        turned: Floats = self._table @ np.ascontiguousarray(axes[:, spread > ROUNDING * spread[-1]])
        return turned

    @cached_property
    def _table(self) -> Floats:
        return np.ascontiguousarray(self._computed(self._space.at(np.arange(self._space.size))))

    def _computed(self, archs: Archs) -> Floats:
        """Return the features of architectures (n, genes), (n, features)."""
        features: Floats = (self._space.encode(archs, self.encoding)[:, self._used] - self._mean) / self._unit
        return features

    def training_set(self, history: History, rows: Rows) -> tuple[Floats, Floats]:
        """Return what models learn from: features (m, told, features), and the errors' normal scores (m, told)."""
        return self(history.archs(rows)), normal_scores(history.error(rows))


def normal_scores(error: Floats) -> Floats:
    """Return what a standard normal sample of the same order as the errors (m, n) would be, (m, n).

    Errors are far from normal: a few architectures are hopeless, and what matters is the order of the best. This
    is the Gaussian copula transform of Salinas et al., ICML 2020; equal errors share the mean of their ranks.
    """
    order = np.argsort(error, axis=1, kind="stable")
    ordered = np.take_along_axis(error, order, axis=1)
    ends = np.ones((len(error), error.shape[1] + 1), dtype=np.bool_)  # of groups of equals
    ends[:, 1:-1] = ordered[:, 1:] != ordered[:, :-1]
    place = np.arange(error.shape[1])
    below = np.maximum.accumulate(np.where(ends[:, :-1], place, 0), axis=1)
    up_to = np.minimum.accumulate(np.where(ends[:, 1:], place + 1, place.size)[:, ::-1], axis=1)[:, ::-1]
    scores = np.empty(error.shape)
    np.put_along_axis(scores, order, ndtri((below + up_to) / (2 * place.size)), axis=1)
    return scores
