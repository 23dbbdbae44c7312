"""The population of an evolutionary search: parents and their children, with what each was told."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ids, Rows
from nassim.core.benchmark import Outcome
from nassim.core.dominance import dominates
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.strategies._mating import Mating, Select, distinct

Signs = NDArray[np.int8]


class Told(NamedTuple):
    """What some members of populations were told."""

    values: Floats  # (m, n, k) objectives; inf = failed, or not told yet
    missed: Floats  # (m, n) by how much limits are missed; 0 = they are kept


class Population:
    """As many parents as fit, and the children of a generation, of many runs.

    With several workers nobody waits: children are made of the parents of the moment, and a generation is complete
    whenever so many of them have been answered.
    """

    def __init__(self, space: Space, streams: Streams, size: int, children: int, mating: Mating) -> None:
        self.space, self.streams, self.size, self.mating = space, streams, size, mating
        self.archs = np.zeros((streams.runs, size + children, len(space.genes)), dtype=space.dtype)  # parents first
        self._values = np.full((streams.runs, size + children, 1), np.inf)
        self._missed = np.full((streams.runs, size + children), np.inf)
        self._answers = np.full((streams.runs, size + children), -1)  # which of its answers; -1 = none yet
        self._batch = self.archs[:, : max(size, children)].copy()  # what is to be asked for
        self._children, self._asked, self._told = children, 0, 0

    @property
    def due(self) -> bool:
        """Whether the next to be asked for is the first child of a generation."""
        return self._asked >= self.size and (self._asked - self.size) % self._children == 0

    def ask(self, rows: Rows, select: Select) -> Archs:
        """Return the next architectures (m, genes): random ones, all different, and then children of those selected."""
        if self._asked == 0:
            self._batch[rows, : self.size] = self._beginners(rows)
        if self.due:
            parents = self.archs[rows, : self.size]
            children = self.mating.offspring(self.space, self.streams, rows, parents, select, self._children)
            self._batch[rows, : self._children] = children
        place = self._asked if self._asked < self.size else (self._asked - self.size) % self._children
        self._asked += 1
        archs: Archs = self._batch[rows, place]
        return archs

    def tell(self, rows: Rows, archs: Archs, answer: Outcome) -> bool:
        """Keep an answer of each row, and return whether a generation is complete."""
        objectives = answer.minimised
        if self._told == 0:
            self._values = np.full((*self._missed.shape, objectives.shape[1]), np.inf)
        born = self._told - self.size
        place = self._told if born < 0 else self.size + born % self._children
        self.archs[rows, place], self._answers[rows, place] = archs, self._told
        self._values[rows, place] = np.where(np.isnan(objectives), np.inf, objectives)
        self._missed[rows, place] = answer.missed
        self._told += 1
        return place == self.size + self._children - 1

    def everyone(self, rows: Rows) -> Told:
        """Return what parents and children were told."""
        return Told(self._values[rows], self._missed[rows])

    def parents(self, rows: Rows) -> Told:
        """Return what the parents were told."""
        return Told(self._values[rows, : self.size], self._missed[rows, : self.size])

    def keep(self, rows: Rows, chosen: Ids) -> None:
        """Let those chosen, by their places (m, size), be the parents."""
        for kept in (self.archs, self._values):
            kept[rows, : self.size] = np.take_along_axis(kept[rows], chosen[:, :, None], axis=1)
        self._missed[rows, : self.size] = np.take_along_axis(self._missed[rows], chosen, axis=1)
        self._answers[rows, : self.size] = np.take_along_axis(self._answers[rows], chosen, axis=1)

    def members(self, rows: Rows) -> Ids:
        """Return which of its answers the parents are, (m, size); -1 = not told yet."""
        return self._answers[rows, : self.size]

    def shuffled(self, rows: Rows, count: int) -> Ids:
        """Return places of parents in random order, again and again, (m, count)."""
        rounds = -(-count // self.size)
        keys = self.streams.uniform(rows, rounds * self.size).reshape(rows.size, rounds, self.size)
        return keys.argsort(axis=2).reshape(rows.size, -1)[:, :count]

    def _beginners(self, rows: Rows) -> Archs:
        """Return random architectures, all different, (m, size, genes)."""

        def sampled(which: Rows) -> Archs:
            """Return random architectures of some rows."""
            return np.stack([self.space.sample(rows[which], self.streams) for _ in range(self.size)], axis=1)

        return distinct(self.space, sampled, self.size, np.empty((rows.size, 0), dtype=np.int64))


def compare(one: Floats | Ids, other: Floats | Ids) -> Signs:
    """Return 1 where the first is lower, -1 where the second is, 0 where they are equal."""
    return (one < other).astype(np.int8) - (one > other).astype(np.int8)


def by_dominance(told: Told, one: Ids, other: Ids) -> Signs:
    """Return 1 where members at places (m, count) dominate others, -1 where they are dominated, 0 elsewhere."""
    a, b = (np.take_along_axis(told.values, which[:, :, None], axis=1) for which in (one, other))
    return dominates(a, b).astype(np.int8) - dominates(b, a).astype(np.int8)


def by_limits(told: Told, one: Ids, other: Ids, otherwise: Signs) -> Signs:
    """Return 1 where members miss less of the limits than others, -1 where more; `otherwise` where both keep them."""
    a, b = np.take_along_axis(told.missed, one, axis=1), np.take_along_axis(told.missed, other, axis=1)
    return np.where((a > 0) | (b > 0), compare(a, b), otherwise)
