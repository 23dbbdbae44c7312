"""Children of a population, without duplicates: uniform crossover, and each gene drawn anew now and then."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Ids, Rows
from nassim.core.random_streams import Streams
from nassim.core.space import Space

ATTEMPTS = 100  # rounds of mating until there are enough children that are new
Select = Callable[[Rows, int], Ids]  # rows (m,), how many parents -> their places in the population (m, parents)
Make = Callable[[NDArray[np.intp]], Archs]  # which runs (k,) of m -> architectures (k, any number, genes)


class Mating(NamedTuple):
    """How two parents make two children."""

    crossover: float = 0.9  # probability that they exchange genes at all; then each gene with 1/2 (Syswerda, 1989)
    mutation: float | None = None  # probability that a gene is drawn anew, also as it was; None = one gene on average

    def offspring(
        self, space: Space, streams: Streams, rows: Rows, population: Archs, select: Select, count: int
    ) -> Archs:
        """Return so many new children of populations (m, n, genes), of parents that `select` chooses."""
        runs, size, genes = population.shape

        def mated(which: NDArray[np.intp]) -> Archs:
            """Return children of some rows."""
            parents = select(rows[which], count + count % 2)
            return self.mate(space, streams, rows[which], population[which], parents)

        return distinct(space, mated, count, space.index(population.reshape(-1, genes)).reshape(runs, size))

    def mate(self, space: Space, streams: Streams, rows: Rows, population: Archs, parents: Ids) -> Archs:
        """Return two children of each two of parents (m, k), the first half with the second, (m, k, genes)."""
        pairs, genes = parents.shape[1] // 2, population.shape[2]
        chosen = np.take_along_axis(population, parents[:, :, None], axis=1)
        first, second = chosen[:, :pairs], chosen[:, pairs:]
        mates = streams.uniform(rows, pairs) < self.crossover
        swaps = (streams.uniform(rows, pairs * genes).reshape(first.shape) < 0.5) & mates[:, :, None]  # noqa: PLR2004
        children = np.concatenate([np.where(swaps, second, first), np.where(swaps, first, second)], axis=1)
        rate = 1 / genes if self.mutation is None else self.mutation
        changes = streams.uniform(rows, children[0].size).reshape(children.shape) < rate
        options = np.broadcast_to(np.array(space.choices), children.shape).reshape(rows.size, -1)
        drawn = streams.integers(rows, options, children[0].size).reshape(children.shape)
        return np.where(changes, drawn, children).astype(space.dtype)


def distinct(space: Space, make: Make, size: int, known: Ids) -> Archs:
    """Return so many architectures of each run, (m, size, genes), that `make` has made.

    All are valid, and none has an id that is `known` (m, any), or that of another, while such are found.
    """
    runs = len(known)
    found = make(np.arange(runs))
    batch, lacking = found, np.arange(runs)
    made, told = np.zeros(runs, dtype=np.intp), np.full((runs, size), -1, dtype=np.int64)
    found = found[:, np.arange(size) % found.shape[1]]
    for _ in range(ATTEMPTS):
        rows = batch.reshape(-1, batch.shape[2])
        ids = space.index(rows).reshape(batch.shape[:2])
        fresh = space.valid(rows).reshape(ids.shape) & ~_repeated(ids, known[lacking], told[lacking])
        place = made[lacking, None] + np.cumsum(fresh, axis=1) - 1
        fresh &= place < size
        run = np.repeat(lacking, fresh.sum(axis=1))
        found[run, place[fresh]], told[run, place[fresh]] = batch[fresh], ids[fresh]
        made[lacking] += fresh.sum(axis=1)
        lacking = np.flatnonzero(made < size)
        if not lacking.size:
            break
        batch = make(lacking)
    return found


def _repeated(ids: Ids, known: Ids, told: Ids) -> NDArray[np.bool_]:
    """Return which ids (m, k) are known, or were told before, or stand earlier in the row."""
    everything = np.concatenate([known, told, ids], axis=1)
    order = np.argsort(everything, axis=1, kind="stable")
    ordered = np.take_along_axis(everything, order, axis=1)
    repeats = np.zeros(order.shape, dtype=np.bool_)
    np.put_along_axis(repeats, order[:, 1:], ordered[:, 1:] == ordered[:, :-1], axis=1)
    return repeats[:, -ids.shape[1] :]
