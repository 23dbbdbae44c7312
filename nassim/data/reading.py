"""Reads a benchmark's data folder: two Parquet files, and the card.toml of its family beside them."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, NotRequired, TypedDict, cast, final

import numpy as np
import pyarrow as pa

from nassim import catalog
from nassim.core.arrays import Archs, Columns, Floats, Ids
from nassim.core.benchmark import Card
from nassim.core.card_facts import DataSet, Facts, File, Written
from nassim.core.documents import CARDS, read_toml
from nassim.core.errors import DataError
from nassim.core.shapes import shaped
from nassim.core.space import Space
from nassim.data.arranging import MEND, Arranged, arrange, column, whole, with_failure
from nassim.data.parquet import opened
from nassim.data.repeats import costs_in, relative_noise
from nassim.surrogates.training_records import mean_of


class _Own(TypedDict):
    name: str
    space: Space
    card: Card


class _About(_Own):
    resumable: bool


class Arguments(Arranged, _Own):
    """What the constructors of all tables take."""

    costs: dict[str, Floats]


@final
class TableArguments(Arguments):
    """What TableBenchmark takes."""

    resumable: bool
    ids: NotRequired[Ids]


@final
class NetworkArguments(Arguments):
    """What NetworkTable takes."""

    resumable: bool
    networks: Ids


class PartialArguments(Arguments):
    """What PartialTable takes."""

    archs: Archs


class Data(NamedTuple):
    """What a data folder holds."""

    folder: Path
    facts: Facts  # card.toml's: of the data set, and of the family where it has none of its own
    space: Space
    card: Card
    trainings: Columns
    architectures: Columns


def read_table(folder: Path) -> TableArguments | NetworkArguments:
    """Return what TableBenchmark or NetworkTable takes.

    Raises:
        DataError: Names the file that is missing or damaged.
    """
    data = _load(folder)
    path, listing = folder / "trainings.parquet", folder / "architectures.parquet"
    known, name = whole(data.architectures, "arch", listing).astype(np.int64), _name(folder)
    if not data.facts.get("complete", True):
        raise DataError(
            f"{name}: {known.size:,} of the {data.space.size:,} architectures of {data.space.name} were trained, "
            f"too few to search on; learn the others from them: nassim fit {name}"
        )
    if data.facts.get("networks", False) and data.space.networks:
        return _of_networks(known, data, listing, path)
    place = _places(known, data, listing)
    arch = _within(whole(data.trainings, "arch", path), data.space, path)
    if place is None:
        arranged = arrange(data.trainings, arch, data.space.size, path)
        about = _about(data)
        return cast("TableArguments", {**arranged, "costs": _costs(data), **about})
    of_rows, costs = arrange(data.trainings, _rows(arch, known, path), known.size, path), _costs(data)
    if place.max() == known.size:
        of_rows, costs = with_failure(of_rows, costs)
        known = np.append(known, data.space.no_id)
    costs = {name: values[place] for name, values in costs.items()}
    return {**_spread(of_rows, place), "ids": known[place], "costs": costs, **_about(data)}


def read_samples(folder: Path) -> PartialArguments:
    """Return what the constructor of PartialTable takes, of a data folder that may hold a part of its space."""
    data = _load(folder)
    trainings, architectures = folder / "trainings.parquet", folder / "architectures.parquet"
    ids = whole(data.architectures, "arch", architectures).astype(np.int64)
    if ids.size == 0 or (np.diff(ids) <= 0).any():
        raise DataError(f"{architectures}: expected architectures sorted by arch, each once; {MEND}")
    arch = whole(data.trainings, "arch", trainings).astype(np.int64)
    row = _rows(arch, ids, trainings)
    archs = _archs(data, ids, architectures)
    arranged = arrange(data.trainings, row, ids.size, trainings)
    own: _Own = {"name": _name(folder), "space": data.space, "card": data.card}
    costs = {name: mean_of(values) if values.ndim > 1 else values for name, values in _costs(data).items()}
    return {**arranged, "archs": archs, "costs": costs, **own}


def read_card(path: Path, mend: str = MEND) -> Written:
    """Return the content of a card.toml.

    Raises:
        DataError: Says what is wrong with it, and `mend` what to do.
    """
    return shaped(read_toml(path, mend, CARDS), Written, str(path), mend, is_open=True)


def space_of(folder: Path) -> Space:
    """Return the space of a data folder, as its family's card names it."""
    facts = read_card(folder.parent / "card.toml")
    own: DataSet = facts.get("datasets", {}).get(folder.name, {})
    return catalog.space_on_card(own.get("space", facts["space"]), folder.parent)


def _load(folder: Path) -> Data:
    family, dataset = folder.parent, folder.name
    facts = read_card(family / "card.toml")
    files = [read_file(family, f"{dataset}/{name}.parquet", facts) for name in ("trainings", "architectures")]
    (trainings, _), (architectures, _) = files
    card = _card(facts, dataset, [digest for _, digest in files])
    card = _with_noise(card, architectures, folder / "architectures.parquet")
    space = catalog.space_on_card(card.facts["space"], family)
    return Data(folder, card.facts, space, card, trainings, architectures)


def _with_noise(card: Card, architectures: Columns, path: Path) -> Card:
    """Return a card that states the noise of costs with several measurements."""
    repeats = card.facts.get("repeats", {})
    found = {name: relative_noise(values) for name, values in costs_in(architectures, card.facts, path).items()
             if name in repeats}  # fmt: skip
    return replace(card, facts={**card.facts, "noise": {**card.facts.get("noise", {}), **found}}) if found else card


