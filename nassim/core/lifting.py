"""Lifting: a strategy that is written for one run holds many, one instance each."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np

from nassim.core.arrays import Archs, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.errors import ArchitectureError, SettingError
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.core.strategy import CostOracle, OneRun, PricedOracle, SearcherClass, Strategy, StrategyClass


def lifted(strategy: StrategyClass) -> SearcherClass:
    """Return `strategy` as a class for many runs, whichever way it is written.

    Raises:
        SettingError: If it is none.
    """
    if not (inspect.isclass(strategy) and issubclass(strategy, Strategy | OneRun)):
        raise SettingError(f"expected a name or a subclass of Strategy or OneRun, got {strategy!r}")
    return lift(strategy) if issubclass(strategy, OneRun) else strategy


def lift(one: type[OneRun]) -> type[Strategy[Query, Outcome]]:
    """Return the Strategy that holds one instance of `one` per run."""

    class Lifted(Strategy[Query, Outcome]):
        exact: ClassVar[bool] = one.exact
        several_objectives: ClassVar[bool] = one.several_objectives
        max_evaluations: int | None = one.max_evaluations
        runs_per_unit: int = one.runs_per_unit
        one_run: ClassVar[type[OneRun]] = one

        def __init__(self, space: Space, streams: Streams, **settings: Any) -> None:
            super().__init__(space, streams)
            self.each: list[OneRun] = []
            with _in_run(streams, range(streams.runs), self.each):
                self.each.extend(one(space, streams.only(row), **settings) for row in range(streams.runs))
            if self.each:
                self.max_evaluations = self.each[0].max_evaluations

        def prepare(self, epochs: tuple[int, ...]) -> None:
            super().prepare(epochs)
            ready: list[OneRun] = []
            with _in_run(self.streams, range(self.streams.runs), ready):
                for each in self.each:
                    each.objectives, each.limited = self.objectives, self.limited
                    each.prepare()
                    ready.append(each)

        def set_cost_oracle(self, oracle: CostOracle) -> None:
            for row, each in enumerate(self.each):
                each.set_cost_oracle(_of_row(oracle, row))

        def ask(self, rows: Rows) -> Query:
            asked: list[Archs] = []
            with _in_run(self.streams, rows, asked):
                asked.extend(self.each[row].ask() for row in rows)
            return Query(self.space.cast(_stacked(asked)))

        def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
            told: list[int] = []
            with _in_run(self.streams, rows, told):
                for place, (row, arch) in enumerate(zip(rows, asked.archs, strict=True)):
                    _tell(self.each[row], arch, answer, place)
                    told.append(row)

    Lifted.__name__, Lifted.__qualname__ = one.__name__, one.__qualname__
    Lifted.__doc__, Lifted.__module__ = one.__doc__, one.__module__
    return Lifted


def _of_row(oracle: CostOracle, row: int) -> CostOracle:
    """Return what one run asks: it pays for itself."""
    if not isinstance(oracle, PricedOracle):
        return oracle
    return lambda name, archs: oracle.ask(name, archs, np.full(len(archs), row))


def _tell(one: OneRun, arch: Archs, answer: Outcome, place: int) -> None:
    """Tell a run what it knows of: its error, or all objectives and limits."""
    if one.several_objectives:
        one.tell_objectives(arch, answer.minimised[place], float(answer.missed[place]))
    else:
        one.tell(arch, float(answer.error[place]))


@contextmanager
def _in_run(streams: Streams, rows: Sequence[int] | Rows, done: Sequence[object]) -> Iterator[None]:
    """Note on an error in which run it was: `done` has one entry of each row before that."""
    try:
        yield
    except Exception as error:
        if len(done) < len(rows):
            error.add_note(f"run {streams.ids[rows[len(done)]]}")
        raise


def _stacked(answers: list[Archs]) -> Archs:
    """Return the answers of single runs as rows; ArchitectureError where they are no rows of equally many numbers."""
    try:
        return np.stack(answers)
    except (ValueError, TypeError) as error:
        said = ", ".join(f"{answer!r:.40}" for answer in answers[:3])
        raise ArchitectureError(f"expected an array (genes,) of options from every run, got {said}") from error
