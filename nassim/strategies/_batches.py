"""The course of a model-based search: random architectures first, then, batch by batch, what a model proposes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nassim.core.arrays import Archs, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.strategies._history import History


class Batches:
    """After `initial` architectures, a model that knows all answers so far proposes the next `batch`.

    `first` chooses the initial ones, given rows, (m, genes); None = they are random.

    With several workers nobody waits: a batch is proposed when it is needed, from what has been answered by then, and
    the architectures that are still being trained are in the history's questions.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        initial: int,
        batch: int,
        first: Callable[[Rows], Archs] | None = None,
    ) -> None:
        self.space, self.streams, self.initial, self.batch = space, streams, initial, batch
        self._first = first or self._random
        self.history = History(space, streams.runs)
        self._proposed = np.zeros((streams.runs, batch, len(space.choices)), dtype=space.dtype)
        self._left = 0

    def ask(self, rows: Rows, propose: Callable[[Rows], Archs]) -> Query:
        """Return the next architecture of each row; `propose` is called where a batch (m, batch, genes) is needed."""
        archs = self._next(rows, propose)
        self.history.ask(rows, archs)
        return Query(archs)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer."""
        self.history.tell(rows, asked.archs, answer.error)

    def _next(self, rows: Rows, propose: Callable[[Rows], Archs]) -> Archs:
        if self.history.asked < self.initial:
            return self._first(rows)
        if self.history.told == 0:
            return self._random(rows)
        if not self._left:
            self._proposed[rows], self._left = propose(rows), self.batch
        self._left -= 1
        archs: Archs = self._proposed[rows, self.batch - 1 - self._left]
        return archs

    def _random(self, rows: Rows) -> Archs:
        return self.space.sample(rows, self.streams)
