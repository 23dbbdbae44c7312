"""Each run's own draw of a whole table: drawn once, and found again as long as runs ask with the same seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nassim.core.benchmark import GOLDEN, hash32
from nassim.core.random_streams import Floats, Words
from nassim.core.space import Ids


def replica_of(ids: Ids, training_seed: Words, counts: Ids) -> Ids:
    """Return which of an architecture's `counts` (m,) trainings a run of this seed (m,) sees: a hash of both, (m,)."""
    hashed = hash32(ids.astype(np.uint32) * GOLDEN ^ training_seed).astype(np.uint64)
    return (hashed * counts.astype(np.uint64) >> np.uint64(32)).astype(np.int64)


class Drawn(NamedTuple):
    """The tables of some runs."""

    training_seed: Words  # (m,)
    tables: Floats  # (m, size)


def drawn(before: Drawn | None, training_seed: Words, size: int, draw: Callable[[Words, Floats], object]) -> Drawn:
    """Return the tables (m, size) of runs with this luck: those of `before` where all of them are there.

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
