"""NSGA2, also NSGA-II: the fronts of a population, and who stands alone in them (Deb et al., IEEE TEC 2002).

The paper: "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", doi:10.1109/4235.996017.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.dominance import dominance_ranks, dominates
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._mating import Mating, distinct


class NSGA2(Strategy[Query, Outcome]):
    """As many children as parents; of both, those in the first fronts survive, and in the last front who is alone.

    Parents are winners of binary tournaments. `tournament` says of what: `rank`, the lower front, as published, or
    `dominance`, who dominates the other, as pymoo does; then the larger crowding distance. With limits, who misses
    them by less wins (Deb, 2000).

    The population of 100 and the rate of crossover are those of the paper. Crossover exchanges each gene with
    probability 1/2, and a mutation draws each gene anew with probability 1 / genes: the paper's own operators are for
    real numbers and bits. Children that exist already are made again. With several workers nobody waits: children are
    made from the parents of the moment, and selection happens whenever `population` children have been answered.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        population: Count = 100,
        crossover_rate: Fraction = 0.9,
        mutation_rate: Fraction | None = None,
        tournament: Literal["rank", "dominance"] = "rank",
    ) -> None:
        super().__init__(space, streams)
        self.population, self.tournament = population, tournament
        self.mating = Mating(crossover_rate, mutation_rate)
        shape = (streams.runs, 2 * population)  # first the parents, then their children
        self.archs = np.zeros((*shape, len(space.genes)), dtype=space.dtype)
        self.children = self.archs[:, :population].copy()
        self.values = np.full((*shape, 1), np.inf)
        self.violation = np.full(shape, np.inf)
        self.rank = np.zeros((streams.runs, population), dtype=np.int64)
        self.crowding = np.zeros((streams.runs, population))
        self.asked = self.told = 0

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then children of the parents, a generation at a time."""
        number, child = divmod(self.asked, self.population)
        self.asked += 1
        if child == 0:
            self.children[rows] = self._offspring(rows) if number else self._beginners(rows)
        return Query(self.children[rows, child])

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Keep the newcomer; select once the generation is complete."""
        objectives = answer.error[:, None] if answer.objectives is None else answer.objectives
        if self.told == 0:
            self.values = np.full((*self.violation.shape, objectives.shape[1]), np.inf)
        place = self.told if self.told < self.population else self.population + self.told % self.population
        self.archs[rows, place] = asked.archs
        self.values[rows, place] = np.where(np.isnan(objectives), np.inf, objectives)
        self.violation[rows, place] = 0.0 if answer.violation is None else answer.violation
        self.told += 1
        if place == 2 * self.population - 1:
            self._select(rows)

    def _beginners(self, rows: Rows) -> Archs:
        """Return random architectures, all different, (m, population, genes)."""

        def sampled(which: NDArray[np.intp]) -> Archs:
            """Return random architectures of some rows."""
            drawn = [self.space.sample(rows[which], self.streams) for _ in range(self.population)]
            return np.stack(drawn, axis=1)

        return distinct(self.space, sampled, self.population, np.empty((rows.size, 0), dtype=np.int64))

    def _offspring(self, rows: Rows) -> Archs:
        """Return children of the parents of the moment, (m, population, genes)."""
        values, violation = self.values[rows, : self.population], self.violation[rows, : self.population]
        self.rank[rows] = dominance_ranks(values, violation)
        self.crowding[rows] = crowding_distance(values, self.rank[rows])
        parents = self.archs[rows, : self.population]
        return self.mating.offspring(self.space, self.streams, rows, parents, self._winners)

    def _select(self, rows: Rows) -> None:
        """Let the first fronts survive, and of the front that does not fit those with the most room."""
        values, violation = self.values[rows], self.violation[rows]
        ranks = dominance_ranks(values, violation)
        ties = self.streams.uniform(rows, ranks.shape[1])
        order = np.lexsort((ties, -crowding_distance(values, ranks), ranks), axis=1)[:, : self.population]
        for kept in (self.archs, self.values):
            kept[rows, : self.population] = np.take_along_axis(kept[rows], order[:, :, None], axis=1)
        self.violation[rows, : self.population] = np.take_along_axis(violation, order, axis=1)

    def _winners(self, rows: Rows, count: int) -> Ids:
        """Return the winners of binary tournaments (m, count), each member in as many as any other, or one more."""
        drawn = self._shuffled(rows, 2 * count)
        one, other = drawn[:, :count], drawn[:, count:]
        preferred = self._compared(rows, one, other)
        coin = self.streams.uniform(rows, count) < 0.5  # noqa: PLR2004
        return np.where((preferred > 0) | ((preferred == 0) & coin), one, other)

    def _shuffled(self, rows: Rows, count: int) -> Ids:
        """Return places of the population in random order, again and again, (m, count)."""
        rounds = -(-count // self.population)
        keys = self.streams.uniform(rows, rounds * self.population).reshape(rows.size, rounds, self.population)
        return keys.argsort(axis=2).reshape(rows.size, -1)[:, :count]

    def _compared(self, rows: Rows, one: Ids, other: Ids) -> NDArray[np.int8]:
        """Return 1 where the first is preferred, -1 where the second is, 0 where neither, (m, count)."""
        crowding = self.crowding[rows]
        by_crowding = _compare(np.take_along_axis(-crowding, one, 1), np.take_along_axis(-crowding, other, 1))
        if self.tournament == "rank":
            rank = self.rank[rows]
            first = _compare(np.take_along_axis(rank, one, 1), np.take_along_axis(rank, other, 1))
        else:
            values = self.values[rows, : self.population]
            pair = (np.take_along_axis(values, which[:, :, None], axis=1) for which in (one, other))
            a, b = pair
            first = dominates(a, b).astype(np.int8) - dominates(b, a).astype(np.int8)
        missed = np.maximum(self.violation[rows, : self.population], 0.0)
        misses, other_misses = np.take_along_axis(missed, one, 1), np.take_along_axis(missed, other, 1)
        by_value = np.where(first != 0, first, by_crowding)
        return np.where((misses > 0) | (other_misses > 0), _compare(misses, other_misses), by_value)


def _compare(one: Floats | Ids, other: Floats | Ids) -> NDArray[np.int8]:
    """Return 1 where the first is lower, -1 where the second is, 0 where they are equal."""
    return (one < other).astype(np.int8) - (one > other).astype(np.int8)


def crowding_distance(values: Floats, ranks: Ids) -> Floats:
    """Return how much room each point has between its neighbours in its own front, (m, n), of points (m, n, k).

    The mean over objectives of the distance between the two neighbours, as a share of the front's range; inf at the
    ends, and 0 in an objective that all share, or that is no number.
    """
    runs, points, objectives = values.shape
    total, row = np.zeros((runs, points)), np.arange(runs)[:, None]
    for objective in range(objectives):
        own = values[:, :, objective]
        order = np.lexsort((own, ranks), axis=1)
        ordered, front = own[row, order], ranks[row, order]
        begins = np.concatenate([np.ones((runs, 1), dtype=np.bool_), front[:, 1:] != front[:, :-1]], axis=1)
        ends = np.concatenate([begins[:, 1:], np.ones((runs, 1), dtype=np.bool_)], axis=1)
        number = np.maximum.accumulate(np.where(begins, np.arange(points), 0), axis=1)
        last = np.minimum.accumulate(np.where(ends, np.arange(points), points - 1)[:, ::-1], axis=1)[:, ::-1]
        with np.errstate(invalid="ignore"):  # of failed trainings, which are infinite
            width = ordered[row, last] - ordered[row, number]
            gap = np.full((runs, points), np.inf)
            gap[:, 1:-1] = ordered[:, 2:] - ordered[:, :-2]
            room = np.where(begins | ends, np.inf, gap) / np.where(width > 0, width, np.nan)
        total[row, order] += np.nan_to_num(room, nan=0.0, posinf=np.inf)
    total /= objectives
    return total
