"""DEHB for one run (Awad et al., IJCAI 2021), in plain Python."""

from __future__ import annotations

from math import floor, inf

from tests.oracles.cluster import Job
from tests.oracles.hyperband import Bracket, Hyperband
from tests.oracles.random import Random
from tests.oracles.space import PlainSpace

Vector = list[float]


class Dehb(Hyperband):
    """Brackets after the first make trials by differential evolution, rand/1/bin, at every rung."""

    name = "dehb"

    def __init__(self, space: PlainSpace, random: Random, rungs: list[int], eta: int = 3) -> None:
        super().__init__(space, random, rungs, eta)
        sizes = [max(sizes[rung - len(rungs)] for sizes in self.schedule if len(sizes) >= len(rungs) - rung)
                 for rung in range(len(rungs))]  # fmt: skip
        self.populations = [[(inf, [0.0] * len(space.choices)) for _ in range(max(size, 3))] for size in sizes]
        self.turn = [0] * len(rungs)

    def ask(self) -> Job:
        """Return a job of the oldest bracket with something to do; what it promotes are vectors here."""
        number = next((number for number, bracket in enumerate(self.brackets) if bracket.waiting), len(self.brackets))
        if number == len(self.brackets):
            self.brackets.append(Bracket(self.schedule[number % len(self.schedule)], self.rungs))
        bracket = self.brackets[number]
        vector = bracket.waiting.pop(0)
        bracket.results.append(None)
        rung = self.rungs.index(bracket.rungs[bracket.level + 1])
        begins = number > 0 or bracket.level == 0
        if begins:
            vector = self.trial(rung, bracket.level)
        target, self.turn[rung] = self.turn[rung], (self.turn[rung] + 1) % len(self.populations[rung])
        arch = tuple(min(floor(x * count), count - 1) for x, count in zip(vector, self.space.choices, strict=True))
        since = 0 if begins else bracket.rungs[bracket.level]
        return Job(arch, self.rungs[rung], since, (number, len(bracket.results) - 1, rung, target, vector))

    def tell(self, job: Job, error: float) -> None:
        """Let a trial that is no worse take the place of its target."""
        number, place, rung, target, vector = job.label
        if error <= self.populations[rung][target][0]:
            self.populations[rung][target] = (error, vector)
        self.brackets[number].tell(place, (error, vector))

    def trial(self, rung: int, level: int) -> Vector:
        """Return a new vector."""
        genes = len(self.space.choices)
        fresh, mixes, beyond = ([self.random.uniform() for _ in range(genes)] for _ in range(3))
        picks = [self.random.uniform() for _ in range(4)]
        pool = sorted((m for m in self.populations[rung - (level > 0)] if m[0] < inf), key=lambda member: member[0])
        if level > 0:
            pool = pool[: len(self.populations[rung])]
        if len(pool) < 3:
            return fresh
        first, second, third = (pool.pop(floor(pick * len(pool)))[1] for pick in picks[:3])
        mutant = [a + 0.5 * (b - c) for a, b, c in zip(first, second, third, strict=True)]
        mutant = [x if 0 <= x < 1 else instead for x, instead in zip(mutant, beyond, strict=True)]
        error, target = self.populations[rung][self.turn[rung]]
        if error == inf:
            return mutant
        chosen = [mix < 0.5 or gene == floor(picks[3] * genes) for gene, mix in enumerate(mixes)]
        return [x if own else old for x, own, old in zip(mutant, chosen, target, strict=True)]
