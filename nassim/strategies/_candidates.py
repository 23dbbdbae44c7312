"""Which architectures a model is asked about: neighbours of the best so far, and random ones; and which are picked."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ids, Rows
from nassim.core.hashing import below
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.strategies._history import History
from nassim.strategies._policy import normal


class Candidates(NamedTuple):
    """The pool of each row."""

    archs: Archs  # (m, pool, genes)
    ids: Ids  # (m, pool) by `Space.index`
    fresh: NDArray[np.bool_]  # (m, pool) not asked for yet

    @property
    def worth(self) -> NDArray[np.bool_]:
        """Which a model need be asked about, (m, pool): the first of equal ones among those not asked for yet."""
        order = np.argsort(self.ids, axis=1, kind="stable")
        ordered = np.take_along_axis(self.ids, order, axis=1)
        first = np.ones(self.ids.shape, dtype=np.bool_)
        np.put_along_axis(first, order[:, 1:], ordered[:, 1:] != ordered[:, :-1], axis=1)
        return first & self.fresh


def candidates(
    history: History, streams: Streams, rows: Rows, *, parents: int, near: int, far: int, edits: int = 1
) -> Candidates:
    """Return `near` mutants of each row's `parents` best architectures so far, and `far` random architectures.

    A mutant is `edits` random edges away from a parent drawn uniformly; of equal errors the earlier is better.
    """
    space, near = history.space, near if history.told else 0
    blocks = [space.sample(rows, streams)[:, None] for _ in range(far)]
    if near:
        best = np.argsort(history.error(rows), axis=1, kind="stable")[:, :parents]
        chosen = np.take_along_axis(best, streams.integers(rows, np.full(near, best.shape[1]), near), axis=1)
        mutants = np.take_along_axis(history.archs(rows), chosen[:, :, None], axis=1)
        for _ in range(edits):
            mutants = _edited(space, streams, rows, mutants)
        blocks.insert(0, mutants)
    archs = np.concatenate(blocks, axis=1)
    ids = space.index(archs.reshape(-1, archs.shape[2])).reshape(archs.shape[:2])
    return Candidates(archs, ids, history.fresh(rows, ids))


def pick(pool: Candidates, score: Floats, count: int = 1) -> Archs:
    """Return the `count` different architectures of the lowest score (m, pool), (m, count, genes), best first.

    Those asked for already are picked only when nothing else is left.
    """
    score = np.where(pool.fresh, score, np.inf)
    picked, rows = [], np.arange(len(score))
    for _ in range(count):
        best = score.argmin(axis=1)
        picked.append(pool.archs[rows, best])
        score = np.where(pool.ids == pool.ids[rows, best][:, None], np.inf, score)
    return np.stack(picked, axis=1)


def thompson(streams: Streams, rows: Rows, said: Floats) -> Floats:
    """Return one sample per candidate, (m, pool), of what the members of an ensemble say, (m, members, pool).

    Each is drawn by itself, as mean + deviation of the members x normal: independent Thompson sampling of BANANAS.
    """
    by_candidate = np.ascontiguousarray(said.swapaxes(1, 2))
    drawn: Floats = by_candidate.mean(axis=2)
    drawn += by_candidate.std(axis=2) * normal(streams, rows, drawn.shape[1:])
    return drawn


def _edited(space: Space, streams: Streams, rows: Rows, archs: Archs) -> Archs:
    """Return a random neighbour of each of the architectures (m, k, genes)."""
    flat = np.ascontiguousarray(archs).reshape(-1, archs.shape[2])
    degree = space.degree(flat)
    words = np.ascontiguousarray(streams.random_words(rows, archs.shape[1])).reshape(-1)
    return space.neighbour(flat, below(words, degree)).reshape(archs.shape)
