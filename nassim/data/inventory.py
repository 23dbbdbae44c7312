"""What the data folders hold, told from cards and a few rows: nothing is loaded in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from nassim import catalog
from nassim.core.card_facts import Facts, Written
from nassim.core.errors import DataError, NassimError
from nassim.core.renamed import renamed_names
from nassim.data.reading import read_card

FIRST_ROWS = 1 << 12  # rows that hold the first training whole: it has every epoch
TABLES = ("trainings.parquet", "architectures.parquet")
MEND = "delete its folder and import or install it again"


@dataclass(frozen=True)
class DatasetInfo:
    """One data set of a family."""

    name: str  # family/dataset
    space: str
    size: int  # of the space
    known: int  # rows of its table of architectures
    networks: bool  # whether a row answers for all architectures that are one network
    complete: bool  # whether the card says that all are there: of a space where not all are valid, fewer than `size`
    trainings: int
    epochs: tuple[int, ...]
    tested: bool  # whether what is reported is another split than what a search sees
    costs: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether the data are of the whole space."""
        return self.networks or self.known == self.size or self.complete


@dataclass(frozen=True)
class FamilyInfo:
    """A family of benchmarks in a data folder."""

    name: str
    folder: Path
    datasets: tuple[str, ...]
    tables: tuple[str, ...] = TABLES  # that each of them has

    @property
    def shipped(self) -> bool:
        """Whether it came with nassim."""
        return self.folder.parent == catalog.shipped("benchmarks_data")

    def card(self) -> Written:
        """Return its card.

        Raises:
            DataError: Says what is wrong with it.
        """
        return read_card(self.folder / "card.toml")

    def dataset_infos(self) -> list[DatasetInfo]:
        """Return what its data sets are.

        Raises:
            DataError: Names the file that cannot be read.
        """
        card = self.card()
        return [_dataset_info(self.folder / dataset, card) for dataset in self.datasets]


def family_infos() -> list[FamilyInfo]:
    """Return the families of all data folders by name; of data sets of one name, the first folder's."""
    return _families(catalog.dataset_folders(), TABLES)


def block_families() -> list[FamilyInfo]:
    """Return the families of tables of blocks, as `family_infos` does those of benchmarks."""
    return _families(catalog.block_folders(), (catalog.BLOCKS,))


def _families(folders: Mapping[str, Path], tables: tuple[str, ...]) -> list[FamilyInfo]:
    found: dict[tuple[str, Path], list[str]] = {}
    for folder in folders.values():
        found.setdefault((folder.parent.name, folder.parent), []).append(folder.name)
    return [FamilyInfo(name, folder, tuple(sorted(own)), tables) for (name, folder), own in sorted(found.items())]


def dataset_info(name: str) -> DatasetInfo:
    """Return what a data set `family/dataset` is.

    Raises:
        UnknownNameError: If there is none.
    """
    folder = catalog.dataset_folder(name)
    return _dataset_info(folder, read_card(folder.parent / "card.toml"))


def damage(family: FamilyInfo) -> Iterator[str | None]:
    """Yield for every file that belongs to a family what is wrong with it, in a line, or None."""
    try:
        on_card = family.card().get("files", {})
    except NassimError as error:
        yield str(error)
        return
    belongs = {f"{dataset}/{table}" for dataset in family.datasets for table in family.tables} | set(on_card)
    for name in sorted(belongs):
        yield _damage(family.folder / name, on_card.get(name, {}).get("sha256"))


def _damage(path: Path, wanted: str | None) -> str | None:
    try:
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"{path}: cannot be read ({error.strerror}); {MEND}"
    if wanted is None:
        return f"{path}: the card has no sha256 of it; {MEND}"
    return None if digest == wanted else f"{path}: its sha256 is {digest[:12]}..., the card's {wanted[:12]}...; {MEND}"


def _dataset_info(folder: Path, card: Written) -> DatasetInfo:
    facts = cast("Facts", {**card, **card.get("datasets", {}).get(folder.name, {})})
    space = catalog.space_on_card(facts["space"], folder.parent)
    trainings, architectures = (folder / table for table in TABLES)
    try:
        with pq.ParquetFile(trainings) as file:
            rows, tested = file.metadata.num_rows, "test_error" in file.schema_arrow.names
            columns = ["arch", "replica", "epoch"]
            first = next(file.iter_batches(FIRST_ROWS, columns=columns, use_threads=False), None)
        known = pq.read_metadata(architectures).num_rows
    except (pa.ArrowException, OSError, KeyError) as error:
        raise DataError(f"{folder}: damaged or no Parquet files ({error!s:.80}); {MEND}") from error
    epochs = _epochs(first)
    networks, complete = bool(facts.get("networks", False)), facts.get("complete") is True
    told = rows // len(epochs), epochs, tested, tuple(facts.get("costs", {}))
    return DatasetInfo(f"{folder.parent.name}/{folder.name}", space.name, space.size, known, networks, complete, *told)


def _epochs(first: pa.RecordBatch | None) -> tuple[int, ...]:
    """Return the epochs of the first training."""
    if first is None or first.num_rows == 0:
        return (0,)
    arch, replica, epoch = (np.asarray(column) for column in first.columns)
    return tuple(np.unique(epoch[(arch == arch[0]) & (replica == replica[0])]).tolist())


if not TYPE_CHECKING:
    __getattr__ = renamed_names(
        __name__,
        {
            "Glance": "nassim.data.inventory.DatasetInfo",
            "Shelf": "nassim.data.inventory.FamilyInfo",
            "glance": "nassim.data.inventory.dataset_info",
            "shelves": "nassim.data.inventory.family_infos",
        },
    )
