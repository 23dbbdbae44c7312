"""Worlds: a benchmark in which each run of a search lives in another world that the trainings so far leave possible.

What was trained has the error that was seen. What was not has the truth of that run's world and, seen by a search, the
noise of one training around it. Nothing else exists: what has no path or misses the limits fails.
"""

from __future__ import annotations

from typing import ClassVar, cast

import numpy as np

from nassim.automl.candidates import Candidates
from nassim.automl.posterior import Posterior
from nassim.automl.within import within
from nassim.core.arrays import Archs, Flags, Floats, Ids, RandomWords
from nassim.core.benchmark import Benchmark, Card, Floor, Outcome, Query
from nassim.core.card_facts import Facts
from nassim.core.errors import UnknownNameError
from nassim.core.hashing import GOLDEN, below, hash32, normal_of, words_of


class Worlds(Benchmark):
    """What may be true of candidates.

    Args:
        posterior: What the trainings so far tell of them.
        seen: (n,) the mean error of those that were trained, nan = not.
        feasible: (n,) which may keep the limits.
    """

    exact: ClassVar[bool] = False
    epochs, costs = (1,), ()

    def __init__(self, candidates: Candidates, posterior: Posterior, seen: Floats, feasible: Flags) -> None:
        self.name = "worlds"
        self.candidates, self.posterior, self.seen, self.feasible = candidates, posterior, seen, feasible
        place = candidates.place
        self.space = within(candidates.space, (place >= 0) & feasible[place])
        said = "what trainings so far leave possible"
        self.card = Card("worlds", "trained by nassim search", "as the data", said, said)

    def keeps(self, archs: Archs) -> Flags:
        """Return which architectures (m, genes) may be handed in, (m,)."""
        place = self.candidates.place[self.candidates.space.index(archs)]
        return (place >= 0) & self.feasible[place]

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return one training of each row in the world of its run; None = the mean of all worlds."""
        place = self._place(query.archs)
        z = self._z(place, training_seed)
        if training_seed is not None:
            z = z + self.posterior.noise * normal_of(hash32(words_of(place) * GOLDEN ^ training_seed))
        error = np.where(np.isnan(self.seen[place]), self.posterior.scale.back(z), self.seen[place])
        error = np.where(self.keeps(query.archs), np.clip(error, 0.0, 100.0), np.nan)
        return Outcome(error, np.ones(len(error)), np.empty((len(error), 0)))

    def truth(self, archs: Archs) -> Floats:
        """Return the mean over all worlds, (n,)."""
        return self.posterior.scale.back(self._z(self._place(archs), None))

    def floor(self) -> Floor:
        """Return that runs are judged by what is true in their own worlds."""
        return Floor(0.0, 0.0)

    def unseen(self, archs: Archs, training_seed: RandomWords) -> Floats:
        """Return what is true in the worlds of some runs, (n,)."""
        return self.posterior.scale.back(self._z(self._place(archs), training_seed))

    def _place(self, archs: Archs) -> Ids:
        return np.maximum(self.candidates.place[self.candidates.space.index(archs)], 0)

    def _z(self, place: Ids, training_seed: RandomWords | None) -> Floats:
        if training_seed is None:
            return self.posterior.mean[place]
        world = below(hash32(training_seed), len(self.posterior.draws))
        return self.posterior.draws[world, place]


class Known(Benchmark):
    """The costs of candidates, by which limits are read and kept; nothing is trained here."""

    epochs = (1,)

    def __init__(self, candidates: Candidates, name: str) -> None:
        self.name, self.candidates = name, candidates
        self.space, self.costs = candidates.space, tuple(candidates.costs)
        said = "not trained"
        about = {"costs": {cost: "seconds" if cost == "latency" else "a count" for cost in self.costs}}
        self.card = Card(name, "counted and timed by nassim", "as the data", said, said, facts=cast("Facts", about))

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:  # noqa: ARG002
        """Return the costs of each row, and no error."""
        costs = np.column_stack([self.cost(name, query.archs) for name in self.costs])
        return Outcome(np.full(len(costs), np.nan), np.ones(len(costs)), costs)

    def truth(self, archs: Archs) -> Floats:
        """Return that nothing is known of errors, (n,)."""
        return np.full(len(archs), np.nan)

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return a cost of architectures, (n,); nan where there is no path."""
        if name not in self.candidates.costs:
            raise UnknownNameError.of(f"cost of {self.name}", name, self.costs)
        place = self.candidates.place[self.space.index(archs)]
        return np.where(place >= 0, self.candidates.costs[name][place], np.nan)
