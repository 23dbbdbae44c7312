"""NPENAS: neural predictor guided evolution (Wei, Niu, Tang, Wang, Hu and Liang, 2020, arXiv:2003.12857).

The paper: "NPENAS: Neural Predictor Guided Evolution for Neural Architecture Search", the variant NPENAS-NP.
"""

from __future__ import annotations

from nassim.core.arrays import Archs, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Positive
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._batches import Batches
from nassim.strategies._candidates import candidates, pick
from nassim.strategies._features import Features
from nassim.strategies._networks import Networks


class Npenas(Strategy[Query, Outcome]):
    """The `parents` best architectures have `pool` mutants, and the `batch` of them that a neural predictor likes best
    are trained; then the predictor learns anew from all answers.

    layers, width, epochs, rate of the predictor and of Adam, in batches of 32

    The defaults are those of the paper, but its predictor is a graph network, which learns squared errors in batches of
    16 at a falling rate; here one over a space's features takes its place, and learns the errors' normal scores, by
    their absolute errors, at a steady rate. A run alone equals its row bit for bit. Failed trainings count as the worst
    of their run.

    Args:
        encoding: What the predictor sees; None = "graph" where the space has it, else "onehot".
    """

    runs_per_unit = 100

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        initial: Count = 10,
        batch: Count = 10,
        pool: Count = 100,
        parents: Count = 10,
        encoding: str | None = None,
        layers: Count = 3,
        width: Count = 32,
        epochs: Count = 300,
        rate: Positive = 0.005,
    ) -> None:
        super().__init__(space, streams)
        self.pool, self.parents, self.epochs, self.rate = pool, parents, epochs, rate
        self.features = Features(space, encoding)
        self.predictor = Networks(streams.runs, self.features.width, members=1, layers=layers, width=width)
        self.batches = Batches(space, streams, initial, batch)

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then the mutants that the predictor likes best."""
        return self.batches.ask(rows, self._propose)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer."""
        self.batches.tell(rows, asked, answer)

    def _propose(self, rows: Rows) -> Archs:
        history = self.batches.history
        training_set = self.features.training_set(history, rows)
        self.predictor.start(rows, self.streams)
        self.predictor.train(rows, *training_set, self.streams, epochs=self.epochs, rate=self.rate)
        pool = candidates(history, self.streams, rows, parents=self.parents, near=self.pool, far=0)
        said = self.predictor.predict(rows, self.features(pool.archs))
        return pick(pool, said[:, 0], self.batches.batch)
