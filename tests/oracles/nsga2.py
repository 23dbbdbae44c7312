"""NSGA-II as in the paper, for one run: sort into fronts, measure the crowding, let the first survive, mate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from typing import NamedTuple

from tests.oracles.random import Random
from tests.oracles.space import Arch
from tests.oracles.training import Trainer


class Being(NamedTuple):
    """A member of a population."""

    arch: Arch
    values: tuple[float, ...]  # objectives
    missed: float  # by how much it misses its limits


class Standing(NamedTuple):
    """Where a member stands in its population."""

    rank: int
    crowding: float


Judge = Callable[[float, Arch], tuple[tuple[float, ...], float]]  # the error and the architecture -> values and missed


def nsga2(
    trainer: Trainer,
    random: Random,
    judge: Judge,
    *,
    population: int = 100,
    crossover_rate: float = 0.9,
    mutation_rate: float | None = None,
    tournament: str = "rank",
) -> None:
    """Let one generation follow the other, for ever."""

    def born(archs: list[Arch]) -> list[Being]:
        return [Being(arch, *judge(trainer.train(arch), arch)) for arch in archs]

    def beginners() -> Iterator[list[Arch]]:
        while True:
            yield [trainer.space.sample(random) for _ in range(population)]

    rate = 1 / len(trainer.space.choices) if mutation_rate is None else mutation_rate
    parents = born(new_ones(beginners(), population, set()))
    while True:
        standings = standing(parents)

        def litters(parents: list[Being] = parents, standings: list[Standing] = standings) -> Iterator[list[Arch]]:
            while True:
                pairs = (population + 1) // 2
                chosen = winners(parents, standings, 2 * pairs, random, tournament)
                yield litter([being.arch for being in chosen], trainer.space.choices, random, crossover_rate, rate)

        both = parents + born(new_ones(litters(), population, {being.arch for being in parents}))
        standings = standing(both)
        ties = [random.uniform() for _ in both]
        order = sorted(range(len(both)), key=lambda i: (standings[i].rank, -standings[i].crowding, ties[i]))
        parents = [both[i] for i in order[:population]]


def new_ones(batches: Iterator[list[Arch]], count: int, known: set[Arch]) -> list[Arch]:
    """Return so many architectures that are not known, each once, batch after batch."""
    found: list[Arch] = []
    for batch in batches:
        for arch in batch:
            if len(found) < count and arch not in known:
                known.add(arch)
                found.append(arch)
        if len(found) == count:
            break
    return found


def dominates(one: Being, other: Being) -> bool:
    """Return whether one is better: less of a limit missed, or as good in all objectives and better in one."""
    if one.missed > 0 or other.missed > 0:
        return one.missed < other.missed
    pairs = list(zip(one.values, other.values, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def standing(beings: list[Being]) -> list[Standing]:
    """Return the front of each, and how far apart its neighbours in that front are."""
    ranks, crowding, left, rank = [0] * len(beings), [0.0] * len(beings), set(range(len(beings))), 0
    while left:
        front = [i for i in sorted(left) if not any(dominates(beings[j], beings[i]) for j in left)]
        for i in front:
            ranks[i] = rank
        for objective in range(len(beings[0].values)):
            own = sorted(front, key=lambda i: beings[i].values[objective])
            low, high = beings[own[0]].values[objective], beings[own[-1]].values[objective]
            if not 0 < high - low < inf:
                continue
            for place, i in enumerate(own):
                if place in {0, len(own) - 1}:
                    crowding[i] += inf
                else:
                    before, after = (beings[own[place + step]].values[objective] for step in (-1, 1))
                    crowding[i] += (after - before) / (high - low)
        left -= set(front)
        rank += 1
    count = len(beings[0].values)
    return [Standing(*each) for each in zip(ranks, (total / count for total in crowding), strict=True)]


def winners(beings: list[Being], standings: list[Standing], count: int, random: Random, how: str) -> list[Being]:
    """Return the winners of so many tournaments of two."""
    drawn: list[int] = []
    keys = [[random.uniform() for _ in beings] for _ in range(-(-2 * count // len(beings)))]
    for row in keys:
        drawn += sorted(range(len(beings)), key=lambda i, row=row: row[i])  # type: ignore[misc]
    coins = [random.uniform() < 0.5 for _ in range(count)]
    rivals = zip(drawn[:count], drawn[count : 2 * count], coins, strict=True)
    return [
        beings[one if prefers(beings, standings, one, other, how, coin=coin) else other] for one, other, coin in rivals
    ]


def prefers(beings: list[Being], standings: list[Standing], one: int, other: int, how: str, *, coin: bool) -> bool:
    """Return whether the first of two wins its tournament; where nothing tells them apart a coin does."""
    a, b = beings[one], beings[other]
    if a.missed > 0 or b.missed > 0:
        return a.missed < b.missed or (a.missed == b.missed and coin)
    if how == "rank" and standings[one].rank != standings[other].rank:
        return standings[one].rank < standings[other].rank
    if how == "dominance" and (dominates(a, b) or dominates(b, a)):
        return dominates(a, b)
    room, other_room = standings[one].crowding, standings[other].crowding
    return room > other_room or (room == other_room and coin)


def litter(
    parents: list[Arch], choices: tuple[int, ...], random: Random, crossover: float, mutation: float
) -> list[Arch]:
    """Return two children of each pair: the first parent of all pairs comes before all second ones."""
    half, genes = len(parents) // 2, len(choices)
    mates = [random.uniform() < crossover for _ in range(half)]
    swaps = [[random.uniform() < 0.5 for _ in range(genes)] for _ in range(half)]
    children = [list(arch) for arch in parents]
    for pair in range(half):
        for gene in range(genes):
            if mates[pair] and swaps[pair][gene]:
                children[pair][gene], children[half + pair][gene] = parents[half + pair][gene], parents[pair][gene]
    changes = [[random.uniform() < mutation for _ in range(genes)] for _ in children]
    drawn = [[random.integer(options) for options in choices] for _ in children]
    return [
        tuple(new if change else old for old, new, change in zip(child, row, changed, strict=True))
        for child, row, changed in zip(children, drawn, changes, strict=True)
    ]
