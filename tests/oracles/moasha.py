"""MO-ASHA for one run: get_job() of ASHA, but a rung is sorted by fronts, and each front by an epsilon net."""

from __future__ import annotations

from collections.abc import Callable
from math import floor, inf

from tests.oracles.cluster import Job
from tests.oracles.nsga2 import Being, dominates
from tests.oracles.random import Random
from tests.oracles.space import Arch, PlainSpace

Judge = Callable[[float, Arch], tuple[tuple[float, ...], float]]  # the error and the architecture -> values and missed


class MoAsha:
    """Promote from the highest rung that has something to promote, or begin anew."""

    def __init__(self, space: PlainSpace, random: Random, rungs: list[int], judge: Judge, eta: int = 3) -> None:
        self.space, self.random, self.epochs, self.judge, self.eta = space, random, [0, *rungs], judge, eta
        self.archs: list[Arch] = []
        self.rungs: list[dict[int, Being]] = [{} for _ in rungs]  # training -> what it was told
        self.promoted: list[set[int]] = [set() for _ in rungs]

    def ask(self) -> Job:
        """Return the next job."""
        fresh = self.space.sample(self.random)
        for level in range(len(self.rungs) - 2, -1, -1):
            results = self.rungs[level]
            whole = {t: being for t, being in results.items() if being.missed < inf and max(being.values) < inf}
            candidates = in_order(whole)[: floor(len(results) / self.eta)]
            promotable = [t for t in candidates if t not in self.promoted[level]]
            if promotable:
                self.promoted[level].add(promotable[0])
                return self.job(promotable[0], level + 1)
        self.archs.append(fresh)
        return self.job(len(self.archs) - 1, 0)

    def job(self, training: int, level: int) -> Job:
        """Return a step of a training."""
        return Job(self.archs[training], self.epochs[level + 1], self.epochs[level], (training, level))

    def tell(self, job: Job, error: float) -> None:
        """Keep what was told at its rung."""
        training, level = job.label
        self.rungs[level][training] = Being(job.arch, *self.judge(error, job.arch))


def in_order(results: dict[int, Being]) -> list[int]:
    """Return trainings by fronts, each front spread out."""
    left, order = dict(sorted(results.items())), []
    if not left:
        return []
    axes = list(zip(*(being.values for being in left.values()), strict=True))
    low, width = [min(axis) for axis in axes], [max(axis) - min(axis) or 1.0 for axis in axes]
    while left:
        front = [t for t in left if not any(dominates(other, left[t]) for other in left.values())]
        points = {
            t: [(value - least) / wide for value, least, wide in zip(left[t].values, low, width, strict=True)]
            for t in front
        }
        order += spread_out(points)
        left = {t: being for t, being in left.items() if t not in front}
    return order


def spread_out(points: dict[int, list[float]]) -> list[int]:
    """Return points, the lowest in the first objective, and then always what is farthest from all before."""
    chosen = [min(points, key=lambda t: points[t][0])]
    while len(chosen) < len(points):
        others = [t for t in points if t not in chosen]
        chosen.append(max(others, key=lambda t: min(apart(points[t], points[c]) for c in chosen)))
    return chosen


def apart(one: list[float], other: list[float]) -> float:
    """Return the squared distance of two points."""
    return sum((a - b) * (a - b) for a, b in zip(one, other, strict=True))
