"""Local search as in a textbook: steepest descent and first improvement, with random restarts."""

from __future__ import annotations

from tests.oracles.random import Random
from tests.oracles.space import Arch
from tests.oracles.training import Trainer


def local_search(trainer: Trainer, random: Random, *, neighbourhood: str = "full") -> None:
    """Climb from random architectures, for ever."""
    while True:
        arch, _ = question(trainer, random, [])
        climb(trainer, random, arch, trainer.train(arch), neighbourhood)


def climb(trainer: Trainer, random: Random, centre: Arch, error: float, neighbourhood: str) -> None:
    """Move to better neighbours until there is none."""
    while True:
        best, lowest = centre, error
        hat = trainer.space.neighbours(centre)
        while hat and not (neighbourhood == "first" and lowest < error):
            _, arch = question(trainer, random, hat)
            result = trainer.train(arch)
            if result < lowest:
                best, lowest = arch, result
        if lowest == error:
            return
        centre, error = best, lowest


def question(trainer: Trainer, random: Random, hat: list[Arch]) -> tuple[Arch, Arch]:
    """Return a random architecture, and one drawn from the hat; the last one in the hat takes its place.

    Every question draws both, and uses one.
    """
    fresh, pick = trainer.space.sample(random), random.integer(max(len(hat), 1))
    if not hat:
        return fresh, fresh
    hat[pick], hat[-1] = hat[-1], hat[pick]
    return fresh, hat.pop()
