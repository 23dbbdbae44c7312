"""A space without some of its architectures: it neither draws nor lists them, and they are not valid."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

import numpy as np

from nassim.core.arrays import Archs, Flags, Ids, Rows
from nassim.core.constraint_handling import ROUNDS, drawn_again
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.space import Space


def excluding(space: Space, archs: Archs) -> Space:
    """Return a space without these architectures (n, genes): samples, mutants, children and neighbours are others.

    Ids are those of the whole space. What is drawn is uniform over what is left of what the space would draw.
    """
    found = copy(space)
    excluded = np.sort(space.index(archs))
    found.__class__ = type(
        f"Part{type(space).__name__}", (_Excluding, type(space)), {"excluded": excluded, "__module__": __name__}
    )
    return found


class _Excluding(Space):
    """What a space draws and lists, without some."""

    excluded: Ids  # sorted

    def valid(self, archs: Archs) -> Flags:
        """Return which rows are architectures of what is left, shape (n,)."""
        return super().valid(archs) & self._left(archs)

    def sample(self, rows: Rows, streams: Streams) -> Archs:
        """Return one uniformly drawn architecture per row, shape (m, genes)."""
        plain = super().sample
        return self._redrawn(lambda which: plain(rows[which], streams), rows.size)

    def mutate(self, archs: Archs, rows: Rows, streams: Streams, how: str = "uniform") -> Archs:
        """Return mutants (m, genes)."""
        plain = super().mutate
        return self._redrawn(lambda which: plain(archs[which], rows[which], streams, how), rows.size)

    def crossover(self, first: Archs, second: Archs, rows: Rows, streams: Streams) -> Archs:
        """Return children (m, genes)."""
        plain = super().crossover
        return self._redrawn(lambda which: plain(first[which], second[which], rows[which], streams), rows.size)

    def degree(self, archs: Archs) -> Ids:
        """Return how many neighbours each architecture has, shape (n,)."""
        degree: Ids = self._there(archs).sum(axis=1)
        return degree

    def neighbour(self, archs: Archs, which: Ids) -> Archs:
        """Return neighbour number `which` (n,) of each architecture, shape (n, genes)."""
        there = self._there(archs)
        return super().neighbour(archs, (there.cumsum(axis=1) <= which[:, None]).sum(axis=1))

    def _there(self, archs: Archs) -> Flags:
        """Return which of the whole space's neighbours of each architecture are left, (n, most)."""
        degree = super().degree(archs)
        number = np.arange(int(degree.max(initial=0)))
        there = number < degree[:, None]
        row, which = np.nonzero(there)
        there[row, which] = self._left(super().neighbour(archs[row], which))
        return there

    def _left(self, archs: Archs) -> Flags:
        at = np.searchsorted(self.excluded, index := self.index(archs)).clip(max=self.excluded.size - 1)
        left: Flags = self.excluded[at] != index
        return left

    def _redrawn(self, draw: Callable[[Rows], Archs], size: int) -> Archs:
        found, missing = drawn_again(draw, lambda archs, _: self._left(archs), size, ROUNDS)
        if missing.size:
            raise SettingError(f"{self.name}: {ROUNDS:,} draws in a row gave what is excluded from the space")
        return found
