"""Small spaces and benchmarks to test with: everything about them is known, and any number of them can be made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nassim.benchmarks.table import TableBenchmark
from nassim.core.arrays import Archs, Floats, Ids, RandomWords
from nassim.core.benchmark import Benchmark, Card, Outcome, Query
from nassim.core.errors import ArchitectureError
from nassim.core.hashing import hash32
from nassim.core.space import Space
from nassim.core.wrapper import Wrapper

EPOCHS = (1, 3, 9)


class Toy(Space):
    """A product space whose options are numbers; a text is those numbers joined by dashes."""

    def __init__(self, choices: Sequence[int]) -> None:
        self.name = f"toy-{'x'.join(map(str, choices))}"
        self.genes = tuple(f"gene{gene}" for gene in range(len(choices)))
        self.options = tuple(tuple(str(option) for option in range(count)) for count in choices)

    def show(self, arch: Archs) -> str:
        """Return such as 0-2-1."""
        return "-".join(map(str, arch.tolist()))

    def parse(self, text: str) -> Archs:
        """Return the row of such a text."""
        try:
            arch = np.array([int(word) for word in text.split("-")], dtype=self.dtype)
        except ValueError as error:
            raise ArchitectureError(f"expected numbers joined by dashes, got {text!r}") from error
        self.check(arch[None])
        return arch


class Ladder(Toy):
    """One gene whose options are rungs: the ends have one neighbour, the others two."""

    def degree(self, archs: Archs) -> Ids:
        """Return 1 or 2."""
        return 2 - np.isin(archs[:, 0], [0, self.choices[0] - 1]).astype(np.int64)

    def neighbour(self, archs: Archs, which: Ids) -> Archs:
        """Return the rung below or above."""
        up = (archs[:, 0] == 0) | (which == 1)
        return archs + np.where(up, 1, -1).astype(np.int8)[:, None]


def toy_space(choices: Sequence[int]) -> Space:
    """Return a space with so many options per gene."""
    return Toy(choices)


def toy_benchmark(
    choices: Sequence[int], replicas: int = 3, seed: int = 0, epochs: tuple[int, ...] = EPOCHS
) -> TableBenchmark:
    """Return a table over the toy space of these choices, see `tabulate`."""
    return tabulate(toy_space(choices), replicas, seed, epochs)


def tabulate(
    space: Space, replicas: int = 3, seed: int = 0, epochs: tuple[int, ...] = EPOCHS, costs: Any = None
) -> TableBenchmark:
    """Return a table over a space: errors in percent with a smooth part, interactions and noise between trainings.

    Each architecture has 1 to `replicas` trainings, recorded after 1, 3 and 9 epochs; one cost, params, and what
    `costs` has besides, by name (size,).
    """
    generator = np.random.default_rng(seed)
    shape = (len(epochs), space.size, replicas)
    smooth = space.encode(space.at(np.arange(space.size))) @ generator.uniform(0, 10, sum(space.choices))
    converged = 5 + smooth + generator.uniform(0, 10, space.size)
    noise = generator.normal(0, 1, shape)
    return TableBenchmark(
        f"toy/{space.name}-{replicas}-{seed}",
        space,
        Card(title="Toy", source="made up", licence="MIT", search_split="valid", report_split="test"),
        epochs=epochs,
        error=np.clip(converged[:, None] + 20 / np.array(epochs)[:, None, None] + noise, 0, 100),
        seconds=np.array(epochs)[:, None, None] * generator.uniform(1, 3, (1, space.size, replicas)),
        counts=generator.integers(1, replicas + 1, space.size),
        costs={"params": generator.uniform(0.1, 1, space.size)} | (costs or {}),
        test=converged,
    )


class Failing(Wrapper):
    """A benchmark 10 % of whose architectures fail to train: their error is nan; which ones is a hash."""

    def __init__(self, benchmark: Benchmark) -> None:
        super().__init__(benchmark)
        self.name = f"{benchmark.name}-failing"

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Answer as the benchmark does, but for the failures."""
        outcome = self.benchmark.evaluate(query, training_seed)
        return outcome._replace(error=np.where(self.fails(query.archs), np.nan, outcome.error))

    def fails(self, archs: Archs) -> Any:
        """Return which architectures fail, shape (n,)."""
        return hash32(self.space.index(archs).astype(np.uint32) + np.uint32(1)) % np.uint32(10) == 0


class Unsupported(Wrapper):
    """A benchmark of which a device runs 70 % of the architectures: of the others all costs are missing."""

    def __init__(self, benchmark: Benchmark) -> None:
        super().__init__(benchmark)
        self.name = f"{benchmark.name}-unsupported"

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Answer as the benchmark does, without those costs."""
        outcome = self.benchmark.evaluate(query, training_seed)
        return outcome._replace(costs=np.where(self.lacks(query.archs)[:, None], np.nan, outcome.costs))

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return a cost, nan where it is missing."""
        return np.where(self.lacks(archs), np.nan, self.benchmark.cost(name, archs))

    def measure(self, name: str, archs: Archs, training_seed: RandomWords | None = None) -> Floats:
        """Return a cost, nan where it is missing."""
        return np.where(self.lacks(archs), np.nan, self.benchmark.measure(name, archs, training_seed))

    def lacks(self, archs: Archs) -> Any:
        """Return which architectures lack their costs, shape (n,)."""
        return hash32(self.space.index(archs).astype(np.uint32) + np.uint32(7)) % np.uint32(10) < 3
