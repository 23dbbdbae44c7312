"""NSGA3, also NSGA-III: survivors of the last front are near reference lines that few are near (Deb and Jain, 2014).

The papers: "An Evolutionary Many-Objective Optimization Algorithm Using Reference-Point-Based Nondominated Sorting
Approach", IEEE TEC, doi:10.1109/TEVC.2013.2281535, and of limits its second part, doi:10.1109/TEVC.2013.2281534.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nassim.core.arrays import Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.dominance import dominance_ranks
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._mating import Mating
from nassim.strategies._niches import Planes, levels, nearest
from nassim.strategies._population import Population, Told, by_limits
from nassim.strategies._weights import even_weights


class NSGA3(Strategy[Query, Outcome]):
    """As many children as parents; of both, the first fronts survive, and of the front that does not fit those who are
    near the reference lines that have fewest members by then.

    Lines go through evenly spaced weights (Das and Dennis, 1998), as many as there are up to `population`. Objectives
    are shares of the way from the best to where the hyperplane through the extreme points meets their axis, both of
    what the run has seen, never the judge's. Parents are random; with limits, of two who misses them by less (Jain and
    Deb, 2014). Children that exist already are made again. Crossover and mutation are those of `nsga2`; that parents
    always cross over is as published. With several workers nobody waits, as in `nsga2`.

    Args:
        population: How many parents there are.
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
        crossover_rate: Fraction = 1.0,
        mutation_rate: Fraction | None = None,
    ) -> None:
        super().__init__(space, streams)
        self.people = Population(space, streams, population, population, Mating(crossover_rate, mutation_rate))

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Lay the reference lines of so many objectives."""
        super().prepare(epochs)
        weights = even_weights(self.objectives, self.people.size)
        self.lines = weights / np.sqrt(np.square(weights).sum(axis=1, keepdims=True))
        self.planes = Planes(self.streams.runs, self.objectives)

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then children of the parents, a generation at a time."""
        return Query(self.people.ask(rows, self._winners))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Keep the newcomer; once the generation is complete, let the first fronts survive."""
        if self.people.tell(rows, asked.archs, answer):
            self.people.keep(rows, self._survivors(rows, self.people.everyone(rows)))

    def survivors(self, rows: Rows) -> Ids:
        """Return the parents."""
        return self.people.members(rows)

    def _survivors(self, rows: Rows, told: Told) -> Ids:
        """Return who survives, (m, population), of parents and children."""
        size, ranks = self.people.size, dominance_ranks(*told)
        last = np.sort(ranks, axis=1)[:, size - 1 : size]
        line, apart = nearest(self.planes.scaled(rows, *told, ranks), self.lines)
        ties, turns = self.streams.uniform(rows, ranks.shape[1]), self.streams.uniform(rows, len(self.lines))
        level = levels(ranks - last, line, apart, ties, len(self.lines))
        turn = np.take_along_axis(turns, line, axis=1)
        order = np.lexsort((ties, turn, level, ranks), axis=1)
        return order[:, :size]

    def _winners(self, rows: Rows, count: int) -> Ids:
        """Return one of each two parents, (m, count), who misses the limits by less or any; all come as often."""
        drawn = self.people.shuffled(rows, 2 * count)
        one, other = drawn[:, :count], drawn[:, count:]
        preferred = by_limits(self.people.parents(rows), one, other, np.zeros(one.shape, dtype=np.int8))
        coin = self.streams.uniform(rows, count) < 0.5  # noqa: PLR2004
        return np.where((preferred > 0) | ((preferred == 0) & coin), one, other)
