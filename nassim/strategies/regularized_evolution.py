"""Regularized evolution: the oldest dies (Real et al., AAAI 2019, arXiv:1802.01548, Algorithm 1).

The paper: "Regularized Evolution for Image Classifier Architecture Search".
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nassim.core.arrays import Archs, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.core.strategy import Strategy


class RegularizedEvolution(Strategy[Query, Outcome]):
    """Keep the latest `population` architectures; the best of `sample` drawn from them, with replacement,
    becomes a parent; its mutated copy replaces the oldest.

    The defaults 10 and 3 are those of NAS-Bench-201 (Dong and Yang, ICLR 2020), whose mutation is `node`
    (mutation="node" reproduces it); `population=50, sample=10` is the larger tournament of NAS-Bench-101 and NASLib.
    Until the first population is complete, architectures are random. With a `warm_start` they are the highest of
    `candidates` random ones in a cost that the benchmark knows without training, such as synflow or params (zero-cost
    warm-up as in Abdelfattah et al., ICLR 2021, arXiv:2101.08134).
    """

    exact: ClassVar[bool] = True

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        population: Count = 10,
        sample: Count = 3,
        mutation: str = "uniform",
        warm_start: str | None = None,
        candidates: Count = 100,
    ) -> None:
        super().__init__(space, streams)
        if sample > population:
            raise SettingError(f"regularized_evolution: sample ({sample}) must be <= population ({population})")
        if warm_start is not None and candidates < population:
            raise SettingError(f"regularized_evolution: candidates ({candidates}) must be >= population ({population})")
        space.check_mutation(mutation)
        self.population, self.sample, self.mutation = population, sample, mutation
        self.warm_start, self.candidates = warm_start, candidates
        self.first: Archs | None = None  # (population, runs, genes) the highest candidates
        self.asked = self.told = 0
        self.archs = np.zeros((population, streams.runs, len(space.choices)), dtype=space.dtype)
        self.error = np.full((population, streams.runs), np.inf)

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then mutated winners of tournaments."""
        if self.told < self.population:
            return Query(self._beginners(rows))
        return Query(self.space.mutate(self._winners(rows), rows, self.streams, self.mutation))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Put the newcomer in the place of the oldest; a failed training is worse than any other."""
        oldest = self.told % self.population
        place: int | tuple[int, Rows] = oldest if rows.size == self.streams.runs else (oldest, rows)
        self.archs[place] = asked.archs
        self.error[place] = np.fmin(answer.error, np.inf)
        self.told += 1

    def _beginners(self, rows: Rows) -> Archs:
        """Return members of the first population (m, genes); of more than that, random ones."""
        self.asked += 1
        if self.warm_start is None or self.asked > self.population:
            return self.space.sample(rows, self.streams)
        if self.first is None:
            self.first = self._highest(self.warm_start)
        beginners: Archs = self.first[self.asked - 1, rows]
        return beginners

    def _highest(self, cost: str) -> Archs:
        """Return each run's random candidates with the highest cost, highest first, (population, runs, genes)."""
        everyone: Rows = np.arange(self.streams.runs)
        drawn = np.stack([self.space.sample(everyone, self.streams) for _ in range(self.candidates)])
        flat, rows = drawn.reshape(-1, drawn.shape[2]), np.tile(everyone, self.candidates)
        known = self.cost(cost, flat, rows).reshape(drawn.shape[:2])
        order = np.argsort(-known, axis=0, kind="stable")[: self.population]  # nan last
        highest: Archs = np.take_along_axis(drawn, order[:, :, None], axis=0)
        return highest

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
