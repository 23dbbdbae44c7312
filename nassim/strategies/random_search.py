"""Random search: independent uniform samples (Bergstra and Bengio, JMLR 2012; for NAS: Li and Talwalkar, UAI 2019)."""

from __future__ import annotations

from typing import ClassVar

from nassim.core.arrays import Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.strategy import Strategy


class RandomSearch(Strategy[Query, Outcome]):
    """Sample uniformly, with replacement; hand in the best seen. It has no settings."""

    exact: ClassVar[bool] = True

    def ask(self, rows: Rows) -> Query:
        """Return a fresh sample per row."""
        return Query(self.space.sample(rows, self.streams))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Learn nothing."""
