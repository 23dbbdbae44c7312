"""CostsOf: any benchmark with more costs, those that another benchmark has of the same architectures.

wrap = [{name = "costs_of", source = "hw-nas-bench/cifar10"}]                           # all that it does not have yet
wrap = [{name = "costs_of", source = "nassim.benchmarks.untrained:nb201", costs = ["macs"]}]
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from hashlib import sha256
from typing import Self, cast

import numpy as np

from nassim.benchmarks import loading
from nassim.core.arrays import Archs, Floats, RandomWords
from nassim.core.benchmark import Benchmark, Outcome, Query, check_cost
from nassim.core.card_facts import Facts
from nassim.core.errors import SettingError
from nassim.core.wrapper import Wrapper


class CostsOf(Wrapper):
    """Errors and seconds are the benchmark's, and so are its costs; further ones are those of another.

    Args:
        source: The name of the other benchmark, of the same space.
        costs: Which of its costs, known without training; by default all of these that the benchmark lacks.
    """

    def __init__(self, benchmark: Benchmark, *, source: str, costs: list[str] | None = None) -> None:
        super().__init__(benchmark)
        self.source = loading.benchmark(source)
        if benchmark.space.name != self.source.space.name:
            raise SettingError(
                f"{source} is of {self.source.space.name}, and {benchmark.name} of {benchmark.space.name}"
            )
        known = [name for name in self.source.costs if name not in self.source.card.measured]
        self._taken = tuple(costs or [name for name in known if name not in benchmark.costs])
        for name in self._taken:
            check_cost(self.source.name, name, self.source.costs, self.source.card.measured)
        if again := sorted({name for name in self._taken if name in benchmark.costs or self._taken.count(name) > 1}):
            raise SettingError(f"{benchmark.name} has a cost {again[0]!r} already; leave it out of 'costs'")
        if not self._taken:
            raise SettingError(f"{source} has no cost that {benchmark.name} lacks; it has {', '.join(known) or 'none'}")
        self.costs = (*benchmark.costs, *self._taken)
        theirs = self.source.card.facts.get("costs", {})
        own = {**benchmark.card.facts.get("costs", {}), **{name: theirs.get(name, "") for name in self._taken}}
        digest = sha256(f"{benchmark.card.sha256} {self.source.card.sha256} {self._taken}".encode()).hexdigest()
        facts = cast("Facts", {**benchmark.card.facts, "costs": own})
        self.card = replace(benchmark.card, facts=facts, sha256=digest)

    def __copy__(self) -> Self:
        """Return a benchmark whose parts are copies too."""
        made = super().__copy__()
        made.source = copy(self.source)
        return made

    @property
    def kinds(self) -> tuple[type, ...]:
        """The classes of what answers, and of what has the costs."""
        return super().kinds + self.source.kinds

    @property
    def exact(self) -> bool:
        """Whether answers are the same on every machine."""
        return self.benchmark.exact and self.source.exact

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return the benchmark's outcome with the other's costs after its own."""
        outcome = self.benchmark.evaluate(query, training_seed)
        further = [self.source.cost(name, query.archs) for name in self._taken]
        return outcome._replace(costs=np.column_stack([outcome.costs, *further]))

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return one of the costs, (n,)."""
        return (self.source if name in self._taken else self.benchmark).cost(name, archs)

    def measure(self, name: str, archs: Archs, training_seed: RandomWords | None = None) -> Floats:
        """Return one of the costs, (n,), as an answer has it."""
        if name in self._taken:
            return self.source.cost(name, archs)
        return self.benchmark.measure(name, archs, training_seed)

    def per_network(self) -> Self:
        """Return this benchmark with isomorphic architectures sharing one's answers and costs."""
        made = super().per_network()
        made.source = self.source.per_network()
        return made
