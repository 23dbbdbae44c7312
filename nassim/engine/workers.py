"""When does each run's next worker finish? The simulated clock; nothing here reads the wall clock."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np

from nassim.core.arrays import Floats, Rows
from nassim.core.records import put, room_for, rows_of
from nassim.core.strategy import Answer, Asked


class Finished(NamedTuple):
    """One completed evaluation of every run that still had one under way."""

    rows: Rows  # (m,) which runs
    worker: Rows  # (m,) which of their workers is free now
    seconds: Floats  # (m,) simulated time of completion
    asked: Asked
    answer: Answer


class Clock(ABC):
    """The workers of many runs: what each is busy with, and until when."""

    now: Floats  # (runs,) simulated seconds of each run's last completion

    @abstractmethod
    def start(self, rows: Rows, worker: Rows, asked: Asked, answer: Answer, wait: Floats | float = 0.0) -> None:
        """Let an idle worker of each row begin an evaluation now, or after some seconds' `wait`.

        `answer` is kept back until it completes.
        """

    @abstractmethod
    def finish(self) -> Finished | None:
        """Complete the earliest evaluation of every busy run and set its time to that; None: all are idle."""


def clock(runs: int, workers: int, begin: float = 0.0) -> Clock:
    """Return the clock for so many workers per run, which begin after some seconds."""
    return SingleWorker(runs, begin) if workers == 1 else ManyWorkers(runs, workers, begin)


class SingleWorker(Clock):
    """What was begun last is what completes next, so nothing need be copied."""

    def __init__(self, runs: int, begin: float = 0.0) -> None:
        self.now = np.full(runs, begin)
        self._under_way: Finished | None = None

    def start(self, rows: Rows, worker: Rows, asked: Asked, answer: Answer, wait: Floats | float = 0.0) -> None:
        """Let the worker of each row begin."""
        self._under_way = Finished(rows, worker, self.now[rows] + wait + answer.seconds, asked, answer)

    def finish(self) -> Finished | None:
        """Complete what every row has begun."""
        done, self._under_way = self._under_way, None
        if done is not None:
            self.now[done.rows] = done.seconds
        return done


class ManyWorkers(Clock):
    """Every field of what is under way is an array (runs, workers, ...)."""

    def __init__(self, runs: int, workers: int, begin: float = 0.0) -> None:
        self.now = np.full(runs, begin)
        self._until = np.full((runs, workers), np.inf)  # inf = idle
        self._kept: tuple[Asked, Answer] | None = None

    def start(self, rows: Rows, worker: Rows, asked: Asked, answer: Answer, wait: Floats | float = 0.0) -> None:
        """Let one worker of each row begin."""
        self._until[rows, worker] = self.now[rows] + wait + answer.seconds
        if self._kept is None:
            self._kept = room_for(asked, self._until.shape), room_for(answer, self._until.shape)
        for store, part in zip(self._kept, (asked, answer), strict=True):
            put(store, (rows, worker), part)

    def finish(self) -> Finished | None:
        """Complete each busy row's earliest evaluation; ties go to the lowest worker."""
        rows = np.flatnonzero(np.isfinite(self._until).any(axis=1))
        if not rows.size or self._kept is None:
            return None
        worker = self._until[rows].argmin(axis=1)
        seconds = self._until[rows, worker]
        self._until[rows, worker] = np.inf
        self.now[rows] = seconds
        asked, answer = self._kept
        return Finished(rows, worker, seconds, rows_of(asked, (rows, worker)), rows_of(answer, (rows, worker)))
