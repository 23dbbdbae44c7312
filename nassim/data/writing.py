"""Writes the folder of a benchmark family, which files.py reads: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import tomli_w

from nassim.core.documents import CARDS, JsonValue, read_toml
from nassim.core.errors import DataError
from nassim.data.atomic import whole, whole_folder, write_text

CARD = "card.toml"
BEST, FAST, LARGE = 19, 3, 1 << 26  # levels of compression, and from how many bytes on the fast one is used


class Tables(NamedTuple):
    """The two tables of one data set, with the columns of docs/data_format.md."""

    trainings: pa.Table
    architectures: pa.Table


class BlockTables(NamedTuple):
    """The one table of a device: what each block of networks takes on it."""

    blocks: pa.Table


@dataclass(frozen=True, eq=False)
class Family:
    """What is written: benchmarks name/dataset, or tables of blocks, and their card, without its [files]."""

    name: str
    card: Mapping[str, JsonValue]
    datasets: Mapping[str, Tables | BlockTables]
    said: tuple[str, ...] = ()  # what whoever imports it should hear


def replaces(family: Family, out: Path, *, replace: bool = False) -> Path | None:
    """Return the older folder of the family that writing it under `out` replaces, or None if there is none.

    Raises:
        DataError: If that is no benchmark family, or if its card has another title or source, unless `replace`.
    """
    target = out / family.name
    if not target.exists():
        return None
    if not (target / CARD).is_file():
        raise DataError(f"{target}: is no benchmark family and would be replaced; choose another folder with --out")
    try:
        older = read_toml(target / CARD, "", CARDS)
    except DataError:
        return target  # a damaged card is what importing again mends
    for name in ("title", "source"):
        if not replace and older.get(name) != family.card.get(name):
            was, now = (f"{of.get(name)!r:.60}" for of in (older, family.card))
            raise DataError(
                f"{target}: holds {family.name} of another {name}, {was}, not {now}; replace it with --replace, "
                "give the file another name, or choose another folder with --out"
            )
    return target


def write_family(family: Family, out: Path) -> list[str]:
    """Write out/<family>/ and return the names of its benchmarks. An older folder of the family is replaced.

    Readers see the old folder or the new one, never half of either: it is written under another name first.
    """
    replaces(family, out, replace=True)
    with whole_folder(out / family.name, replace=True) as new:
        _write(family, new)
    return [f"{family.name}/{dataset}" for dataset in family.datasets]


def write_table(table: pa.Table, path: Path) -> dict[str, str]:
    """Write a table as Parquet, small, the same bytes every time; return what the card says of the file."""
    level = BEST if table.nbytes < LARGE else FAST
    with whole(path) as file:
        pq.write_table(
            table, file, compression="zstd", compression_level=level, use_dictionary=False, write_page_checksum=True
        )
    return {"sha256": sha256(path.read_bytes()).hexdigest(), "content": content(table)}


def content(table: pa.Table) -> str:
    """Return the sha256 of a table's values, whatever library wrote it; docs/data_format.md says how."""
    digest = sha256()
    for field in table.schema:
        values = table[field.name]
        digest.update(f"{field.name} {field.type} {len(values)}\n".encode())
        if field.type == pa.string():
            digest.update("".join(f"{text}\n" for text in values.to_pylist()).encode())
        else:
            numbers = values.to_numpy()
            digest.update(numbers.astype(numbers.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


def _write(family: Family, folder: Path) -> None:
    files: dict[str, dict[str, str]] = {}
    for dataset in family.datasets:
        (folder / dataset).mkdir(parents=True)
        files |= _write_tables(family.datasets[dataset], folder, dataset)
    write_text(folder / CARD, tomli_w.dumps({**family.card, "files": files}))


def _write_tables(tables: Tables | BlockTables, folder: Path, dataset: str) -> dict[str, dict[str, str]]:
    files = {}
    for name, table in tables._asdict().items():
        path = folder / dataset / f"{name}.parquet"
        files[f"{dataset}/{path.name}"] = write_table(table, path)
    return files
