"""Recorder: keeps what completes while a simulation runs, and makes a Trace of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Flags, Floats, Ids, Rows
from nassim.core.errors import DataError
from nassim.core.growing import with_room
from nassim.core.objectives import Objectives
from nassim.core.provenance import Provenance
from nassim.core.space import Space
from nassim.core.trace import Trace
from nassim.core.trace_schema import TRUE
from nassim.engine.judgement import Judge

PLAIN = Objectives()  # the error alone


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
        self._make_room()
        where: int | tuple[int, Rows] = self._events if rows.size == self._runs.size else (self._events, rows)
        self._archs[where], self._error[where], self._seconds[where] = archs, error, seconds
        for name, values in diagnostics.items():
            if name not in self._diagnostics:
                self._diagnostics[name] = np.full(self._error.shape, np.nan)
            self._diagnostics[name][where] = values
        self._events += 1
        self._lengths[rows] = self._events

    def note(self, name: str, events: Ids, rows: Rows, value: float) -> None:
        """Keep a number by name beside earlier events of some rows, (n,) each."""
        kept = self._diagnostics.setdefault(name, np.full(self._error.shape, np.nan))
        kept[events, rows] = value

    def conclude(self, name: str, values: Floats) -> None:
        """Keep a number (runs,) by name beside the last event of each run."""
        kept = self._diagnostics.setdefault(name, np.full(self._error.shape, np.nan))
        ran = np.flatnonzero(self._lengths)
        kept[self._lengths[ran] - 1, ran] = values[ran]

    def trace(self, judge: Judge, provenance: Provenance, objectives: Objectives = PLAIN) -> Trace:
        """Return all that was kept, with the truth about it."""
        archs, error, seconds = self._archs[: self._events], self._error[: self._events], self._seconds[: self._events]
        truth = np.full(error.shape, np.nan)
        done: slice[None, None, None] | Flags = (
            slice(None) if self._lengths.min() == self._events else ~np.isnan(seconds)
        )
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
        self._judge_costs(objectives.judged(judge.benchmark, completed, error[done].reshape(-1)), done)
        diagnostics = {name: values[: self._events].T for name, values in self._diagnostics.items()}
        return Trace(
            self._runs, self._lengths, archs.swapaxes(0, 1), error.T, seconds.T, truth.T, provenance, diagnostics
        )

    def _judge_costs(self, judged: Mapping[str, Floats], done: slice[None, None, None] | Flags) -> None:
        """Keep what costs are by the means of their measurements, where runs were told something else."""
        told = {name: self._diagnostics[name][: self._events][done].reshape(-1) for name in judged}
        if all(np.array_equal(told[name], values, equal_nan=True) for name, values in judged.items()):
            return
        for name, values in judged.items():
            kept = self._diagnostics[f"{TRUE}{name}"] = np.full(self._error.shape, np.nan)
            whole = kept[: self._events]
            whole[done] = values.reshape(whole[done].shape)

    def _make_room(self) -> None:
        self._archs = with_room(self._archs, self._events, -1, axis=0)
        self._error = with_room(self._error, self._events, np.nan, axis=0)
        self._seconds = with_room(self._seconds, self._events, np.nan, axis=0)
        for name, kept in self._diagnostics.items():
            self._diagnostics[name] = with_room(kept, self._events, np.nan, axis=0)
