"""Searches and a benchmark that the tests of the loop simulate."""

from __future__ import annotations

import numpy as np

from nassim.core.relaxation import Mixture
from nassim.core.strategy import OneRun, Strategy
from nassim.core.trace import Trace
from nassim.core.wrapper import Wrapper
from tests.toys import toy_benchmark

CHOICES = (3, 2, 4)


BENCH = toy_benchmark(CHOICES, replicas=4)


ONE = np.zeros(1, dtype=np.intp)


class Timed(Wrapper):
    """A benchmark every training of which takes equally long."""

    def __init__(self, benchmark, seconds: float) -> None:
        super().__init__(benchmark)
        self._seconds = seconds

    def evaluate(self, query, training_seed=None):
        """Answer as the benchmark does, but for the time."""
        outcome = self.benchmark.evaluate(query, training_seed)
        return outcome._replace(seconds=np.full(len(outcome.seconds), self._seconds))


class Descent(Strategy):
    """Follow the exact gradient of a softmax per gene: a smallest strategy of Mixtures; it ends after 6 steps."""

    max_evaluations = 6

    def __init__(self, space, streams) -> None:
        super().__init__(space, streams)
        self.logits = np.where(space.option_mask, 0.0, -np.inf) + np.zeros((streams.runs, 1, 1))

    def ask(self, rows):
        """Return the present softmax."""
        weights = np.exp(self.logits[rows])
        return Mixture(weights / weights.sum(axis=2, keepdims=True), np.ones(rows.size))

    def tell(self, rows, asked, answer):
        """Take a step."""
        self.logits[rows] -= answer.gradient

    def derive_architecture(self, rows):
        """Return the likeliest options."""
        return self.logits[rows].argmax(axis=2).astype(np.int8)


class Alternating(OneRun):
    """A plain strategy with a setting: every other question repeats the architecture told last."""

    def __init__(self, space, streams, *, step: int = 1) -> None:
        super().__init__(space, streams)
        self.step, self.asked, self.last = step, 0, None

    def ask(self):
        """Return the last architecture or one `step` mutations away."""
        self.asked += 1
        arch = self.sample() if self.last is None else self.last
        for _ in range(self.step * (self.asked % 2)):
            arch = self.mutate(arch)
        return arch

    def tell(self, arch, error):
        """Remember what came last."""
        self.last = arch


def told(trace: Trace) -> dict[tuple[int, int], set[float]]:
    """Return (run number, architecture) -> all errors that the run was told of it."""
    found: dict[tuple[int, int], set[float]] = {}
    for row, run in enumerate(trace.runs.tolist()):
        archs = trace.archs[row, : trace.lengths[row]]
        for index, error in zip(BENCH.space.index(archs).tolist(), trace.error[row].tolist(), strict=False):
            found.setdefault((run, index), set()).add(error)
    return found
