"""A space within limits: what is drawn, changed or looked at next to something keeps them."""

from __future__ import annotations

from copy import copy
from typing import ClassVar

import numpy as np

from nassim.core.arrays import Archs, Flags, Ids
from nassim.core.constraint_handling import rejecting
from nassim.core.space import Space


class _Within(Space):
    """A space that can be listed, whose neighbours are those that keep the limits."""

    degrees: ClassVar[Ids]  # (size,) how many neighbours each architecture has
    around: ClassVar[Ids]  # (size, most) their ids, then others

    def degree(self, archs: Archs) -> Ids:
        """Return how many neighbours each architecture has, (n,)."""
        return self.degrees[self.index(archs)]

    def neighbour(self, archs: Archs, which: Ids) -> Archs:
        """Return neighbour number `which` (n,) of each architecture, (n, genes)."""
        return self.at(self.around[self.index(archs), which])


def within(space: Space, keeps: Flags) -> Space:
    """Return a space that knows no architecture but those that keep the limits, given by their ids (size,).

    An architecture of which no neighbour keeps them has all its neighbours: there must be something to look at.
    """
    everything = space.at(np.arange(space.size))
    most = int(space.degree(everything).max())
    degree = space.degree(everything)
    around = np.stack(
        [space.index(space.neighbour(everything, np.minimum(which, degree - 1))) for which in range(most)], axis=1
    )
    allowed = keeps[around] & (np.arange(most) < degree[:, None])
    order = np.argsort(~allowed, axis=1, kind="stable")
    count = allowed.sum(axis=1)
    tables = {
        "around": np.take_along_axis(around, order, axis=1),
        "degrees": np.where(count > 0, count, degree).astype(np.int64),
    }
    found = copy(rejecting(space, lambda archs, _: keeps[space.index(archs)]))
    found.__class__ = type(f"Within{type(space).__name__}", (_Within, type(found)), tables)
    return found
