"""Untrained: a space whose networks are counted and not trained, for costs alone.

    name = "nassim.benchmarks.untrained:mobilenetv3"

There is no accuracy in it. In the place of the error stands how much smaller a network is than the largest of its
space: what a search finds under a limit of latency is the largest network that keeps it, and whether that is the best
one, nobody has measured here.
"""

from __future__ import annotations

from functools import cache, cached_property
from hashlib import sha256
from typing import Protocol, cast, runtime_checkable

import numpy as np

from nassim import catalog
from nassim.core.arrays import Archs, Floats, Ints, RandomWords
from nassim.core.benchmark import Benchmark, Card, Outcome, Query, check_cost
from nassim.core.card_facts import Facts
from nassim.core.errors import SettingError
from nassim.core.space import Space

COSTS = {
    "params": "parameters, a count",
    "macs": "multiply-accumulates for one image, a count, as the space has it",
}


class Counts(Protocol):
    """What networks have, each (n,)."""

    @property
    def params(self) -> Ints:
        """Parameters."""

    @property
    def macs(self) -> Ints:
        """Multiply-accumulates."""


@runtime_checkable
class Counting(Protocol):
    """A space that counts what its networks have."""

    def count(self, archs: Archs) -> Counts:
        """Return the counts."""


class Untrained(Benchmark):
    """Answers what is counted of networks; every answer takes one simulated second."""

    def __init__(self, space: Space) -> None:
        if not isinstance(space, Counting):
            raise SettingError(f"the space {space.name} does not count parameters and operations of its networks")
        self.space, self.name, self.epochs, self.costs = space, f"untrained/{space.name}", (1,), tuple(COSTS)
        split = "none: no network was trained; what is searched is the size"
        self.card = Card(
            f"{space.name}, counted and not trained",
            "counted by nassim",
            "MIT",
            split,
            "the same: this is no accuracy",
            "% fewer operations than the largest network",
            sha256(f"untrained {space.name}".encode()).hexdigest(),
            cast("Facts", {"costs": COSTS}),
        )

    @property
    def exact(self) -> bool:
        """Counts have the same bits everywhere."""
        return True

    @property
    def longest(self) -> float:
        """Every answer takes a second."""
        return 1.0

    @property
    def optimum(self) -> float:
        """That of the largest network."""
        return 0.0

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:  # noqa: ARG002
        """Return what is counted of each row."""
        counts = cast("Counting", self.space).count(query.archs)
        costs = np.column_stack([counts.params, counts.macs]).astype(np.float64)
        return Outcome(self.truth(query.archs), np.ones(len(query.archs)), costs)

    def truth(self, archs: Archs) -> Floats:
        """Return how many fewer operations than the largest network each has, in percent of it, (n,)."""
        smaller: Floats = 100.0 * (1.0 - cast("Counting", self.space).count(archs).macs / self._most)
        return smaller

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return one of the counts, (n,)."""
        check_cost(self.name, name, self.costs)
        found: Floats = getattr(cast("Counting", self.space).count(archs), name).astype(np.float64)
        return found

    @cached_property
    def _most(self) -> int:
        """The operations of the largest network: what a gene adds has the same order whatever the others are."""
        arch = np.zeros((1, len(self.space.genes)), dtype=self.space.dtype)
        for gene, choices in enumerate(self.space.choices):
            every = np.repeat(arch, choices, axis=0)
            every[:, gene] = np.arange(choices)
            arch = every[[cast("Counting", self.space).count(every).macs.argmax()]]
        return int(cast("Counting", self.space).count(arch).macs[0])


@cache
def _of(name: str) -> Untrained:
    return Untrained(catalog.space(name))


def __getattr__(name: str) -> Untrained:
    """Return the benchmark of a space by its name."""
    if name.startswith("_") or name not in catalog.names("spaces"):
        raise AttributeError(name)
    return _of(name)
