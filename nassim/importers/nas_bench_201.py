"""NAS-Bench-201 (Dong and Yang, ICLR 2020): NAS-Bench-201-v1_1-096897.pth, or v1_0, without torch.

As published at https://github.com/D-X-Y/NAS-Bench-201: every seed of two schedules of all 15,625 cells, with whole
learning curves. It is read cell by cell, since all of it at once takes many times the memory of the file. The times
are those measured; NATS-Bench (format nats-bench) has the same trainings with the authors' later, unified times.
"""

from __future__ import annotations

from pathlib import Path
from pickle import UnpicklingError

from nassim import catalog
from nassim.core.documents import Table
from nassim.core.errors import DataError
from nassim.data.writing import Family
from nassim.importers import Progress
from nassim.importers._nats_cards import EARLY, about
from nassim.importers._nats_records import Kind, trainings_of
from nassim.importers._nats_tables import Datasets, check_known, official_texts
from nassim.importers._pickle_stream import PickleStream
from nassim.importers._pickles import Pickled
from nassim.importers._tables import digest_of
from nassim.importers._torch_files import damaged, release, state_in

FAMILIES = ("nas-bench-201",)
KINDS = (  # by how the file names the schedules
    Kind("nas-bench-201", {"full": "", "less": "-12epochs"}),
    Kind("nas-bench-201", {"200": "", "12": "-12epochs"}),
)
ABOUT: Table = {
    "source": "Xuanyi Dong and Yi Yang, NAS-Bench-201, ICLR 2020, https://github.com/D-X-Y/NAS-Bench-201",
    "notes": ["Replicas are the seeds in increasing order.", EARLY],
    "seconds": {"meaning": "training time from scratch to the epoch as the authors measured it; no evaluation"},
}
PART = 100  # architectures after which the memory of what was read is given back
RECORDS, TEXTS = "arch2infos", "meta_archs"  # parts of the published dict


def read(source: Path, progress: Progress) -> Family:
    """Return the published file as tables.

    Raises:
        DataError: Names the cell that is not as published.
    """
    reader = _Reader(source, progress)
    reader.read()
    missing = next((number for number in range(len(reader.texts)) if number not in reader.seen), None)
    if missing is not None:
        there = f"{len(reader.seen):,} of {len(reader.texts):,} are there"
        raise DataError(f"{source}: architecture {missing} is missing, {there}; download it again")
    check_known(reader.tables, str(source))
    return reader.family()


def read_some(source: Path, progress: Progress) -> Family:
    """Return what is there of a file of the published form as tables."""
    reader = _Reader(source, progress)
    reader.read()
    return reader.family()


class _Reader:
    """Takes in cells one after the other."""

    def __init__(self, source: Path, progress: Progress) -> None:
        self.source, self.progress = source, progress
        self.space = catalog.space("nb201")
        self.texts = official_texts(self.space)
        self.seen: set[int] = set()
        self.tables = Datasets(self.space, str(source))

    def read(self) -> None:
        """Read the whole file."""
        with state_in(self.source) as (data, start):

            def take(number: Pickled, record: Pickled) -> None:
                self.add(number, record)
                if len(self.seen) % PART == 0:
                    release(data)

            try:
                rest = PickleStream(data, start, RECORDS, take).read()
            except UnpicklingError as error:
                raise damaged(self.source, f"after {len(self.seen):,} architectures", error) from error
        texts = rest.get(TEXTS) if isinstance(rest, dict) else None
        if not isinstance(texts, list) or tuple(texts) != self.texts:
            raise DataError(f"{self.source}: expected the 15,625 cells in their official order in {TEXTS}")

    def add(self, number: Pickled, record: Pickled) -> None:
        """Take in a cell."""
        if type(number) is not int or not 0 <= number < len(self.texts) or number in self.seen:
            raise DataError(f"{self.source}: architecture {number!r:.20} is unknown, or there twice")
        self.seen.add(number)
        where = f"{self.source}: architecture {number}"
        known = (kind for kind in KINDS if isinstance(record, dict) and kind.schedules.keys() <= record.keys())
        self.tables.add(number, trainings_of(record, number, self.texts[number], next(known, KINDS[0]), where))
        self.progress(len(self.seen), len(self.texts))

    def family(self) -> Family:
        """Return all that was read."""
        family, source = FAMILIES[0], self.source
        card = about(family, self.space, self.tables, source, digest_of(source), self.tables.part)
        return Family(family, card | ABOUT | {"built": f"nassim import {family} {source.name}"}, self.tables)
