"""What each run was told of all objectives and limits, in the order of the answers."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Floats, Rows
from nassim.core.benchmark import Outcome
from nassim.core.growing import FIRST, with_room


class Outcomes:
    """Objectives and missed limits of many runs. All rows of one call were told equally often: a counter suffices."""

    def __init__(self, runs: int, objectives: int) -> None:
        self.told = 0
        self._values = np.full((runs, FIRST, objectives), np.nan)
        self._missed = np.zeros((runs, FIRST))

    def tell(self, rows: Rows, answer: Outcome) -> None:
        """Remember an answer of each row."""
        self._values, self._missed = with_room(self._values, self.told, np.nan), with_room(self._missed, self.told)
        self._values[rows, self.told] = answer.minimised
        self._missed[rows, self.told] = answer.missed
        self.told += 1

    def values(self, rows: Rows) -> Floats:
        """Return the objectives, (m, told, k); nan = failed."""
        values: Floats = self._values[rows, : self.told]
        return values

    def missed(self, rows: Rows) -> Floats:
        """Return by how much limits were missed, (m, told); 0 = they were kept, inf = a cost is missing."""
        missed: Floats = self._missed[rows, : self.told]
        return missed


def targets(values: Floats, missed: Floats) -> Floats:
    """Return objectives (m, n, k) in whose order what misses a limit, (m, n), and what failed come last."""
    worst = np.nan_to_num(np.fmax.reduce(values, axis=1, keepdims=True))
    beyond = np.where(missed > 0, 1 + np.nan_to_num(missed, posinf=0.0), 0.0)[:, :, None]
    found = np.where(beyond > 0, worst + beyond, values)
    return np.where(np.isnan(values), np.fmax.reduce(found, axis=1, keepdims=True, initial=-np.inf), found)
