"""ASHA for one run: Algorithm 2 of Li et al., MLSys 2020, and the stopping variant; median stopping."""

from __future__ import annotations

from fractions import Fraction
from math import floor, inf
from statistics import median

from tests.oracles.cluster import Job
from tests.oracles.random import Random
from tests.oracles.space import Arch, PlainSpace


class Asha:
    """get_job() of Algorithm 2: promote from the highest rung that has something to promote, or begin anew."""

    name = "asha"

    def __init__(self, space: PlainSpace, random: Random, rungs: list[int], eta: int = 3) -> None:
        self.space, self.random, self.epochs, self.eta = space, random, [0, *rungs], eta
        self.archs: list[Arch] = []
        self.rungs: list[dict[int, float]] = [{} for _ in rungs]  # training -> error
        self.promoted: list[set[int]] = [set() for _ in rungs]

    def ask(self) -> Job:
        """Return the next job."""
        fresh = self.space.sample(self.random)
        for level in range(len(self.rungs) - 2, -1, -1):
            results = self.rungs[level]
            ranked = sorted(results, key=lambda training: (results[training], training))
            candidates = ranked[: floor(len(results) / self.eta)]
            promotable = [t for t in candidates if t not in self.promoted[level] and results[t] < inf]
            if promotable:
                self.promoted[level].add(promotable[0])
                return self.job(promotable[0], level + 1)
        self.archs.append(fresh)
        return self.job(len(self.archs) - 1, 0)

    def job(self, training: int, level: int) -> Job:
        """Return a step of a training."""
        return Job(self.archs[training], self.epochs[level + 1], self.epochs[level], (training, level))

    def tell(self, job: Job, error: float) -> None:
        """Keep the error at its rung."""
        training, level = job.label
        self.rungs[level][training] = error


class Stopping(Asha):
    """A training goes on unless its error is above the quantile 1 / eta of its rung."""

    def __init__(self, space: PlainSpace, random: Random, rungs: list[int], eta: int = 3) -> None:
        super().__init__(space, random, rungs, eta)
        self.going: list[tuple[int, int]] = []

    def ask(self) -> Job:
        """Return what goes on, or begin anew."""
        fresh = self.space.sample(self.random)
        if self.going:
            return self.job(*self.going.pop())
        self.archs.append(fresh)
        return self.job(len(self.archs) - 1, 0)

    def tell(self, job: Job, error: float) -> None:
        """Decide whether the training goes on."""
        super().tell(job, error)
        training, level = job.label
        if level < len(self.rungs) - 1 and error < inf and self.goes_on(training, level):
            self.going.append((training, level + 1))

    def goes_on(self, training: int, level: int) -> bool:
        """Compare with the quantile, in exact arithmetic: errors that failed are infinite."""
        values = sorted(self.rungs[level].values())
        position = Fraction(len(values) - 1, self.eta)
        low, share = floor(position), position - floor(position)
        error = self.rungs[level][training]
        if not share or values[low] == inf:
            return error <= values[low]
        if values[low + 1] == inf:
            return True
        return Fraction(error) <= Fraction(values[low]) + share * (Fraction(values[low + 1]) - Fraction(values[low]))


class MedianStopping(Stopping):
    """A training goes on unless its best error is above the median of the others' running averages."""

    name = "median_stopping"

    def goes_on(self, training: int, level: int) -> bool:
        """Compare with those that came as far and did not fail."""
        others = [other for other in self.rungs[level] if other != training]
        averages = [sum(self.rungs[at][other] for at in range(level + 1)) / (level + 1) for other in others]
        averages = [average for average in averages if average < inf]
        lowest = min(self.rungs[at][training] for at in range(level + 1))
        return len(averages) < 3 or lowest <= median(averages)
