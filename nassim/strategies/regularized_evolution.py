"""Regularized evolution: the oldest dies (Real et al., AAAI 2019, arXiv:1802.01548, Algorithm 1).

The paper: "Regularized Evolution for Image Classifier Architecture Search".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nassim.benchmark import Outcome, Query
from nassim.errors import SettingError
from nassim.settings import Count
from nassim.space import Archs, Space
from nassim.strategy import Strategy
from nassim.streams import Rows, Streams


class RegularizedEvolution(Strategy):
    """Keep the latest `population` architectures; the best of `sample` drawn from them, with replacement,
    becomes a parent; its mutated copy replaces the oldest.

    The defaults 10 and 3 are those of NAS-Bench-201 (Dong and Yang, ICLR 2020), whose mutation is `node`
    (mutation="node" reproduces it); `population=50, sample=10` is the larger tournament of NAS-Bench-101 and NASLib.
    Until the first population is complete, architectures are random.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        population: Count = 10,
        sample: Count = 3,
        mutation: str = "uniform",
    ) -> None:
        super().__init__(space, streams)
        if sample > population:
            raise SettingError(f"regularized_evolution: sample ({sample}) must be <= population ({population})")
        space.check_mutation(mutation)
        self.population, self.sample, self.mutation = population, sample, mutation
        self.told = 0
        self.archs = np.zeros((population, streams.runs, len(space.choices)), dtype=np.int8)
        self.error = np.full((population, streams.runs), np.inf)

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then mutated winners of tournaments."""
        if self.told < self.population:
            return Query(self.space.sample(rows, self.streams))
        return Query(self.space.mutate(self._winners(rows), rows, self.streams, self.mutation))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Put the newcomer in the place of the oldest; a failed training is worse than any other."""
        oldest = self.told % self.population
        place: Any = oldest if rows.size == self.streams.runs else (oldest, rows)
        self.archs[place] = asked.archs
        self.error[place] = np.fmin(answer.error, np.inf)
        self.told += 1

    def _winners(self, rows: Rows) -> Archs:
        """Return the best of each row's tournament (m, genes); of equals, the one drawn first."""
        drawn = self.streams.integers(rows, self.population, self.sample).T * self.streams.runs + rows
        error = self.error.take(drawn)
        winner, lowest = drawn[0], error[0]
        for rival, rivals in zip(drawn[1:], error[1:], strict=True):
            winner = np.where(rivals < lowest, rival, winner)
            lowest = np.minimum(rivals, lowest)
        parents: Archs = self.archs.reshape(-1, self.archs.shape[2]).take(winner, axis=0)
        return parents
