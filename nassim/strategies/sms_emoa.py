"""SMS EMOA: who adds least to the hypervolume of the last front dies (Beume, Naujoks and Emmerich, EJOR 2007).

The paper: "SMS-EMOA: Multiobjective selection based on dominated hypervolume", doi:10.1016/j.ejor.2006.08.008.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nassim.core.arrays import Floats, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.dominance import dominance_ranks
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._mating import Mating
from nassim.strategies._population import Population, by_dominance, by_limits

REFERENCE = 11.0  # on the scale of the parents' own range; so far away that the ends of a front stay
BEYOND = 2 * REFERENCE  # where what failed stands, which adds nothing


class SmsEmoa(Strategy[Query, Outcome]):
    """Parents are winners of binary tournaments by dominance; of parents and children the first fronts survive.

    From the front that does not fit, those that add least to its hypervolume are taken away one by one. Each objective
    is scaled by the range of the parents of the moment, never by the judge's; the reference point is at 11 times that.
    With limits, who misses them by less wins (Deb, 2000). Children that exist already are made again. Crossover and
    mutation are those of `nsga2`.

    Args:
        population: How many parents there are.
        offspring: How many children are answered before the next selection: 1, as published; pymoo has as many as
            parents.
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
        offspring: Count = 1,
        crossover_rate: Fraction = 0.9,
        mutation_rate: Fraction | None = None,
    ) -> None:
        super().__init__(space, streams)
        self.people = Population(space, streams, population, offspring, Mating(crossover_rate, mutation_rate))

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then children of the parents, a generation at a time."""
        return Query(self.people.ask(rows, self._winners))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Keep the newcomer; once the generation is complete, let the first fronts survive."""
        if self.people.tell(rows, asked.archs, answer):
            everyone = self.people.everyone(rows)
            scaled = _scaled(everyone.values, self.people.parents(rows).values)
            ranks = dominance_ranks(*everyone)
            kept = [_survivors(*one, self.people.size) for one in zip(scaled, ranks, strict=True)]
            self.people.keep(rows, np.stack(kept))

    def survivors(self, rows: Rows) -> Ids:
        """Return the parents."""
        return self.people.members(rows)

    def _winners(self, rows: Rows, count: int) -> Ids:
        """Return the winners of binary tournaments (m, count), each member in as many as any other, or one more."""
        drawn = self.people.shuffled(rows, 2 * count)
        one, other = drawn[:, :count], drawn[:, count:]
        parents = self.people.parents(rows)
        preferred = by_limits(parents, one, other, by_dominance(parents, one, other))
        coin = self.streams.uniform(rows, count) < 0.5  # noqa: PLR2004
        return np.where((preferred > 0) | ((preferred == 0) & coin), one, other)


def _scaled(values: Floats, parents: Floats) -> Floats:
    """Return values (m, n, k) on the scale on which parents (m, p, k) are from 0 to 1; what failed is far beyond."""
    known = np.where(np.isinf(parents), np.nan, parents)
    low, high = np.fmin.reduce(known, axis=1, keepdims=True), np.fmax.reduce(known, axis=1, keepdims=True)
    width = np.where(high > low, high - low, 1.0)
    found: Floats = np.minimum((values - np.nan_to_num(low)) / width, BEYOND)
    return found


def _survivors(points: Floats, ranks: Ids, size: int) -> Ids:
    """Return who survives of one run, (size,), of points (n, k) in fronts (n,)."""
    from moocore import hv_contributions

    last = np.sort(ranks)[size - 1]
    safe, front = np.flatnonzero(ranks < last), np.flatnonzero(ranks == last)
    if points.shape[1] == 1:  # a front is of equals then
        return np.concatenate([safe, front[: size - safe.size]])
    reference = np.full(points.shape[1], REFERENCE)
    while safe.size + front.size > size:
        front = np.delete(front, hv_contributions(points[front], ref=reference).argmin())
    return np.concatenate([safe, front])
