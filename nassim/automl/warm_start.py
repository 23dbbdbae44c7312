"""WarmStart: a strategy that begins with trainings that are done already, as if it had asked for them."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from nassim import catalog
from nassim.core.arrays import Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.documents import JsonValue
from nassim.core.lifting import lifted
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.core.strategy import Strategy


class WarmStart(Strategy[Query, Outcome]):
    """Ask for what was trained, then for what a strategy asks.

    The strategy is told the answers of what was trained, and asked once before them: those that begin with random
    architectures have begun then.

    Args:
        strategy: Its name.
        settings: Its own.
        trained: The ids of the architectures that were trained, in their order.
    """

    def __init__(
        self, space: Space, streams: Streams, *, strategy: str, settings: dict[str, JsonValue], trained: list[int]
    ) -> None:
        super().__init__(space, streams)
        kind = cast("type[Strategy[Query, Outcome]]", lifted(catalog.strategy(strategy)))
        self.inner = kind(space, streams, **settings)
        self.trained = space.at(np.array(trained, dtype=np.int64))
        self.asked = 0

    def ask(self, rows: Rows) -> Query:
        """Return what was trained, one after the other, then what the strategy asks."""
        if self.asked >= len(self.trained):
            return self.inner.ask(rows)
        if self.asked == 0:
            self.inner.ask(rows)
        self.asked += 1
        return Query(np.repeat(self.trained[self.asked - 1 : self.asked], rows.size, axis=0))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Let the strategy learn it."""
        self.inner.tell(rows, asked, answer)

    def recommend(self, rows: Rows) -> NDArray[np.intp] | None:
        """Return what the strategy would hand in."""
        return self.inner.recommend(rows)
