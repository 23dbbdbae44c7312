"""Each run's own draw of a whole table: drawn once, and found again as long as runs ask with the same seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nassim.core.arrays import Floats, RandomWords
from nassim.core.renamed import renamed_names


class Drawn(NamedTuple):
    """The tables of some runs."""

    training_seed: RandomWords  # (m,)
    tables: Floats  # (m, size)


def drawn(
    before: Drawn | None, training_seed: RandomWords, size: int, draw: Callable[[RandomWords, Floats], object]
) -> Drawn:
    """Return the tables (m, size) of runs with these seeds: those of `before` where all of them are there.

    `draw(word, out)` fills the table (size,) of a run. It is a pure function, so remembering changes no answer.
    """
    if before is not None:
        if np.array_equal(before.training_seed, training_seed):
            return before
        order = np.argsort(before.training_seed)  # runs that have ended ask no more
        at = order[np.searchsorted(before.training_seed, training_seed, sorter=order).clip(max=order.size - 1)]
        if np.array_equal(before.training_seed[at], training_seed):
            return Drawn(training_seed.copy(), before.tables[at])
    tables = np.empty((training_seed.size, size))
    for word, table in zip(training_seed, tables, strict=True):
        draw(word, table)
    return Drawn(training_seed.copy(), tables)


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"replica_of": "nassim.core.hashing.replica_of"})
