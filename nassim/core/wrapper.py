"""Wrapper: any benchmark, of which one thing is otherwise; `benchmarks/wrappers/` holds those that there are."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import Self

from nassim.core.arrays import Archs, Floats, RandomWords
from nassim.core.benchmark import Benchmark, Floor, Outcome, Query
from nassim.core.relaxation import Mixture, RelaxedOutcome, TrainingSet


class Wrapper(Benchmark):
    """Answers all that is asked by the benchmark that it wraps; a subclass overrides what it changes.

    Its options are the keyword-only arguments of its constructor, after the benchmark: names, types, ranges and
    defaults of what `wrap = [{name = "...", option = ...}]` may say in a study.
    """

    def __init__(self, benchmark: Benchmark) -> None:
        self.benchmark = benchmark
        self.name, self.space, self.card = benchmark.name, benchmark.space, benchmark.card
        self.epochs, self.costs = benchmark.epochs, benchmark.costs

    def __copy__(self) -> Self:
        """Return a wrapper around a copy of the benchmark, which remembers what it has drawn."""
        made = object.__new__(type(self))
        vars(made).update(vars(self), benchmark=copy(self.benchmark))
        return made

    @property
    def kinds(self) -> tuple[type, ...]:
        """The wrapper's class, and those of what it wraps."""
        return (type(self), *self.benchmark.kinds)

    @property
    def exact(self) -> bool:
        """Whether the benchmark's answers have the same bits on every machine."""
        return self.benchmark.exact

    @property
    def relaxable(self) -> bool:
        """Whether the benchmark answers for mixtures."""
        return self.benchmark.relaxable

    @property
    def longest(self) -> float:
        """Seconds that no evaluation takes longer than."""
        return self.benchmark.longest

    @property
    def optimum(self) -> float:
        """The benchmark's lowest truth."""
        return self.benchmark.optimum

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return the benchmark's outcome."""
        return self.benchmark.evaluate(query, training_seed)

    def truth(self, archs: Archs) -> Floats:
        """Return the benchmark's error on the report split, (n,)."""
        return self.benchmark.truth(archs)

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return one of the benchmark's costs, (n,)."""
        return self.benchmark.cost(name, archs)

    def measure(self, name: str, archs: Archs, training_seed: RandomWords | None = None) -> Floats:
        """Return one of the benchmark's costs, (n,), as an answer has it."""
        return self.benchmark.measure(name, archs, training_seed)

    @property
    def preparation(self) -> float:
        """Seconds that each run pays before it begins."""
        return self.benchmark.preparation

    def per_network(self) -> Self:
        """Return the same around the benchmark with one answer per network."""
        made = copy(self)
        made.benchmark = self.benchmark.per_network()
        for name in [name for name in vars(made) if isinstance(getattr(type(self), name, None), cached_property)]:
            del vars(made)[name]  # it was computed from the other
        return made

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
        """Return the benchmark's answer for a mixture."""
        return self.benchmark.relax(mixture, training_seed)

    def training_set(self, *, mean: bool) -> TrainingSet:
        """Return the trainings that the benchmark's answers for mixtures are made of."""
        return self.benchmark.training_set(mean=mean)

    def unseen(self, archs: Archs, training_seed: RandomWords) -> Floats:
        """Return the benchmark's mean error (n,) over the trainings that runs of these seeds (n,) do not see."""
        return self.benchmark.unseen(archs, training_seed)

    def floor(self) -> Floor | None:
        """Return what is left to chance in that, as the benchmark has it."""
        return self.benchmark.floor()

    def everything(self) -> Archs | None:
        """Return the architectures that the benchmark has recorded, (n, genes), or None."""
        return self.benchmark.everything()
