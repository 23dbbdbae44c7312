"""A genetic algorithm as in a textbook: P_new = mutate(cross(P)), P_next = select(P + P_new)."""

from __future__ import annotations

from tests.oracles.random import Random
from tests.oracles.space import Arch
from tests.oracles.training import Trainer

Being = tuple[float, Arch]


def genetic_algorithm(
    trainer: Trainer,
    random: Random,
    *,
    population: int = 20,
    mutation_rate: float = 0.8,
    mutation: str = "uniform",
    selection: str = "truncation",
    tournament: int = 2,
) -> None:
    """Let one generation follow the other, for ever."""
    parents: list[Being] = []
    for _ in range(population):
        arch = trainer.space.sample(random)
        parents.append((trainer.train(arch), arch))
    while True:
        children: list[Being] = []
        for _ in range(population):
            arch = child_of(parents, trainer, random, mutation_rate, mutation)
            children.append((trainer.train(arch), arch))
        both = parents + children
        parents = truncate(both) if selection == "truncation" else compete(both, random, tournament)


def child_of(parents: list[Being], trainer: Trainer, random: Random, rate: float, mutation: str) -> Arch:
    """Return the child of two random parents; a mutant is always drawn, but not always used."""
    (_, first), (_, second) = (parents[seat] for seat in random.integers(len(parents), 2))
    child = trainer.space.crossover(first, second, random)
    mutant = trainer.space.mutate(child, random, mutation)
    return mutant if random.uniform() < rate else child


def truncate(both: list[Being]) -> list[Being]:
    """Return the better half; sorting keeps equals in their order."""
    return sorted(both, key=error)[: len(both) // 2]


def compete(both: list[Being], random: Random, tournament: int) -> list[Being]:
    """Return the best, and winners of tournaments."""
    rounds = len(both) // 2 - 1
    rivals = [both[seat] for seat in random.integers(len(both), rounds * tournament)]
    winners = [min(rivals[start : start + tournament], key=error) for start in range(0, len(rivals), tournament)]
    return [min(both, key=error), *winners]


def error(being: Being) -> float:
    """Return what is to be low."""
    return being[0]
