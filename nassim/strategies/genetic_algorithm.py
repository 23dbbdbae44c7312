"""Genetic algorithm: P_new = mutate(cross(P)), P_next = select(P + P_new) (Holland 1975; Xie and Yuille, ICCV 2017).

The works: "Adaptation in Natural and Artificial Systems"; for NAS: "Genetic CNN", arXiv:1703.01513.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from nassim.core.arrays import Archs, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction
from nassim.core.space import Space
from nassim.core.strategy import Strategy


class GeneticAlgorithm(Strategy[Query, Outcome]):
    """As many children as parents; the next parents are selected among both, so the best never dies.

    A child has two parents, drawn uniformly with replacement, and each gene from either (uniform crossover, Syswerda
    1989); with probability `mutation_rate`, one gene of it changes in the space's way named `mutation`.

    The population of 20 and the mutation rate of 0.8 are those of Genetic CNN; binary tournaments are the classic
    ones (Goldberg and Deb 1991). The first population is random.
    With several workers nobody waits: children are made from the parents of the moment, and selection happens
    whenever `population` children have been answered. A failed training is worse than any other.

    Args:
        selection: "truncation": the best `population` of both generations survive, older ones first among equals, as in
            a (mu + lambda) evolution strategy; "tournament": the best one does (elitism, De Jong 1975), and the winners
            of tournaments among `tournament` drawn uniformly, with replacement, fill the other places.
    """

    exact: ClassVar[bool] = True

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        population: Count = 20,
        mutation_rate: Fraction = 0.8,
        mutation: str = "uniform",
        selection: Literal["truncation", "tournament"] = "truncation",
        tournament: Count = 2,
    ) -> None:
        super().__init__(space, streams)
        if tournament > 2 * population:
            raise SettingError(f"genetic_algorithm: tournament ({tournament}) must be <= 2 * population ({population})")
        space.check_mutation(mutation)
        self.population, self.mutation_rate, self.mutation = population, mutation_rate, mutation
        self.select = self._truncation if selection == "truncation" else self._tournament
        self.tournament = tournament
        self.told = 0
        self.archs = np.zeros((2 * population, streams.runs, len(space.choices)), dtype=space.dtype)
        self.error = np.full((2 * population, streams.runs), np.inf)  # first the parents, then their children

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then children of the parents."""
        if self.told < self.population:
            return Query(self.space.sample(rows, self.streams))
        first, second = self._of(self.streams.integers(rows, self.population, 2).T, rows)
        child = self.space.crossover(first, second, rows, self.streams)
        mutant = self.space.mutate(child, rows, self.streams, self.mutation)
        mutates = self.streams.uniform(rows) < self.mutation_rate
        return Query(np.where(mutates[:, None], mutant, child))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Keep the newcomer; select once the generation is complete."""
        age = self.told
        slot = age if age < self.population else self.population + age % self.population
        place: int | tuple[int, Rows] = slot if rows.size == self.streams.runs else (slot, rows)
        self.archs[place] = asked.archs
        self.error[place] = np.fmin(answer.error, np.inf)
        self.told += 1
        if slot == 2 * self.population - 1:
            survivors = self.select(rows)
            self.archs[: self.population, rows] = self._of(survivors, rows)
            self.error[: self.population, rows] = self.error[survivors, rows]

    def _of(self, slots: Ids, rows: Rows) -> Archs:
        """Return the architectures in some slots (k, m) of each row, shape (k, m, genes)."""
        archs: Archs = self.archs.reshape(-1, self.archs.shape[2]).take(slots * self.streams.runs + rows, axis=0)
        return archs

    def _truncation(self, rows: Rows) -> Ids:
        """Return who are the best of both generations, shape (population, m)."""
        return self.error[:, rows].argsort(axis=0, kind="stable")[: self.population]

    def _tournament(self, rows: Rows) -> Ids:
        """Return the best of both generations and the winners of tournaments, shape (population, m)."""
        error = self.error[:, rows]
        rounds = self.population - 1
        drawn = self.streams.integers(rows, len(error), rounds * self.tournament).T
        drawn = drawn.reshape(rounds, self.tournament, rows.size)
        fittest = np.take_along_axis(error[None], drawn, axis=1).argmin(axis=1)[:, None]
        winners = np.take_along_axis(drawn, fittest, axis=1)[:, 0]
        return np.concatenate([error.argmin(axis=0)[None], winners])
