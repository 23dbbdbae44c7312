"""What each run has asked for and been told: the data that models learn from, and what need not be asked again."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Flags, Floats, Ids, Rows
from nassim.core.growing import FIRST, with_room
from nassim.core.space import Space


class History:
    """The evaluations of many runs. All rows of one call were asked, and told, equally often: two counters suffice."""

    def __init__(self, space: Space, runs: int) -> None:
        self.space = space
        self.asked = self.told = 0
        self._archs = np.zeros((runs, FIRST, len(space.choices)), dtype=space.dtype)  # in the order of the answers
        self._error = np.zeros((runs, FIRST))
        self._ids = np.full((runs, FIRST), -1, dtype=np.int64)  # in the order of the questions

    def ask(self, rows: Rows, archs: Archs) -> None:
        """Remember that architectures (m, genes) are asked for."""
        self._ids = with_room(self._ids, self.asked)
        self._ids[rows, self.asked] = self.space.index(archs)
        self.asked += 1

    def tell(self, rows: Rows, archs: Archs, error: Floats) -> None:
        """Remember errors (m,); nan = the training failed."""
        self._archs, self._error = with_room(self._archs, self.told), with_room(self._error, self.told)
        self._archs[rows, self.told], self._error[rows, self.told] = archs, error
        self.told += 1

    def relabel(self, rows: Rows, error: Floats) -> None:
        """Let all that was told have other errors (m, told), such as objectives in another weighing."""
        self._error[rows, : self.told] = error

    def archs(self, rows: Rows) -> Archs:
        """Return what was told of, (m, told, genes), in the order of the answers."""
        archs: Archs = self._archs[rows, : self.told]
        return archs

    def error(self, rows: Rows) -> Floats:
        """Return the errors told, (m, told); a failed training counts as the worst of its run, 0 if all have failed."""
        error: Floats = self._error[rows, : self.told]
        worst = np.fmax.reduce(error, axis=1, initial=-np.inf)[:, None]
        return np.where(np.isnan(error), np.where(worst > -np.inf, worst, 0.0), error)

    def fresh(self, rows: Rows, ids: Ids) -> Flags:
        """Return which architectures, by their index (m, k), a row has not asked for yet."""
        fresh = np.ones(ids.shape, dtype=np.bool_)
        for known in self._ids[rows, : self.asked].T:
            fresh &= ids != known[:, None]
        return fresh
