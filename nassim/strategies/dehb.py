"""DEHB: Hyperband whose rungs evolve by differential evolution (Awad et al., IJCAI 2021, arXiv:2105.09821).

The paper: "DEHB: Evolutionary Hyperband for Scalable, Robust and Efficient Hyperparameter Optimization"; where it and
its authors' program, `dehb` 0.1.2, differ, this is the program.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Floats, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction, Range
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._rungs import Asked, Brackets, Eta, rounded_sizes, rungs_of

PARENTS = 3
EDGE = 1e-9  # a vector so little below an option's edge is at it: k / c * c need not be k


class Dehb(Strategy[Query, Outcome]):
    """Each rung has a population, as large as the largest of its brackets is there, of random members at first.

    Members are vectors in [0, 1]; x stands for option floor(x * c) of a gene with c options, and a random
    architecture's options k are k / c, as ConfigSpace has categories.

    The first rung of a bracket, and every rung of a bracket after the first K (K is the number of rungs), makes trials:
    a mutant x1 + factor * (x2 - x3) of three parents (rand/1), crossed with the next member in turn, each gene from the
    mutant with probability `crossover`, or else one of them (bin). Genes beyond the bounds are drawn anew. In the first
    K brackets, later rungs train the best of the population of the rung below that are not in their own. What is no
    worse than the member in turn takes its place.

    Parents are the best of the population of the rung below, as many as the bracket trains here; at a bracket's first
    rung those of its own. Where these are fewer than three, mutants of all rungs' members join them, four in all. The
    member in turn is no parent. Factor and crossover of 0.5 are the paper's.

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
        """Lay out the brackets, and draw the populations."""
        rungs = rungs_of(epochs, self.eta, self.grace)
        runs, genes, schedule = self.streams.runs, len(self.choices), rounded_sizes(len(rungs), self.eta)
        self.rungs = np.array(rungs)
        self.brackets = Brackets(runs, genes, rungs, schedule, promoting=False, dtype=np.dtype(np.float64))
        sizes = np.max([np.pad(sizes, (len(rungs) - len(sizes), 0)) for sizes in schedule], axis=0)
        self.widest, every = int(sizes.max()), np.arange(runs)
        self.turn = np.zeros((runs, len(rungs)), dtype=np.int64)  # whose turn it is in each population
        self.member = [self._random(every, size) for size in sizes]  # (runs, size, genes)
        self.error = [np.full((runs, size), np.inf) for size in sizes]
        self.pool = [np.zeros_like(member) for member in self.member]  # what is to be promoted to each rung
        self.pooled = np.zeros((runs, len(rungs)), dtype=np.int64)  # how many of these there are,
        self.taken = np.zeros((runs, len(rungs)), dtype=np.int64)  # and how many have been

    def ask(self, rows: Rows) -> Query:
        """Return what the oldest bracket needs next."""
        self.promoted = np.zeros(self.streams.runs, dtype=np.bool_)
        asked = self.brackets.ask(rows, self._propose)
        rung = np.searchsorted(self.rungs, np.asarray(asked.epochs))
        turn = self.turn[rows, rung]
        self.turn[rows, rung] = (turn + 1) % np.array([member.shape[1] for member in self.member])[rung]
        archs = np.minimum(asked.archs * self.choices + EDGE, self.choices - 1).astype(self.space.dtype)
        since = np.where(self.promoted[rows], self.rungs[rung - 1], 0)
        return asked._replace(archs=archs, since=since, tag=np.asarray(asked.tag) * self.widest + turn)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Let what is no worse take the place of the member whose turn it was."""
        tag, turn = np.divmod(np.asarray(asked.tag), self.widest)
        rungs, error = np.searchsorted(self.rungs, np.asarray(asked.epochs)), np.fmin(answer.error, np.inf)
        trial = self.brackets.under_way(rows, asked._replace(tag=tag))
        for rung in np.unique(rungs).tolist():
            here = np.flatnonzero(rungs == rung)
            wins = here[error[here] <= self.error[rung][rows[here], turn[here]]]
            self.member[rung][rows[wins], turn[wins]] = trial[wins]
            self.error[rung][rows[wins], turn[wins]] = error[wins]
        self.brackets.tell(rows, asked._replace(tag=tag), answer)

    def _propose(self, rows: Rows, asked: Asked) -> Floats:
        """Return what to train at a rung, (m, genes)."""
        vectors = np.empty((rows.size, len(self.choices)))
        promotes = (asked.before > 0) & (self.brackets.begun(rows) <= self.brackets.kinds)
        kinds = np.column_stack([asked.rung, asked.before > 0, asked.size, promotes])
        for rung, above, size, promoting in np.unique(kinds, axis=0).tolist():
            here = np.flatnonzero((kinds == (rung, above, size, promoting)).all(axis=1))
            if promoting:
                vectors[here], found = self._promotion(rows[here], rung, size)
                self.promoted[rows[here]] = found
                here = here[~found]
            if here.size:
                vectors[here] = self._trial(rows[here], rung, rung - above, size)
        return vectors

    def _promotion(self, rows: Rows, rung: int, size: int) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the next to be promoted to a rung, (m, genes), and where there is one: not if all below failed."""
        empty = rows[self.taken[rows, rung] >= self.pooled[rows, rung]]
        if empty.size:
            self._fill(empty, rung, size)
        some = self.pooled[rows, rung] > 0
        best = self.error[rung - 1][rows].argmin(axis=1)  # goes on once more where all are at this rung already
        taken = np.minimum(self.taken[rows, rung], self.pool[rung].shape[1] - 1)
        vectors = np.where(some[:, None], self.pool[rung][rows, taken], self.member[rung - 1][rows, best])
        self.taken[rows, rung] += some
        return vectors, some | np.isfinite(self.error[rung - 1][rows, best])

    def _fill(self, rows: Rows, rung: int, size: int) -> None:
        """Choose the best `size` of the rung below that succeeded and are not in this rung's population."""
        below, error = self.member[rung - 1][rows], self.error[rung - 1][rows]
        here = (below[:, :, None] == self.member[rung][rows][:, None]).all(axis=3).any(axis=2)
        order = np.where(here, np.inf, error).argsort(axis=1, kind="stable")[:, :size]
        self.pool[rung][rows, : order.shape[1]] = np.take_along_axis(below, order[:, :, None], axis=1)
        self.pooled[rows, rung] = np.minimum((~here & np.isfinite(error)).sum(axis=1), size)
        self.taken[rows, rung] = 0

    def _trial(self, rows: Rows, rung: int, source: int, size: int) -> Floats:
        """Return new vectors for a rung, (m, genes), by the `size` best of the source."""
        genes, target = len(self.choices), self.member[rung][rows, self.turn[rows, rung]]
        order = self.error[source][rows].argsort(axis=1, kind="stable")[:, :size]
        parents = self.member[source][rows[:, None], order]
        if size < PARENTS:
            everyone = np.concatenate([member[rows] for member in self.member], axis=1)
            more = [self._mutant(rows, everyone, target) for _ in range(PARENTS - size + 1)]
            parents = np.concatenate([parents, np.stack(more, axis=1)], axis=1)
        mutant = self._mutant(rows, parents, target)
        mixes, beyond = np.split(self.streams.uniform(rows, 2 * genes), 2, axis=1)
        one = self.streams.integers(rows, genes)
        chosen = mixes < self.crossover
        from_mutant = chosen | (~chosen.any(axis=1, keepdims=True) & (np.arange(genes) == one[:, None]))
        trial = np.where(from_mutant, mutant, target)
        return np.where((trial < 0) | (trial > 1), beyond, trial)

    def _mutant(self, rows: Rows, pool: Floats, target: Floats) -> Floats:
        """Return x1 + factor * (x2 - x3) of three of a pool (m, n, genes) without the target (m, genes).

        Where fewer than three are left, random members join them.
        """
        count = pool.shape[1]
        is_target = (pool == target[:, None]).all(axis=2) & (count > 1)
        left = np.where(is_target.any(axis=1), count - 1, count)
        if count <= PARENTS:
            pool = np.concatenate([pool, self._random(rows, PARENTS)], axis=1)
        place = _distinct(self.streams.uniform(rows, PARENTS), np.maximum(left, PARENTS))
        place += (left < count)[:, None] & (place >= is_target.argmax(axis=1)[:, None])
        first, second, third = np.moveaxis(np.take_along_axis(pool, place[:, :, None], axis=1), 1, 0)
        mutant: Floats = first + self.factor * (second - third)
        return mutant

    def _random(self, rows: Rows, size: int) -> Floats:
        """Return the vectors of random architectures, (m, size, genes)."""
        uniform = self.streams.uniform(rows, size * len(self.choices)).reshape(rows.size, size, -1)
        vectors: Floats = np.floor(uniform * self.choices) / self.choices
        return vectors


def _distinct(uniform: Floats, members: Ids) -> Ids:
    """Return three different places below `members` (m,), 3 at least, by (m, 3) numbers in (0, 1)."""
    first, second, third = ((uniform[:, i] * (members - i)).astype(np.int64) for i in range(PARENTS))
    second += second >= first
    low, high = np.minimum(first, second), np.maximum(first, second)
    third += third >= low
    third += third >= high
    return np.stack([first, second, third], axis=1)
