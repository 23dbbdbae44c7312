"""Regularized evolution as in Algorithm 1 of Real et al., AAAI 2019."""

from __future__ import annotations

from collections import deque

from tests.oracles.random import Random
from tests.oracles.space import Arch
from tests.oracles.training import Trainer


def regularized_evolution(
    trainer: Trainer, random: Random, *, population: int = 10, sample: int = 3, mutation: str = "uniform"
) -> None:
    """Let the oldest die and a mutated tournament winner be born, for ever."""
    alive: deque[tuple[float, Arch]] = deque()
    while len(alive) < population:
        arch = trainer.space.sample(random)
        alive.append((trainer.train(arch), arch))
    born = population
    while True:
        seats = random.integers(population, sample)  # the one born n-th sits on seat n % population
        candidates = [alive[(seat - born) % population] for seat in seats]
        _, parent = min(candidates, key=lambda candidate: candidate[0])
        child = trainer.space.mutate(parent, random, mutation)
        alive.append((trainer.train(child), child))
        alive.popleft()
        born += 1
