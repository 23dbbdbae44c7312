"""NATS-Bench (Dong et al., TPAMI 2021): a folder NATS-tss-v1_0-3ffb9-simple or NATS-sss-v1_0-50262-simple.

As published at https://github.com/D-X-Y/NATS-Bench: meta.pickle.pbz2 and one file per architecture, with every seed
of every schedule and its whole learning curve. A schedule is a data set of its own: its learning rate ends at 0.
"""

from __future__ import annotations

from pathlib import Path

from nassim import catalog
from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.data.writing import Family
from nassim.importers import Progress
from nassim.importers._nats_cards import about
from nassim.importers._nats_records import Curves, Kind, read_meta, read_record
from nassim.importers._nats_tables import Datasets, check_known, in_official_order, official_texts
from nassim.importers._tables import digest_of
from nassim.parallel import cores, results

PARTS = 64  # architectures that a process reads at a time


FAMILIES = ("nats-topology", "nats-size")
KINDS = {
    "nb201": Kind("nats-topology", {"200": "", "12": "-12epochs"}),
    "natsbench_size": Kind("nats-size", {"90": "", "12": "-12epochs", "01": "-1epoch"}),
}


def read(source: Path, progress: Progress) -> Family:
    """Return the published folder as tables.

    Raises:
        DataError: Names the file and the record that is not as published.
    """
    space = space_of(source)
    missing = next((n for n in range(space.size) if not file_of(source, n).is_file()), None)
    if missing is not None:
        raise DataError(f"{file_of(source, missing)}: is missing; download {source.name} again, or the rest of it")
    family = read_some(source, list(range(space.size)), progress)
    check_known(family.datasets, str(source))  # type: ignore[arg-type]  # these are Datasets
    return family


def read_some(source: Path, numbers: list[int], progress: Progress) -> Family:
    """Return some of the published architectures, by their official index, as tables."""
    space = space_of(source)
    kind = KINDS[space.name]
    tables = Datasets(space, str(source))
    parts = [(source, space.name, kind, numbers[start : start + PARTS]) for start in range(0, len(numbers), PARTS)]
    done = 0
    for part in results(_read_part, parts, min(cores(), len(parts))):
        for number, found in part:
            tables.add(number, found)
        done += len(part)
        progress(done, len(numbers))
    return Family(kind.family, about(kind.family, space, tables, source, digest_of(source), tables.part), tables)


def space_of(source: Path) -> Space:
    """Return the space of an archive, known by its list of architectures, in the official order."""
    texts = read_meta(source / "meta.pickle.pbz2")
    for name in KINDS:
        space = catalog.space(name)
        if len(texts) == space.size and official_texts(space) == tuple(texts):
            return space
    raise DataError(f"{source / 'meta.pickle.pbz2'}: expected the 15,625 cells or 32,768 sizes in their official order")


def file_of(source: Path, number: int) -> Path:
    """Return the file of an architecture."""
    return source / f"{number:06d}.pickle.pbz2"


def _read_part(source: Path, space: str, kind: Kind, numbers: list[int]) -> list[tuple[int, dict[str, list[Curves]]]]:
    """Return the trainings of some architectures by data set. Runs in a process of its own."""
    found = catalog.space(space)
    archs = in_official_order(found)
    return [
        (number, read_record(file_of(source, number), number, found.show(archs[number]), kind)) for number in numbers
    ]
