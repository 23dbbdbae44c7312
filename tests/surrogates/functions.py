"""Functions of the architectures of small spaces that are no table: to learn from, or to search in a huge space."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, RandomWords
from nassim.core.benchmark import Benchmark, Card, Outcome, Query
from nassim.core.hashing import hash32
from nassim.core.space import Space
from tests.toys import toy_space

HUGE = toy_space((4,) * 20)  # about 10**12 architectures


class Smooth(Benchmark):
    """A benchmark of a space of any size: a sum over genes with some interactions, and noise by luck."""

    def __init__(self, space: Space, noise: float = 0.3) -> None:
        self.name, self.space, self.epochs, self.costs = f"smooth/{space.name}", space, (10,), ("size", "constant")
        self.card = Card("Smooth", "made up", "MIT", "valid", "test", sha256="0" * 64)
        self._noise = noise

    def truth(self, archs: Archs) -> np.ndarray:
        """Return a smooth error, (n,)."""
        steps = archs / np.array(self.space.choices)
        return 10 + 3 * steps[:, 0] + 4 * steps[:, 1] * steps[:, 2] + steps.sum(axis=1)

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return the truth with noise; seconds and size grow with the options."""
        error, total = self.truth(query.archs), query.archs.sum(axis=1).astype(float)
        if training_seed is not None:
            hashed = hash32(self.space.index(query.archs).astype(np.uint32) ^ training_seed)
            error = error + self._noise * (hashed / 2**31 - 1)
        return Outcome(error, 5 + total, np.column_stack([total**2, np.full(len(total), 7.0)]))

    def evaluate_one(self, archs: Archs) -> np.ndarray:
        """Return the error of one training of each architecture, (n,)."""
        return self.evaluate(Query(archs), np.arange(len(archs), dtype=np.uint32)).error

    def cost(self, name: str, archs: Archs) -> np.ndarray:
        """Return one of its costs, (n,)."""
        return self.evaluate(Query(archs)).costs[:, self.costs.index(name)]

    def per_network(self) -> Smooth:
        """Return itself: nothing is isomorphic."""
        return self


def archs_of(space: Space, count: int, seed: int = 0) -> Archs:
    """Return random architectures (count, genes), each once, in random order."""
    generator = np.random.default_rng(seed)
    archs = np.column_stack([generator.integers(0, choices, 2 * count) for choices in space.choices]).astype(np.int8)
    _, first = np.unique(archs, axis=0, return_index=True)
    return archs[np.sort(first)[:count]]
