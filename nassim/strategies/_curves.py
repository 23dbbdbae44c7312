"""The learning curves of all trainings that runs have begun, and which of them go on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nassim.core.arrays import Archs, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.space import Space

ROOM = 64  # trainings of a run that there is room for at first
NEW = -1  # number of a training that is to be begun


class Curves:
    """Trainings are numbered in the order in which a run begins them, and looked at after some numbers of epochs."""

    def __init__(self, runs: int, space: Space, epochs: Sequence[int]) -> None:
        self.epochs = np.array([0, *epochs], dtype=np.int64)
        self.steps = len(epochs)
        self.error = np.full((runs, self.steps, ROOM), np.inf)  # inf = not known yet, or failed
        self.told = np.zeros((runs, self.steps), dtype=np.int64)  # how many trainings were looked at, failed ones too
        self.asked = np.zeros((runs, ROOM), dtype=np.int64)  # how many steps of each training were asked for
        self._archs = np.zeros((runs, ROOM, len(space.genes)), dtype=space.dtype)
        self._begun = np.zeros(runs, dtype=np.int64)
        self._waiting = np.full((runs, 1), NEW)  # a stack of trainings that are to go on
        self._height = np.zeros(runs, dtype=np.int64)

    def ask(self, rows: Rows, training: Ids, fresh: Archs) -> Query:
        """Return the next step of a `training` (m,) of each row; where that is NEW it begins with a `fresh` one."""
        new = np.flatnonzero(training == NEW)
        training = np.where(training == NEW, self._begun[rows], training)
        if training.max(initial=0) >= self.asked.shape[1]:
            self._grow()
        self._archs[rows[new], training[new]] = fresh[new]
        self._begun[rows[new]] += 1
        step = self.asked[rows, training]
        self.asked[rows, training] += 1
        return Query(self._archs[rows, training], self.epochs[step + 1], self.epochs[step], tag=training)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> tuple[Ids, Ids]:
        """Keep the errors; return which training (m,) and which step (m,) they are of."""
        training, step = np.asarray(asked.tag), np.searchsorted(self.epochs, np.asarray(asked.epochs)) - 1
        self.error[rows, step, training] = np.fmin(answer.error, np.inf)
        self.told[rows, step] += 1
        return training, step

    def go_on(self, rows: Rows, training: Ids) -> None:
        """Let a training (m,) of each row be the next that it goes on with."""
        if self._height[rows].max(initial=0) >= self._waiting.shape[1]:
            self._waiting = np.concatenate([self._waiting, np.full_like(self._waiting, NEW)], axis=1)
        self._waiting[rows, self._height[rows]] = training
        self._height[rows] += 1

    def next(self, rows: Rows) -> Ids:
        """Return the training (m,) that each row goes on with, and forget it; NEW if there is none.

        It is the latest that was let go on: so the worker that has just told of a training goes on with it.
        """
        some = self._height[rows] > 0
        self._height[rows] -= some
        return np.where(some, self._waiting[rows, self._height[rows]], NEW)

    def _grow(self) -> None:
        self.error = np.concatenate([self.error, np.full_like(self.error, np.inf)], axis=2)
        self.asked = np.concatenate([self.asked, np.zeros_like(self.asked)], axis=1)
        self._archs = np.concatenate([self._archs, np.zeros_like(self._archs)], axis=1)
