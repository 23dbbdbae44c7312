"""BANANAS: Bayesian optimisation with neural architectures (White, Neiswanger and Savani, AAAI 2021, arXiv:1910.11858).

The paper: "BANANAS: Bayesian Optimization with Neural Architectures for Neural Architecture Search", Algorithm 1.
"""

from __future__ import annotations

from nassim.core.arrays import Archs, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Positive
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._batches import Batches
from nassim.strategies._candidates import candidates, pick, thompson
from nassim.strategies._features import Features
from nassim.strategies._networks import Networks


class Bananas(Strategy[Query, Outcome]):
    """An ensemble of networks learns the errors; of `pool` mutants of the `parents` best architectures, those of the
    lowest independent Thompson sample, mean + deviation x normal, are trained, `batch` at a time; then it learns anew.

    The other defaults are those of the paper and of its code, naszilla. Two things differ: networks learn the errors'
    normal scores, so that no unit matters, and the features of a space take the place of the truncated path encoding.
    A run alone equals its row bit for bit. Failed trainings count as the worst of their run.

    Args:
        encoding: What the networks see; None = "graph" where the space has it (for NAS-Bench-201, how many paths there
            are of each kind, and more), else "onehot".
        members: How many networks.
        layers: Of a network.
        width: Of a layer.
        epochs: Of training, in batches of 32.
        rate: The learning rate of Adam.
        update: Later models go on from the last with so many epochs; None = each is trained from scratch, as in the
            paper, at six times the time for results no better.
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
        members: Count = 5,
        layers: Count = 10,
        width: Count = 20,
        epochs: Count = 150,
        rate: Positive = 0.01,
        update: Count | None = 20,
    ) -> None:
        super().__init__(space, streams)
        self.pool, self.parents = pool, parents
        self.epochs, self.rate, self.update = epochs, rate, update
        self.features = Features(space, encoding)
        self.networks = Networks(streams.runs, self.features.width, members=members, layers=layers, width=width)
        self.batches = Batches(space, streams, initial, batch)
        self.trained = False

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then those that the ensemble's samples like best."""
        return self.batches.ask(rows, self._propose)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer."""
        self.batches.tell(rows, asked, answer)

    def _propose(self, rows: Rows) -> Archs:
        self._learn(rows)
        history = self.batches.history
        pool = candidates(history, self.streams, rows, parents=self.parents, near=self.pool, far=0)
        said = self.networks.predict(rows, self.features(pool.archs))
        return pick(pool, thompson(self.streams, rows, said), self.batches.batch)

    def _learn(self, rows: Rows) -> None:
        """Train the ensemble on all answers so far."""
        again = self.update is None or not self.trained
        if again:
            self.networks.start(rows, self.streams)
        epochs = self.epochs if again or self.update is None else self.update
        training_set = self.features.training_set(self.batches.history, rows)
        self.networks.train(rows, *training_set, self.streams, epochs=epochs, rate=self.rate)
        self.trained = True
