"""MOEAD, also MOEA/D: each member minimises its own weighing of the objectives (Zhang and Li, IEEE TEC 2007).

The paper: "MOEA/D: A Multiobjective Evolutionary Algorithm Based on Decomposition", doi:10.1109/TEVC.2007.892759.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from nassim.core.arrays import Archs, Flags, Floats, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._mating import Mating
from nassim.strategies._weights import even_weights


class Moead(Strategy[Query, Outcome]):
    """A child of two neighbours takes the place of every neighbour by whose weights it is better (Tchebycheff).

    Weights are evenly spaced (Das and Dennis, 1998); members are neighbours if their weights are near. With limits, who
    misses them by less is better. Crossover and mutation are those of `nsga2`; children that exist already are not made
    again, as published. With several workers nobody waits: children are made of the population of the moment.

    Args:
        population: How many members at most: as many as there are even weights.
        neighbours: How many members a child may replace, and parents come from.
        mating: How often parents are neighbours; else they are any members.
        scale: `range`: weights are of objectives as shares of their range in the population of the moment; `none`: of
            objectives as they are.
        crossover_rate: How often two parents exchange genes.
        mutation_rate: How often a gene is drawn anew; None = one gene on average.
    """

    several_objectives: ClassVar[bool] = True

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        population: Count = 100,
        neighbours: Count = 20,
        mating: Fraction = 0.9,
        scale: Literal["range", "none"] = "range",
        crossover_rate: Fraction = 0.9,
        mutation_rate: Fraction | None = None,
    ) -> None:
        super().__init__(space, streams)
        self.most, self.near, self.nearby, self.scale = population, neighbours, mating, scale
        self.mating = Mating(crossover_rate, mutation_rate)
        self.asked = self.told = 0

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Make room for a member of each weight of so many objectives."""
        super().prepare(epochs)
        self.weights = even_weights(self.objectives, self.most)
        apart = np.square(self.weights[:, None] - self.weights).sum(axis=2)
        self.neighbours = apart.argsort(axis=1, kind="stable")[:, : self.near]  # a member is its own neighbour, too
        shape = (self.streams.runs, len(self.weights))
        self.archs = np.zeros((*shape, len(self.space.genes)), dtype=self.space.dtype)
        self.values = np.full((*shape, self.objectives), np.inf)
        self.missed = np.full(shape, np.inf)
        self.answer = np.full(shape, -1)  # which of its answers each member is; -1 = none yet
        self.ideal = np.full((self.streams.runs, self.objectives), np.inf)
        self.turn = np.zeros(shape, dtype=np.int64)  # whose children are asked for, in random order, again and again

    def ask(self, rows: Rows) -> Query:
        """Return a random architecture for each member first, then children, whose tag says of which member."""
        size, place = len(self.weights), self.asked % len(self.weights)
        begins = self.asked < size
        self.asked += 1
        if begins:
            return Query(self.space.sample(rows, self.streams), tag=np.full(rows.size, place))
        if place == 0:
            self.turn[rows] = self.streams.uniform(rows, size).argsort(axis=1)
        member = self.turn[rows, place]
        parents = self._parents(rows, member)
        children = self.mating.mate(self.space, self.streams, rows, self.archs[rows], parents)
        return Query(self._valid(children[:, 0], self.archs[rows, member]), tag=member)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Put a child in the place of each neighbour that it betters; one of the first is a member itself."""
        objectives = answer.minimised
        values = np.where(np.isnan(objectives), np.inf, objectives)
        missed = answer.missed
        member = np.asarray(asked.tag)
        self.ideal[rows] = np.minimum(self.ideal[rows], values)
        if self.told < len(self.weights):
            better = np.arange(len(self.weights)) == member[:, None]
        else:
            better = self._better(rows, member, values, missed)
        run, place = np.nonzero(better)
        self.answer[rows[run], place] = self.told
        self.told += 1
        self.archs[rows[run], place] = asked.archs[run]
        self.values[rows[run], place], self.missed[rows[run], place] = values[run], missed[run]

    def survivors(self, rows: Rows) -> Ids:
        """Return the members; one answer may be several of them."""
        return self.answer[rows]

    def _parents(self, rows: Rows, member: Ids) -> Ids:
        """Return two different neighbours of each member, or any two, (m, 2)."""
        size, near = len(self.weights), self.neighbours.shape[1]
        nearby = self.streams.uniform(rows) < self.nearby
        among = np.where(nearby, near, size)
        first = self.streams.integers(rows, among)
        second = self.streams.integers(rows, np.maximum(among - 1, 1))
        second = np.minimum(second + (second >= first), among - 1)
        chosen = np.stack([first, second], axis=1)
        return np.where(nearby[:, None], np.take_along_axis(self.neighbours[member], chosen % near, axis=1), chosen)

    def _valid(self, children: Archs, otherwise: Archs) -> Archs:
        """Return children that are architectures, and members in the place of those that are none."""
        return np.where(self.space.valid(children)[:, None], children, otherwise)

    def _better(self, rows: Rows, member: Ids, values: Floats, missed: Floats) -> Flags:
        """Return which members (m, size) children of some members are better than, neighbours of these alone."""
        here = self.neighbours[member]
        held = np.take_along_axis(self.values[rows], here[:, :, None], axis=1)
        held_missed = np.take_along_axis(self.missed[rows], here, axis=1)
        low, width = self.ideal[rows][:, None], self._width(rows)[:, None]
        weights = self.weights[here]
        with np.errstate(invalid="ignore"):  # weights of 0 of what failed, which is infinite
            own = np.nan_to_num(weights * np.abs(values[:, None] - low) / width, nan=np.inf).max(axis=2)
            theirs = np.nan_to_num(weights * np.abs(held - low) / width, nan=np.inf).max(axis=2)
        kept = (missed[:, None] == 0) & (held_missed == 0)
        wins = np.where(kept, own < theirs, missed[:, None] < held_missed)
        better = np.zeros((rows.size, len(self.weights)), dtype=np.bool_)
        np.put_along_axis(better, here, wins, axis=1)
        return better

    def _width(self, rows: Rows) -> Floats:
        """Return by what objectives are divided, (m, k)."""
        if self.scale == "none":
            return np.ones((rows.size, self.objectives))
        known = np.where(np.isinf(self.values[rows]), -np.inf, self.values[rows])
        width = known.max(axis=1) - self.ideal[rows]
        return np.where((width > 0) & np.isfinite(width), width, 1.0)
