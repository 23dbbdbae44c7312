"""DEHB: Hyperband whose rungs evolve by differential evolution (Awad et al., IJCAI 2021, arXiv:2105.09821).

The paper: "DEHB: Evolutionary Hyperband for Scalable, Robust and Efficient Hyperparameter Optimization".
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np

from nassim.benchmark import Outcome, Query
from nassim.settings import Count, Fraction, Range
from nassim.space import Ids, Space
from nassim.strategies._rungs import Brackets, Eta, hyperband_sizes, rungs_of
from nassim.strategy import Strategy
from nassim.streams import Floats, Rows, Streams

PARENTS = 3


class Dehb(Strategy):
    """Each rung has a population, as large as the largest of Hyperband's brackets is there, and at least 3. Members
    are vectors in [0, 1); x stands for option floor(x * c) of a gene with c options.

    The first bracket is a successive halving of random architectures. In later ones each rung makes trials: a mutant
    x1 + factor * (x2 - x3) of three parents (rand/1), crossed with the next member in turn, each gene from the mutant
    with probability `crossover`, one at least (bin); a trial that is no worse takes that member's place. A bracket's
    first rung draws parents from its own population, a later one from the best of the population of the rung below,
    as many as its own has members. Genes of a mutant beyond the bounds are drawn anew. While a population has fewer
    than three members that succeeded, trials are random. Factor and crossover of 0.5 are the paper's.

    With several workers a trial may be an architecture that is being trained already, all the more since many vectors
    stand for one: as in the authors' program, which compares trials with no others that are pending.
    """

    exact: ClassVar[bool] = True

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        eta: Eta = 3,
        grace: Count = 1,
        factor: Annotated[float, Range(0, 2)] = 0.5,
        crossover: Fraction = 0.5,
    ) -> None:
        super().__init__(space, streams)
        self.eta, self.grace, self.factor, self.crossover = eta, grace, factor, crossover
        self.choices = np.array(space.choices)

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Lay out the brackets and the populations."""
        rungs = rungs_of(epochs, self.eta, self.grace)
        runs, genes, schedule = self.streams.runs, len(self.choices), hyperband_sizes(len(rungs), self.eta)
        self.rungs = np.array(rungs)
        self.brackets = Brackets(runs, genes, rungs, schedule, promoting=1, dtype=np.dtype(np.float64))
        there = (np.pad(bracket, (len(rungs) - len(bracket), 0)) for bracket in schedule)
        sizes = np.maximum(np.max([*there], axis=0), PARENTS)
        self.size, self.widest = sizes, int(sizes.max())
        self.next = np.zeros((runs, len(rungs)), dtype=np.int64)  # whose turn it is in each population
        self.member = np.zeros((runs, len(rungs), self.widest, genes))
        self.error = np.full((runs, len(rungs), self.widest), np.inf)

    def ask(self, rows: Rows) -> Query:
        """Return what the oldest bracket needs next."""
        asked = self.brackets.ask(rows, self._trial)
        rung = np.searchsorted(self.rungs, np.asarray(asked.epochs))
        target = self.next[rows, rung]
        self.next[rows, rung] = (target + 1) % self.size[rung]
        archs = np.minimum(asked.archs * self.choices, self.choices - 1).astype(self.space.dtype)
        return asked._replace(archs=archs, tag=np.asarray(asked.tag) * self.widest + target)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Let a trial that is no worse take the place of the member it was crossed with."""
        tag, target = np.divmod(np.asarray(asked.tag), self.widest)
        rung = np.searchsorted(self.rungs, np.asarray(asked.epochs))
        error = np.fmin(answer.error, np.inf)
        trial = self.brackets.under_way(rows, asked._replace(tag=tag))
        wins = np.flatnonzero(error <= self.error[rows, rung, target])
        here = rows[wins], rung[wins], target[wins]
        self.member[here], self.error[here] = trial[wins], error[wins]
        self.brackets.tell(rows, asked._replace(tag=tag), answer)

    def _trial(self, rows: Rows, rung: Ids, before: Ids) -> Floats:
        """Return new vectors for a rung, (m, genes)."""
        genes = len(self.choices)
        fresh, mixes, beyond = np.split(self.streams.uniform(rows, 3 * genes), 3, axis=1)
        picks = self.streams.uniform(rows, PARENTS + 1)
        source = np.where(before > 0, rung - 1, rung)  # of parents
        members = np.isfinite(self.error[rows, source]).sum(axis=1)
        members = np.minimum(members, np.where(before > 0, np.maximum(self.size[rung], PARENTS), members))
        order = self.error[rows, source].argsort(axis=1, kind="stable")
        drawn = np.take_along_axis(order, _distinct(picks[:, :PARENTS], members), axis=1)
        first, second, third = (self.member[rows, source, drawn[:, parent]] for parent in range(PARENTS))
        mutant = first + self.factor * (second - third)
        mutant = np.where((mutant < 0) | (mutant >= 1), beyond, mutant)
        taken = (mixes < self.crossover) | (np.arange(genes) == (picks[:, PARENTS:] * genes).astype(np.int64))
        target = self.member[rows, rung, self.next[rows, rung]]
        known = np.isfinite(self.error[rows, rung, self.next[rows, rung]])
        trial = np.where(taken | ~known[:, None], mutant, target)
        return np.where((members >= PARENTS)[:, None], trial, fresh)


def _distinct(uniform: Floats, members: Ids) -> Ids:
    """Return three different places below `members` (m,), which count as 3 at least, by (m, 3) numbers in (0, 1)."""
    members = np.maximum(members, PARENTS)
    first, second, third = ((uniform[:, i] * (members - i)).astype(np.int64) for i in range(PARENTS))
    second += second >= first
    low, high = np.minimum(first, second), np.maximum(first, second)
    third += third >= low
    third += third >= high
    return np.stack([first, second, third], axis=1)
