"""DEHB for one run (Awad et al., IJCAI 2021, as the package dehb has it), in plain Python."""

from __future__ import annotations

from math import floor, inf

from tests.oracles.cluster import Job
from tests.oracles.hyperband import Bracket, Rounded
from tests.oracles.random import Random
from tests.oracles.space import PlainSpace

Vector = list[float]


class Dehb(Rounded):
    """The first brackets, one of each kind, promote; all else evolves, rand/1/bin."""

    name = "dehb"

    def __init__(self, space: PlainSpace, random: Random, rungs: list[int], eta: int = 3) -> None:
        super().__init__(space, random, rungs, eta)
        sizes = [max(sizes[rung - len(rungs)] for sizes in self.schedule if len(sizes) >= len(rungs) - rung)
                 for rung in range(len(rungs))]  # fmt: skip
        self.populations = [[(inf, self.fresh()) for _ in range(size)] for size in sizes]
        self.turn = [0] * len(rungs)
        self.promotions: list[list[Vector]] = [[] for _ in rungs]

    def ask(self) -> Job:
        """Return a job of the oldest bracket with something to do."""
        number = next((number for number, bracket in enumerate(self.brackets) if bracket.waiting), len(self.brackets))
        if number == len(self.brackets):
            self.brackets.append(Bracket(self.schedule[number % len(self.schedule)], self.rungs))
        bracket = self.brackets[number]
        bracket.waiting.pop(0)
        bracket.results.append(None)
        rung = self.rungs.index(bracket.rungs[bracket.level + 1])
        size, vector = bracket.sizes[bracket.level], None
        if bracket.level > 0 and len(self.brackets) <= len(self.schedule):
            vector = self.promotion(rung, size)
        since = bracket.rungs[bracket.level] if vector else 0
        vector = vector or self.trial(rung, rung - (bracket.level > 0), size)
        target, self.turn[rung] = self.turn[rung], (self.turn[rung] + 1) % len(self.populations[rung])
        arch = tuple(min(floor(x * c + 1e-9), c - 1) for x, c in zip(vector, self.space.choices, strict=True))
        return Job(arch, self.rungs[rung], since, (number, len(bracket.results) - 1, rung, target, vector))

    def tell(self, job: Job, error: float) -> None:
        """Let what is no worse take the place of its target."""
        number, place, rung, target, vector = job.label
        if error <= self.populations[rung][target][0]:
            self.populations[rung][target] = (error, vector)
        bracket = self.brackets[number]
        bracket.results[place] = (error, vector)
        if not bracket.waiting and None not in bracket.results:
            bracket.level += 1
            bracket.waiting = [None] * (bracket.sizes[bracket.level] if bracket.level < len(bracket.sizes) else 0)
            bracket.results = []

    def promotion(self, rung: int, size: int) -> Vector | None:
        """Return the next to be promoted to a rung, if any below succeeded."""
        below = sorted((member for member in self.populations[rung - 1] if member[0] < inf), key=lambda one: one[0])
        if not self.promotions[rung]:
            there = [vector for _, vector in self.populations[rung]]
            self.promotions[rung] = [vector for _, vector in below if vector not in there][:size]
        if self.promotions[rung]:
            return self.promotions[rung].pop(0)
        return below[0][1] if below else None

    def trial(self, rung: int, source: int, size: int) -> Vector:
        """Return a new vector."""
        target = self.populations[rung][self.turn[rung]][1]
        pool = [vector for _, vector in sorted(self.populations[source], key=lambda one: one[0])[:size]]
        if len(pool) < 3:
            everyone = [vector for population in self.populations for _, vector in population]
            pool += [self.mutant(everyone, target) for _ in range(4 - len(pool))]
        mutant = self.mutant(pool, target)
        mixes, beyond = ([self.random.uniform() for _ in target] for _ in range(2))
        one = self.random.integer(len(target))
        chosen = [mix < 0.5 for mix in mixes]
        if not any(chosen):
            chosen[one] = True
        trial = [new if own else old for new, own, old in zip(mutant, chosen, target, strict=True)]
        return [x if 0 <= x <= 1 else instead for x, instead in zip(trial, beyond, strict=True)]

    def mutant(self, pool: list[Vector], target: Vector) -> Vector:
        """Return x1 + 0.5 * (x2 - x3) of three of a pool."""
        fillers = [self.fresh() for _ in range(3)] if len(pool) <= 3 else []
        left = list(pool)
        if len(left) > 1 and target in left:
            left.remove(target)
        left += fillers[: max(3 - len(left), 0)]
        picks = [self.random.uniform() for _ in range(3)]
        first, second, third = (left.pop(floor(pick * len(left))) for pick in picks)
        return [a + 0.5 * (b - c) for a, b, c in zip(first, second, third, strict=True)]

    def fresh(self) -> Vector:
        """Return the vector of a random architecture."""
        return [floor(self.random.uniform() * count) / count for count in self.space.choices]
