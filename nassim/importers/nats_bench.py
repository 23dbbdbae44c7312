"""NATS-Bench (Dong et al., TPAMI 2021): a folder NATS-tss-v1_0-3ffb9-simple or NATS-sss-v1_0-50262-simple.

As published at https://github.com/D-X-Y/NATS-Bench: meta.pickle.pbz2 and one file per architecture, with every seed
of every schedule and its whole learning curve. A schedule is a data set of its own: its learning rate ends at 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nassim import catalog
from nassim.errors import DataError
from nassim.family import Family, Tables
from nassim.importers import Progress
from nassim.importers._nats_cards import about
from nassim.importers._nats_records import COSTS, Curves, Kind, read_meta, read_record
from nassim.importers._tables import Found, digest_of, tabulate
from nassim.processes import cores, results
from nassim.space import Space

PARTS = 64  # architectures that a process reads at a time


class Kept(NamedTuple):
    """All trainings of one data set so far."""

    numbers: list[int]  # of the architecture, per training
    curves: list[Curves]


FAMILIES = ("nats-topology", "nats-size")
KINDS = {
    "nb201": Kind("nats-topology", {"200": "", "12": "-12epochs"}),
    "natsbench_size": Kind("nats-size", {"90": "", "12": "-12epochs", "01": "-1epoch"}),
}


def read(source: Path, progress: Progress) -> Family:
    """Return the published folder as tables; DataError names the file and the record that is not as published."""
    space = space_of(source)
    missing = next((n for n in range(space.size) if not file_of(source, n).is_file()), None)
    if missing is not None:
        raise DataError(f"{file_of(source, missing)}: is missing; download {source.name} again, or the rest of it")
    return read_some(source, list(range(space.size)), progress)


def read_some(source: Path, numbers: list[int], progress: Progress) -> Family:
    """Return some of the published architectures, by their official index, as tables."""
    space = space_of(source)
    kind = KINDS[space.name]
    kept: dict[str, Kept] = {}
    parts = [(source, space.name, kind, numbers[start : start + PARTS]) for start in range(0, len(numbers), PARTS)]
    done = 0
    for part in results(_read_part, parts, min(cores(), len(parts))):
        for number, found in part:
            for dataset, curves in found.items():
                own = kept.setdefault(dataset, Kept([], []))
                own.numbers.extend([number] * len(curves))
                own.curves.extend(curves)
        done += len(part)
        progress(done, len(numbers))
    tables = _Datasets(space, kept, source)
    return Family(kind.family, about(kind.family, space, kept.keys(), source, digest_of(source), tables.part), tables)


def space_of(source: Path) -> Space:
    """Return the space of an archive, known by its list of architectures, in the official order."""
    texts = read_meta(source / "meta.pickle.pbz2")
    for name in KINDS:
        space = catalog.space(name)
        if len(texts) == space.size:
            archs = space.at(np.arange(space.size))
            official = space.official(archs) if hasattr(space, "official") else np.arange(space.size)
            if [space.show(archs[place]) for place in np.argsort(official)] == texts:
                return space
    raise DataError(f"{source / 'meta.pickle.pbz2'}: expected the 15,625 cells or 32,768 sizes in their official order")


def file_of(source: Path, number: int) -> Path:
    """Return the file of an architecture."""
    return source / f"{number:06d}.pickle.pbz2"


def _read_part(source: Path, space: str, kind: Kind, numbers: list[int]) -> list[tuple[int, dict[str, list[Curves]]]]:
    """Return the trainings of some architectures by data set. Runs in a process of its own."""
    found = catalog.space(space)
    archs = found.at(np.arange(found.size))
    order = np.argsort(found.official(archs))  # type: ignore[attr-defined]  # both spaces have one
    return [
        (number, read_record(file_of(source, number), number, found.show(archs[order[number]]), kind))
        for number in numbers
    ]


class _Datasets(Mapping[str, Tables]):
    """The tables of each data set, made when they are asked for: all at once would be large."""

    def __init__(self, space: Space, kept: dict[str, Kept], source: Path) -> None:
        self._space, self._kept, self._source = space, kept, source
        self.part = {"complete": len({number for own in kept.values() for number in own.numbers}) == space.size}

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, name: str) -> Tables:
        own = self._kept[name]
        numbers, row = np.unique(own.numbers, return_inverse=True)
        archs = self._space.at(np.arange(self._space.size))
        archs = archs[np.argsort(self._space.official(archs))][numbers]  # type: ignore[attr-defined]
        epochs = own.curves[0].valid.size
        counts = np.bincount(row)
        values = np.array([curves.costs for curves in own.curves])
        costs: dict[str, Any] = {
            cost: np.bincount(row, values[:, column]) / counts for column, cost in enumerate(COSTS)
        }
        found = Found(
            self._space,
            archs,
            np.repeat(row, epochs),
            np.tile(np.arange(1, epochs + 1), row.size),
            100.0 - np.concatenate([curves.valid for curves in own.curves]),
            np.concatenate([curves.seconds for curves in own.curves]),
            test_error=100.0 - np.concatenate([curves.test for curves in own.curves]),
            costs={**costs, "official": numbers.astype(np.int32)},
        )
        return tabulate(found, f"{self._source}: {name}")[0]
