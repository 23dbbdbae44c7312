"""Makes tables of the records of NATS-Bench and NAS-Bench-201, which have the same form."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple, Self

import numpy as np

from nassim.core.arrays import Archs, Columns
from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.data.writing import Tables
from nassim.importers._nats_records import COSTS, Curves
from nassim.importers._tables import Found, tabulate

CLOSE = 0.01  # percent
KNOWN = {  # the cell, or the sizes, of this number and its mean validation accuracy after the last epoch
    ("nb201", "cifar10"): (6111, 91.6067),
    ("nb201", "cifar100"): (9930, 73.4933),
    ("nb201", "imagenet16-120"): (10_676, 46.7333),
    ("natsbench_size", "cifar10"): (284, 86.796),
    ("natsbench_size", "cifar100"): (284, 62.78),
    ("natsbench_size", "imagenet16-120"): (284, 33.3333),
}


class Kept(NamedTuple):
    """All trainings of one data set so far, joined: an array for each would take half as much again."""

    numbers: list[int]  # of the architecture, per training
    costs: list[tuple[float, ...]]  # of each training
    valid: array[float]  # accuracies of all epochs, one training after the other
    test: array[float]
    seconds: array[float]

    @classmethod
    def nothing(cls) -> Self:
        """Return what is kept at first."""
        return cls([], [], *(array("d") for _ in range(3)))

    def add(self, number: int, curves: Curves) -> None:
        """Take in a training of an architecture."""
        self.numbers.append(number)
        self.costs.append(curves.costs)
        for kept, values in ((self.valid, curves.valid), (self.test, curves.test), (self.seconds, curves.seconds)):
            kept.frombytes(values.astype(np.float64).tobytes())


class Datasets(Mapping[str, Tables]):
    """The tables of each data set, made when they are asked for: all at once would be large."""

    def __init__(self, space: Space, where: str) -> None:
        self.space, self.where = space, where
        self.kept: dict[str, Kept] = {}

    def add(self, number: int, found: dict[str, list[Curves]]) -> None:
        """Take in the trainings of an architecture by data set."""
        for dataset, curves in found.items():
            own = self.kept.setdefault(dataset, Kept.nothing())
            for training in curves:
                own.add(number, training)

    @property
    def part(self) -> dict[str, bool]:
        """Whether these are all architectures of the space."""
        return {"complete": len({number for own in self.kept.values() for number in own.numbers}) == self.space.size}

    def __iter__(self) -> Iterator[str]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)

    def __getitem__(self, name: str) -> Tables:
        own = self.kept[name]
        numbers, row = np.unique(own.numbers, return_inverse=True)
        epochs = len(own.valid) // row.size
        counts = np.bincount(row)
        replica = np.empty(row.size, dtype=np.int8)
        replica[np.argsort(row, kind="stable")] = np.arange(row.size) - np.repeat(np.cumsum(counts) - counts, counts)
        values = np.array(own.costs)
        costs: Columns = {cost: np.bincount(row, values[:, column]) / counts for column, cost in enumerate(COSTS)}
        found = Found(
            self.space,
            in_official_order(self.space)[numbers],
            np.repeat(row.astype(np.int32), epochs),  # narrow: there are millions of rows
            np.tile(np.arange(1, epochs + 1, dtype=np.int16), row.size),
            100.0 - np.frombuffer(own.valid),
            np.frombuffer(own.seconds),
            replica=np.repeat(replica, epochs),
            test_error=100.0 - np.frombuffer(own.test),
            costs={**costs, "official": numbers.astype(np.int32)},
        )
        return tabulate(found, f"{self.where}: {name}")[0]


def in_official_order(space: Space) -> Archs:
    """Return all architectures of a space, in the order of the published files."""
    archs = space.at(np.arange(space.size))
    return archs[np.argsort(space.official(archs))] if hasattr(space, "official") else archs


@cache
def official_texts(space: Space) -> tuple[str, ...]:
    """Return the text of each, in that order."""
    return tuple(space.show(arch) for arch in in_official_order(space))


def check_known(tables: Datasets, where: str) -> None:
    """Raise DataError unless the architectures of which it is known have the published mean accuracy."""
    for (space, dataset), (number, accuracy) in KNOWN.items():
        if space == tables.space.name:
            kept = tables.kept[dataset]
            last = np.frombuffer(kept.valid).reshape(len(kept.numbers), -1)[:, -1]
            found = last[np.array(kept.numbers) == number]
            mean = found.mean() if found.size else np.nan
            if not abs(mean - accuracy) < CLOSE:
                got = f"{mean:.4f} % mean validation accuracy on {dataset}, the published one has {accuracy}"
                raise DataError(f"{where}: architecture {number}: has {got}")
