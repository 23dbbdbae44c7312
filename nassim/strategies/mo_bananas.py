"""MO BANANAS: ensembles of networks, and Thompson samples of places in fronts (Izquierdo et al., 2021).

The paper: "Bag of Baselines for Multi-objective Joint Neural Architecture Search and Hyperparameter Optimization",
AutoML workshop at ICML, arXiv:2105.01015; after BANANAS (White, Neiswanger and Savani, AAAI 2021, arXiv:1910.11858).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Positive
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._batches import Batches
from nassim.strategies._candidates import candidates, pick
from nassim.strategies._crowding import places
from nassim.strategies._features import Features, normal_scores
from nassim.strategies._networks import Networks
from nassim.strategies._outcomes import Outcomes, targets
from nassim.strategies._policy import normal


class MoBananas(Strategy[Query, Outcome]):
    """Ensembles learn the objectives; of `pool` mutants of the `parents` best, those of the lowest Thompson sample of
    their place are trained, `batch` at a time; then they learn anew.

    Places are those in the order of fronts and, within a front, of crowding distances. Each member of the ensembles
    puts the pool in such an order, and so does their mean: a sample is the mean's place + the members' deviation from
    it x normal. The networks and other defaults are those of `bananas`; they learn normal scores, so that no unit
    matters. What misses a limit is worse in all objectives than what keeps them, the more it misses; failed trainings
    count as the worst of their run.

    Args:
        encoding: What the networks see; None = "graph" where the space has it, else "onehot".
        members: How many networks for each objective.
        layers: Of a network.
        width: Of a layer.
        epochs: Of training, in batches of 32.
        rate: The learning rate of Adam.
        update: Later models go on from the last with so many epochs; None = each is trained from scratch.
    """

    several_objectives: ClassVar[bool] = True
    runs_per_unit = 50

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
        self.members, self.layers, self.width = members, layers, width
        self.features = Features(space, encoding)
        self.batches = Batches(space, streams, initial, batch)
        self.trained = False

    def prepare(self, epochs: tuple[int, ...]) -> None:
        """Make an ensemble for each objective."""
        super().prepare(epochs)
        size = {"members": self.members, "layers": self.layers, "width": self.width}
        self.networks = [Networks(self.streams.runs, self.features.width, **size) for _ in range(self.objectives)]
        self.outcomes = Outcomes(self.streams.runs, self.objectives)

    def ask(self, rows: Rows) -> Query:
        """Return random architectures first, then those whose sampled places are the lowest."""
        return self.batches.ask(rows, self._propose)

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Remember the answer."""
        self.outcomes.tell(rows, answer)
        self.batches.tell(rows, asked, answer)

    def _propose(self, rows: Rows) -> Archs:
        history = self.batches.history
        seen, missed = self.outcomes.values(rows), self.outcomes.missed(rows)
        self._learn(rows, targets(seen, missed))
        history.relabel(rows, places(np.nan_to_num(seen, nan=np.inf), missed).astype(np.float64))
        pool = candidates(history, self.streams, rows, parents=self.parents, near=self.pool, far=0)
        features = self.features(pool.archs)
        said = np.stack([networks.predict(rows, features) for networks in self.networks], axis=3)
        mean, deviation = believed_places(said)
        return pick(pool, mean + deviation * normal(self.streams, rows, mean.shape[1:]), self.batches.batch)

    def _learn(self, rows: Rows, wanted: Floats) -> None:
        """Train each ensemble on its objective, (m, told, k)."""
        again = self.update is None or not self.trained
        epochs = self.epochs if again or self.update is None else self.update
        known = self.features(self.batches.history.archs(rows))
        for objective, networks in enumerate(self.networks):
            if again:
                networks.start(rows, self.streams)
            target = normal_scores(wanted[:, :, objective])
            networks.train(rows, known, target, self.streams, epochs=epochs, rate=self.rate)
        self.trained = True


def believed_places(said: Floats) -> tuple[Floats, Floats]:
    """Return the places (m, pool) that an ensemble's mean gives, and how far its members are from them, (m, pool).

    Args:
        said: What members say of the objectives, (m, members, pool, k).
    """
    runs, members, pool, objectives = said.shape
    each = places(said.reshape(-1, pool, objectives)).reshape(runs, members, pool)
    mean = places(np.ascontiguousarray(said.swapaxes(1, 3)).mean(axis=3).swapaxes(1, 2))
    apart = np.square(each - mean[:, None]).sum(axis=1) / max(1, members - 1)
    return mean.astype(np.float64), np.sqrt(apart)
