"""A benchmark as a plain function of arrays, in the ways of scikit-learn and scipy."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from nassim.benchmarks import loading
from nassim.core.adapter import as_benchmark
from nassim.core.arrays import Archs, Floats, RandomWords
from nassim.core.benchmark import Benchmark, Outcome, Query
from nassim.core.renamed import renamed_keywords


class Function:
    """errors = f(X) for architectures X (n, genes) of option numbers, or a number for one (genes,).

    Numbers that are not whole are rounded down, and those outside of a gene's options moved to the nearest, so that
    continuous optimisers may use it too. `training_seed` picks which repeated training of an architecture is seen; None
    = their mean. A failed training is nan.
    """

    @renamed_keywords(luck="training_seed")
    def __init__(self, benchmark: str | Benchmark, training_seed: int | None = None) -> None:
        self.benchmark = loading.load(benchmark) if isinstance(benchmark, str) else as_benchmark(benchmark)
        self._training_seed = None if training_seed is None else np.array([training_seed], dtype=np.uint32)

    @property
    def bounds(self) -> list[tuple[int, int]]:
        """The lowest and the highest option of every gene."""
        return [(0, count - 1) for count in self.benchmark.space.choices]

    def __call__(self, x: ArrayLike) -> float | Floats:
        """Return the error of one architecture (genes,), or those of many (n, genes), shape (n,)."""
        x = np.asarray(x)
        return self.predict(x) if x.ndim > 1 else float(self.predict(x[None])[0])

    def fit(self, x: ArrayLike, y: ArrayLike | None = None) -> Self:  # noqa: ARG002  (scikit-learn's contract)
        """Return itself: there is nothing to learn."""
        return self

    def predict(self, x: ArrayLike) -> Floats:
        """Return the errors of architectures (n, genes), shape (n,)."""
        return self.outcome(self.archs(x)).error

    def outcome(self, archs: Archs) -> Outcome:
        """Return what the trainings of architectures (n, genes) gave."""
        seed: RandomWords | None = None if self._training_seed is None else np.repeat(self._training_seed, len(archs))
        return self.benchmark.evaluate(Query(archs), seed)

    def archs(self, x: ArrayLike) -> Archs:
        """Return the architectures that numbers (n, genes) stand for."""
        highest = np.array(self.benchmark.space.choices) - 1
        archs: Archs = np.clip(np.floor(np.asarray(x, dtype=np.float64)), 0, highest).astype(self.benchmark.space.dtype)
        return archs
