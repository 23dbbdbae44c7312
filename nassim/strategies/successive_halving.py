"""Successive halving: train many a little, and the best 1 / eta of them further (Jamieson and Talwalkar, AISTATS 2016).

The paper: "Non-stochastic Best Arm Identification and Hyperparameter Optimization", arXiv:1502.07943.
"""

from __future__ import annotations

from typing import ClassVar

from nassim.core.arrays import Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._rungs import Brackets, Eta, halvings, rungs_of


class SuccessiveHalving(Strategy[Query, Outcome]):
    """Train `width` random architectures to the first rung, the best 1 / eta of them to the next, and so on; repeat.

    The rungs are R, R / eta, R / eta**2, ... epochs, R being the benchmark's last fidelity, as near as it has been
    recorded, and none below `grace`. By default as many begin as leave one at the last rung. Trainings are resumed.
    With several workers nobody waits for the last of a rung: the next halving is begun meanwhile.
    """

    exact: ClassVar[bool] = True

    def __init__(
        self, space: Space, streams: Streams, *, eta: Eta = 3, grace: Count = 1, width: Count | None = None
    ) -> None:
        super().__init__(space, streams)
        self.eta, self.grace, self.width = eta, grace, width

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Lay out the rungs."""
        rungs = rungs_of(epochs, self.eta, self.grace)
        sizes = halvings(self.width or self.eta ** (len(rungs) - 1), self.eta, len(rungs))
        self.brackets = Brackets(self.streams.runs, len(self.space.choices), rungs, [sizes], dtype=self.space.dtype)

    def ask(self, rows: Rows) -> Query:
        """Return what the halving needs next."""
        return self.brackets.ask(rows, lambda rows, _: self.space.sample(rows, self.streams))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Promote the best once a rung is complete."""
        self.brackets.tell(rows, asked, answer)