def _of_networks(known: Ids, data: Data, listing: Path, path: Path) -> NetworkArguments:
    """Return what NetworkTable's constructor takes."""
    stands = data.space.canonical(data.space.at(known)) == known
    if known.size != data.space.networks or not stands.all() or (np.diff(known) <= 0).any():
        raise DataError(f"{listing}: expected each of {data.space.networks:,} networks once, sorted by arch; {MEND}")
    arranged = arrange(data.trainings, _rows(whole(data.trainings, "arch", path), known, path), known.size, path)
    return {**arranged, "networks": known, "costs": _costs(data), **_about(data)}


def _about(data: Data) -> _About:
    resumable = data.facts.get("resumable", True)
    return {"name": _name(data.folder), "space": data.space, "card": data.card, "resumable": resumable}


def _places(known: Ids, data: Data, path: Path) -> Ids | None:
    """Return the row of each architecture of the space, (size,), or None where each has its own.

    A card with `networks = true` lists networks: one row answers for all architectures that are the same network. What
    is not valid has the row after the last, see `with_failure`.
    """
    space, networks = data.space, data.facts.get("networks", False)
    if np.array_equal(known, np.arange(space.size)):
        return None
    everything = space.at(np.arange(space.size))
    valid = space.valid(everything)
    ids = space.canonical(everything[valid]) if networks else np.flatnonzero(valid)
    if np.array_equal(known, np.unique(ids)):
        place = np.full(space.size, known.size)
        place[valid] = np.searchsorted(known, ids)
        return place
    each = "network" if networks else "architecture" if valid.all() else "valid architecture"
    raise DataError(f"{path}: expected each {each} of {data.space.name} once, sorted by arch; {MEND}")


def _spread(arranged: Arranged, place: Ids) -> Arranged:
    """Return what `arrange` made of networks for all architectures."""
    error, seconds = (np.take(values, place, axis=1) for values in (arranged["error"], arranged["seconds"]))
    counts = arranged["counts"][place]
    spread: Arranged = {"epochs": arranged["epochs"], "counts": counts, "error": error, "seconds": seconds}
    return {**spread, "test": arranged["test"][place]} if "test" in arranged else spread


def _rows(arch: Ids, known: Ids, path: Path) -> Ids:
    """Return where in the sorted `known` each architecture is."""
    row = np.searchsorted(known, arch).clip(max=known.size - 1)
    if (known[row] != arch).any():
        unknown = int(arch[(known[row] != arch).argmax()])
        raise DataError(f"{path}: arch {unknown} is not in architectures.parquet; {MEND}")
    return row


def _name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _costs(data: Data) -> dict[str, Floats]:
    """Return the columns that the card calls costs, each (architectures,), or with its measurements behind."""
    return costs_in(data.architectures, data.facts, data.folder / "architectures.parquet")


def _within(arch: Ids, space: Space, path: Path) -> Ids:
    """Return ids as int64 after checking that they are architectures of the space."""
    if arch.size == 0 or arch.min() < 0 or arch.max() >= space.size:
        raise DataError(f"{path}: expected arch in [0, {space.size}) of space {space.name}; {MEND}")
    return arch.astype(np.int64)


def _archs(data: Data, ids: Ids, path: Path) -> Archs:
    """Return the architectures: of columns g0, g1, ... where there are such, otherwise those of the ids."""
    genes = [f"g{gene}" for gene in range(len(data.space.genes))]
    if "g0" not in data.architectures:
        return data.space.at(_within(ids, data.space, path))
    archs = np.column_stack([column(data.architectures, gene, path) for gene in genes])
    narrow: Archs = archs.astype(data.space.dtype)
    if (narrow != archs).any() or not data.space.valid(narrow).all():
        raise DataError(f"{path}: expected architectures of space {data.space.name} in {genes[0]}..{genes[-1]}; {MEND}")
    if len(np.unique(narrow, axis=0)) < len(narrow):
        raise DataError(f"{path}: expected every architecture once; {MEND}")
    return narrow


def _card(facts: Written, dataset: str, digests: list[str]) -> Card:
    own: DataSet = facts.get("datasets", {}).get(dataset, {})
    merged = cast("Facts", {name: value for name, value in facts.items() if name not in {"datasets", "files"}} | own)
    return Card(
        title=f"{facts['title']}, {own.get('title', dataset)}",
        source=merged["source"],
        licence=merged["licence"],
        search_split=merged["search_split"],
        report_split=merged["report_split"],
        unit=merged.get("unit", "% error"),
        sha256=sha256("".join(digests).encode()).hexdigest(),
        facts=merged,
    )


def read_file(family: Path, name: str, facts: Written) -> tuple[Columns, str]:
    """Return a file's columns of numbers and a digest of its content, after comparing its bytes with the card."""
    table, digest = read_whole(family, name, facts)
    columns = {field.name: table[field.name].to_numpy() for field in table.schema if field.type != pa.string()}
    return columns, digest


def read_whole(family: Path, name: str, facts: Written) -> tuple[pa.Table, str]:
    """Return a file's table and a digest of its content, after comparing its bytes with the card."""
    path = family / name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); {MEND}") from error
    digest = sha256(data).hexdigest()
    on_card: File = facts.get("files", {}).get(name, {})
    if on_card.get("sha256", digest) != digest:
        raise DataError(f"{path}: damaged, its sha256 is {digest[:12]}..., the card's another; {MEND}")
    try:
        with opened(pa.BufferReader(data), str(path)) as file:
            table = file.read(use_threads=False)
    except DataError as error:
        raise DataError(f"{error}; {MEND}") from error
    return table, on_card.get("content", digest)
