"""MO regularized evolution: the oldest dies, what nothing in a sample dominates is a parent (after Real et al., 2019).

The paper, of one objective: "Regularized Evolution for Image Classifier Architecture Search", AAAI, arXiv:1802.01548.
Syne Tune's MORegularizedEvolution (Salinas et al., AutoML 2022) chooses its parents by dominance, too.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nassim.core.arrays import Archs, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.dominance import non_dominated
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.core.strategy import Strategy


class MoRegularizedEvolution(Strategy[Query, Outcome]):
    """Keep the latest `population` architectures; of `sample` drawn from them, with replacement, the first that no
    other of the sample dominates becomes a parent, and its mutated copy replaces the oldest.

    With limits, who misses them by less dominates (Deb, 2000). With one objective and no limits it does what
    `regularized_evolution` does. Until the first population is complete, architectures are random.

    Args:
        population: How many are kept.
        sample: How many are drawn; a large one searches more near the front.
        mutation: How a copy is changed, one of the space's ways.
    """

    exact: ClassVar[bool] = True
    several_objectives: ClassVar[bool] = True

    def __init__(
        self, space: Space, streams: Streams, *, population: Count = 50, sample: Count = 10, mutation: str = "uniform"
    ) -> None:
        super().__init__(space, streams)
        if sample > population:
            raise SettingError(f"mo_regularized_evolution: sample ({sample}) must be <= population ({population})")
        space.check_mutation(mutation)
        self.population, self.sample, self.mutation = population, sample, mutation
        self.told = 0
        self.archs = np.zeros((streams.runs, population, len(space.genes)), dtype=space.dtype)
        self.values = np.full((streams.runs, population, 1), np.inf)
        self.violation = np.full((streams.runs, population), np.inf)

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then mutated winners of tournaments."""
        if self.told < self.population:
            return Query(self.space.sample(rows, self.streams))
        return Query(self.space.mutate(self._winners(rows), rows, self.streams, self.mutation))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Put the newcomer in the place of the oldest; a failed training is dominated by any other."""
        objectives = answer.minimised
        if self.told == 0:
            self.values = np.full((*self.violation.shape, objectives.shape[1]), np.inf)
        oldest = self.told % self.population
        self.archs[rows, oldest], self.values[rows, oldest] = asked.archs, objectives
        self.violation[rows, oldest] = answer.missed
        self.told += 1

    def survivors(self, rows: Rows) -> Ids:
        """Return the latest answers, (m, at most `population`)."""
        latest = np.arange(max(self.told - self.population, 0), self.told)
        return np.broadcast_to(latest, (rows.size, latest.size))

    def _winners(self, rows: Rows) -> Archs:
        """Return the first of each row's sample that no other of it dominates, (m, genes)."""
        drawn = self.streams.integers(rows, self.population, self.sample)
        values = np.take_along_axis(self.values[rows], drawn[:, :, None], axis=1)
        first = non_dominated(values, np.take_along_axis(self.violation[rows], drawn, axis=1)).argmax(axis=1)
        winners: Archs = self.archs[rows, np.take_along_axis(drawn, first[:, None], axis=1)[:, 0]]
        return winners
