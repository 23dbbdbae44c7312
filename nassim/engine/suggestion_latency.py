"""How long a strategy takes to decide, on the simulated clock: an explicit model, never the wall clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nassim.core.arrays import Floats, Rows
from nassim.core.renamed import renamed_names


class SuggestionLatency:
    """The optimiser of each run decides one question after the other, while workers wait for it.

    A question takes `seconds`, and `growth` seconds more for every answer that the run knows by then: a model that is
    fitted to all of them takes ever longer. With many workers it becomes the bottleneck, as in reality.
    """

    def __init__(self, runs: int, seconds: float, growth: float) -> None:
        self._free = np.zeros(runs)  # when each run has done with the questions before
        self._seconds, self._growth = seconds, growth

    def wait(self, rows: Rows, now: Floats, told: int) -> Floats | float:
        """Return how long (m,) the workers that are free `now` wait for their next question."""
        if not (self._seconds or self._growth):
            return 0.0
        decided = np.maximum(self._free[rows], now) + (self._seconds + self._growth * told)
        self._free[rows] = decided
        return decided - now


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"Mind": f"{__name__}.SuggestionLatency"})
