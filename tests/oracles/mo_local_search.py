"""Pareto local search as in a textbook, for one run: explore the neighbours of all that nothing dominates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.oracles.random import Random
from tests.oracles.space import Arch
from tests.oracles.training import Trainer

Judge = Callable[[float, Arch], tuple[tuple[float, ...], float]]  # the error and the architecture -> values and missed


@dataclass
class Member:
    """One of an archive."""

    arch: Arch
    values: tuple[float, ...]
    missed: float
    explored: bool = False

    def as_good_as(self, other: Member) -> bool:
        """Return whether the other is no better in any objective, or misses as much of the limits or more."""
        if self.missed == other.missed == 0:
            return all(mine <= theirs for mine, theirs in zip(self.values, other.values, strict=True))
        return self.missed <= other.missed


def mo_local_search(trainer: Trainer, random: Random, judge: Judge) -> None:
    """Ask one question after the other, for ever: each draws a random architecture, a centre and a neighbour."""
    archive: list[Member | None] = []  # whose places are used again
    hat: list[Arch] = []
    while True:
        arch, chance = trainer.space.sample(random), random.uniform()
        if not hat:
            waiting = [member for member in archive if member and not member.explored]
            if waiting:
                centre = waiting[int(chance * len(waiting))]
                centre.explored = True
                hat = trainer.space.neighbours(centre.arch)
            else:
                archive = []  # all of it is explored: the random architecture begins another
        pick = random.integer(max(len(hat), 1))
        if hat:
            hat[pick], hat[-1] = hat[-1], hat[pick]
            arch = hat.pop()
        enter(archive, Member(arch, *judge(trainer.train(arch), arch)))


def enter(archive: list[Member | None], new: Member) -> None:
    """Put a newcomer into the first place that is free, unless a member is as good; what it betters leaves."""
    if any(member and member.as_good_as(new) for member in archive):
        return
    for place, member in enumerate(archive):
        if member and new.as_good_as(member):
            archive[place] = None
    if None not in archive:
        archive.append(None)
    archive[archive.index(None)] = new
