"""NSGA2, also NSGA-II: the fronts of a population, and who stands alone in them (Deb et al., IEEE TEC 2002).

The paper: "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", doi:10.1109/4235.996017.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.dominance import dominance_ranks
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._crowding import crowding_distance
from nassim.strategies._mating import Mating
from nassim.strategies._population import Population, by_dominance, by_limits, compare


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

    several_objectives: ClassVar[bool] = True

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
        self.tournament = tournament
        mating = Mating(crossover_rate, mutation_rate)
        self.people = Population(space, streams, population, population, mating)
        self.rank = np.zeros((streams.runs, population), dtype=np.int64)
        self.crowding = np.zeros((streams.runs, population))

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then children of the parents, a generation at a time."""
        if self.people.due:
            parents = self.people.parents(rows)
            self.rank[rows] = dominance_ranks(*parents)
            self.crowding[rows] = crowding_distance(parents.values, self.rank[rows])
        return Query(self.people.ask(rows, self._winners))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Keep the newcomer; once the generation is complete, let the first fronts survive.

        Of the front that does not fit, those with the most room do.
        """
        if self.people.tell(rows, asked.archs, answer):
            everyone = self.people.everyone(rows)
            ranks = dominance_ranks(*everyone)
            ties = self.streams.uniform(rows, ranks.shape[1])
            order = np.lexsort((ties, -crowding_distance(everyone.values, ranks), ranks), axis=1)
            self.people.keep(rows, order[:, : self.people.size])

    def survivors(self, rows: Rows) -> Ids:
        """Return the parents."""
        return self.people.members(rows)

    def _winners(self, rows: Rows, count: int) -> Ids:
        """Return the winners of binary tournaments (m, count), each member in as many as any other, or one more."""
        drawn = self.people.shuffled(rows, 2 * count)
        one, other = drawn[:, :count], drawn[:, count:]
        preferred = self._compared(rows, one, other)
        coin = self.streams.uniform(rows, count) < 0.5  # noqa: PLR2004
        return np.where((preferred > 0) | ((preferred == 0) & coin), one, other)

    def _compared(self, rows: Rows, one: Ids, other: Ids) -> NDArray[np.int8]:
        """Return 1 where the first is preferred, -1 where the second is, 0 where neither, (m, count)."""
        rank, crowding = self.rank[rows], self.crowding[rows]
        if self.tournament == "rank":
            first = compare(np.take_along_axis(rank, one, 1), np.take_along_axis(rank, other, 1))
        else:
            first = by_dominance(self.people.parents(rows), one, other)
        by_crowding = compare(np.take_along_axis(-crowding, one, 1), np.take_along_axis(-crowding, other, 1))
        return by_limits(self.people.parents(rows), one, other, np.where(first != 0, first, by_crowding))
