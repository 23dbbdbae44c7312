"""When does each run's next worker finish? The simulated clock; nothing here reads the wall clock."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Floats, Rows
from nassim.core.benchmark import Mixture, Outcome, Query, RelaxedOutcome
from nassim.core.errors import SettingError

Asked = Query | Mixture
Answer = Outcome | RelaxedOutcome


class Finished(NamedTuple):
    """One completed evaluation of every run that still had one under way."""

    rows: Rows  # (m,) which runs
    worker: Rows  # (m,) which of their workers is free now
    seconds: Floats  # (m,) simulated time of completion
    asked: Any  # Query or Mixture, as it was asked
    answer: Any  # Outcome or RelaxedOutcome


NOTHING = Finished(np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0), None, None)


class Clock(ABC):
    """The workers of many runs: what each is busy with, and until when."""

    now: Floats  # (runs,) simulated seconds of each run's last completion

    @abstractmethod
    def start(self, rows: Rows, worker: Rows, asked: Asked, answer: Answer, wait: Floats | float = 0.0) -> None:
        """Let an idle worker of each row begin an evaluation now, or after some seconds' `wait`.

        `answer` is kept back until it completes.
        """

    @abstractmethod
    def finish(self) -> Finished:
        """Complete the earliest evaluation of every busy run and set its time to that; no rows = all are idle."""


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

    def finish(self) -> Finished:
        """Complete what every row has begun."""
        done, self._under_way = self._under_way, None
        if done is None:
            return NOTHING
        self.now[done.rows] = done.seconds
        return done


class ManyWorkers(Clock):
    """Every field of what is under way is an array (runs, workers, ...)."""

    def __init__(self, runs: int, workers: int, begin: float = 0.0) -> None:
        self.now = np.full(runs, begin)
        self._until = np.full((runs, workers), np.inf)  # inf = idle
        self._kept: list[tuple[type[Any], list[NDArray[Any] | None]]] = []

    def start(self, rows: Rows, worker: Rows, asked: Asked, answer: Answer, wait: Floats | float = 0.0) -> None:
        """Let one worker of each row begin."""
        self._until[rows, worker] = self.now[rows] + wait + answer.seconds
        self._kept = self._kept or [(type(part), [self._room(field) for field in part]) for part in (asked, answer)]
        for (_, kept), part in zip(self._kept, (asked, answer), strict=True):
            for name, store, field in zip(part._fields, kept, part, strict=True):
                if (store is None) != (field is None):
                    raise SettingError(f"a strategy must give {name!r} in all that it asks, or in none")
                if store is not None:
                    store[rows, worker] = field

    def finish(self) -> Finished:
        """Complete each busy row's earliest evaluation; ties go to the lowest worker."""
        rows = np.flatnonzero(np.isfinite(self._until).any(axis=1))
        if not rows.size:
            return NOTHING
        worker = self._until[rows].argmin(axis=1)
        seconds = self._until[rows, worker]
        self._until[rows, worker] = np.inf
        self.now[rows] = seconds
        asked, answer = (
            kind(*(None if store is None else store[rows, worker] for store in kept)) for kind, kept in self._kept
        )
        return Finished(rows, worker, seconds, asked, answer)

    def _room(self, field: NDArray[Any] | None) -> NDArray[Any] | None:
        return None if field is None else np.empty((*self._until.shape, *field.shape[1:]), dtype=field.dtype)
