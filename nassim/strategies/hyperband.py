"""Hyperband: successive halvings that begin with many or with few, in turn (Li et al., JMLR 2018, arXiv:1603.06560).

The paper: "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization", Algorithm 1.
"""

from __future__ import annotations

from typing import ClassVar

from nassim.core.arrays import Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._rungs import Brackets, Eta, hyperband_sizes, rungs_of


class Hyperband(Strategy[Query, Outcome]):
    """Of random architectures, bracket s trains ceil(K / (s + 1) * eta**s) to the rung s below the last of K rungs,
    the best 1 / eta of them to the next, and so on; s runs from K - 1 down to 0, again and again.

    The rungs are R, R / eta, R / eta**2, ... epochs, R being the benchmark's last fidelity, as near as it has been
    recorded, and none below `grace`. With R = 81 and eta = 3 the brackets are those of the paper's Table 1.
    Trainings are resumed. With several workers nobody waits for the last of a rung: the next bracket is begun
    meanwhile.
    """

    exact: ClassVar[bool] = True

    def __init__(self, space: Space, streams: Streams, *, eta: Eta = 3, grace: Count = 1) -> None:
        super().__init__(space, streams)
        self.eta, self.grace = eta, grace

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Lay out the brackets."""
        rungs = rungs_of(epochs, self.eta, self.grace)
        sizes = hyperband_sizes(len(rungs), self.eta)
        self.brackets = Brackets(self.streams.runs, len(self.space.choices), rungs, sizes, dtype=self.space.dtype)

    def ask(self, rows: Rows) -> Query:
        """Return what the oldest bracket needs next."""
        return self.brackets.ask(rows, lambda rows, _: self.space.sample(rows, self.streams))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Promote the best once a rung is complete."""
        self.brackets.tell(rows, asked, answer)
