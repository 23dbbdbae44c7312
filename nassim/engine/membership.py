"""Membership: when each answer enters a strategy's population, and when it leaves, where runs recommend that."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Ids, Rows
from nassim.core.errors import SettingError
from nassim.core.growing import with_room
from nassim.core.policies import RecommendedSet
from nassim.core.strategy import Searcher, Strategy, name_of
from nassim.core.trace_schema import POPULATION
from nassim.engine.recorder import Recorder


class Membership:
    """Compares each run's population with what it was before, and keeps what differs beside the answers."""

    def __init__(self, runs: int) -> None:
        self._before = np.full((runs, 0), -1)
        self._inside = np.zeros((runs, 0), dtype=np.bool_)  # (runs, events)

    def add(self, rows: Rows, event: int, population: Ids, recorder: Recorder) -> None:
        """Take the population (m, p) of each row after an event."""
        self._inside = with_room(self._inside, event)
        if self._before.shape[1] != population.shape[1]:
            self._before = np.full((len(self._before), population.shape[1]), -2)
        changed = np.flatnonzero((self._before[rows] != population).any(axis=1))
        if not changed.size:
            return
        moved, now = rows[changed], np.zeros((changed.size, event + 1), dtype=np.bool_)
        row, place = np.nonzero(population[changed] >= 0)
        now[row, population[changed][row, place]] = True
        before = self._inside[moved, : event + 1]
        for name, which in zip(POPULATION, (now & ~before, before & ~now), strict=True):
            run, answer = np.nonzero(which)
            recorder.note(name, answer, moved[run], float(event))
        self._inside[moved, : event + 1], self._before[moved] = now, population[changed]


def check_population(kind: type[Strategy], recommended: RecommendedSet) -> None:  # type: ignore[type-arg]
    """Raise SettingError if runs are to recommend the population of a strategy that has none."""
    if recommended == "final-population" and kind.survivors is Strategy.survivors:
        raise SettingError(
            f"recommended_set = 'final-population' is of strategies that have a population, and {name_of(kind)} says "
            "none; try 'all-trained' or a number"
        )


def population_of(searcher: Searcher, rows: Rows) -> Ids:
    """Return the population of each row, (m, p).

    Raises:
        SettingError: It has none.
    """
    found = searcher.survivors(rows)
    if found is None:
        raise SettingError(f"{name_of(type(searcher))} has no population to recommend; try 'all-trained' or a number")
    return found
