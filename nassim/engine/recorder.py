"""Recorder: keeps what completes while a simulation runs, and makes a Trace of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.errors import DataError
from nassim.core.provenance import Provenance
from nassim.core.space import Space
from nassim.core.trace import Trace
from nassim.engine.judgement import Judge


class Recorder:
    """Arrays with the event axis first, so that one step of all runs is written contiguously; they grow."""

    def __init__(self, runs: NDArray[np.int64], space: Space, room: int) -> None:
        self._runs = runs
        self._events = 0
        self._lengths = np.zeros(runs.size, dtype=np.int64)
        self._archs = np.full((room, runs.size, len(space.genes)), -1, dtype=space.dtype)
        self._error = np.full((room, runs.size), np.nan)
        self._seconds = np.full((room, runs.size), np.nan)
        self._diagnostics: dict[str, Floats] = {}

    def add(self, rows: Rows, archs: Archs, error: Floats, seconds: Floats, diagnostics: Mapping[str, Floats]) -> None:
        """Keep the next event of each row."""
        if self._events == len(self._error):
            self._grow()
        where: Any = self._events if rows.size == self._runs.size else (self._events, rows)
        self._archs[where], self._error[where], self._seconds[where] = archs, error, seconds
        for name, values in diagnostics.items():
            self._diagnostics.setdefault(name, np.full(self._error.shape, np.nan))[where] = values
        self._events += 1
        self._lengths[rows] = self._events

    def conclude(self, name: str, values: Floats) -> None:
        """Keep a number (runs,) by name beside the last event of each run."""
        kept = self._diagnostics.setdefault(name, np.full(self._error.shape, np.nan))
        ran = np.flatnonzero(self._lengths)
        kept[self._lengths[ran] - 1, ran] = values[ran]

    def trace(self, judge: Judge, provenance: Provenance) -> Trace:
        """Return all that was kept, with the truth about it."""
        archs, error, seconds = self._archs[: self._events], self._error[: self._events], self._seconds[: self._events]
        truth = np.full(error.shape, np.nan)
        done: Any = slice(None) if self._lengths.min() == self._events else ~np.isnan(seconds)
        completed = archs[done].reshape(-1, archs.shape[2])
        judge.benchmark.space.check(completed)
        rows = np.broadcast_to(np.arange(self._runs.size), truth.shape)[done].reshape(-1)
        judged = judge.truth(completed, rows)
        for split, wrong in (("search", error[done].reshape(-1) == -np.inf), ("report", np.isinf(judged))):
            if wrong.any():
                arch = judge.benchmark.space.show(completed[wrong.argmax()])
                raise DataError(
                    f"{judge.benchmark.name}: {arch:.80} has an infinite error on the {split} split; use nan"
                )
        truth[done] = judged.reshape(truth[done].shape)
        diagnostics = {name: values[: self._events].T for name, values in self._diagnostics.items()}
        return Trace(
            self._runs, self._lengths, archs.swapaxes(0, 1), error.T, seconds.T, truth.T, provenance, diagnostics
        )

    def _grow(self) -> None:
        self._archs = _roomier(self._archs, -1)
        self._error, self._seconds = _roomier(self._error, np.nan), _roomier(self._seconds, np.nan)
        self._diagnostics = {name: _roomier(kept, np.nan) for name, kept in self._diagnostics.items()}


def _roomier(kept: NDArray[Any], fill: float) -> NDArray[Any]:
    room = max(64, len(kept))
    return np.concatenate([kept, np.full((room, *kept.shape[1:]), fill, dtype=kept.dtype)])
