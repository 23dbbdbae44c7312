"""Makes tables of what an importer has read, and says which part of the space they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Columns, Floats, Ids, Whole
from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.data.arranging import standing_still
from nassim.data.writing import Tables

LISTED = 1 << 21  # spaces up to this size may be complete: larger ones are always partial
NARROW = 1 << 31  # sizes below which ids take 32 bits
LONGEST = np.iinfo(np.int16).max  # epochs
REPLICAS = np.iinfo(np.int8).max


@dataclass(frozen=True, eq=False)
class Found:
    """What was read: k architectures, and n rows of trainings at an epoch each, in any order."""

    space: Space
    archs: Archs  # (k, genes)
    row: Whole  # (n,) which architecture
    epoch: Whole  # (n,)
    valid_error: Floats  # (n,)
    seconds: Floats  # (n,)
    replica: Whole | None = None  # (n,); None = in the order of the rows
    test_error: Floats | None = None  # (n,)
    more: Columns = field(default_factory=dict)  # further columns (n,) of trainings
    costs: Columns = field(default_factory=dict)  # columns (k,) of architectures, not all costs


def tabulate(found: Found, where: str) -> tuple[Tables, dict[str, bool]]:
    """Return the tables, and the entries `complete` and `networks` of their card.

    Raises:
        DataError: Where rows do not fit.
    """
    space = found.space
    space.check(found.archs)
    part = _part(space, found.archs)
    narrow = np.int32 if space.size < NARROW else np.int64
    arch = (space.canonical(found.archs) if part["networks"] else space.index(found.archs)).astype(narrow)
    by_id = np.argsort(arch, kind="stable")
    same = np.flatnonzero(np.diff(arch[by_id]) == 0)
    if same.size:
        raise DataError(f"{where}: an architecture is there twice: {space.show(found.archs[by_id[same[0]]]):.80}")
    replica = numbered(found.row, found.epoch) if found.replica is None else found.replica
    order = np.lexsort((found.epoch, replica, arch[found.row]))
    _check_rows(found, replica, order, where)
    trainings: Columns = {
        "arch": arch[found.row][order],
        "replica": replica[order].astype(np.int8),
        "epoch": found.epoch[order].astype(np.int16),
        "valid_error": found.valid_error[order],
    }
    if found.test_error is not None:
        trainings["test_error"] = found.test_error[order]
    trainings |= {"seconds": found.seconds[order], **{name: values[order] for name, values in found.more.items()}}
    architectures = {
        "arch": arch[by_id],
        **({} if space.listed else {f"g{gene}": values for gene, values in enumerate(found.archs[by_id].T)}),
        **{name: values[by_id] for name, values in found.costs.items()},
        "text": [space.show(row) for row in found.archs[by_id]],
    }
    return Tables(pa.table(trainings), pa.table(architectures)), part


def digest_of(path: Path) -> str:
    """Return the sha256 of a file, or of the names and digests of all files in a folder."""
    if path.is_dir():
        files = sorted(entry for entry in path.iterdir() if entry.is_file())
        return sha256("".join(f"{digest_of(entry)}  {entry.name}\n" for entry in files).encode()).hexdigest()
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _part(space: Space, archs: Archs) -> dict[str, bool]:
    """Return whether these are all valid architectures, or one of each network, of a space."""
    if len(archs) == space.size:
        return {"complete": True, "networks": False}
    if len(archs) == space.networks and np.unique(space.canonical(archs)).size == len(archs):
        return {"complete": True, "networks": True}
    if space.size <= LISTED:
        everything = space.at(np.arange(space.size))
        valid = everything[space.valid(everything)]
        if np.array_equal(np.sort(space.index(archs)), space.index(valid)):
            return {"complete": True, "networks": False}
        own = np.unique(space.canonical(archs))
        if own.size == len(archs) and np.array_equal(own, np.unique(space.canonical(valid))):
            return {"complete": True, "networks": True}
    return {"complete": False, "networks": False}


def numbered(row: Whole, epoch: Whole) -> Ids:
    """Return for each training (n,) how many earlier ones have its architecture, `row`, and epoch."""
    order = np.lexsort((np.arange(row.size), epoch, row))
    replica = np.empty(row.size, dtype=np.int64)
    replica[order] = _within(row[order].astype(np.int64) * LONGEST + epoch[order])
    return replica


def _within(sorted_ids: Whole) -> Ids:
    """Return 0, 1, ... within each run of equal ids."""
    first = np.flatnonzero(np.r_[True, sorted_ids[1:] != sorted_ids[:-1]])
    counts = np.diff(np.r_[first, sorted_ids.size])
    return np.arange(sorted_ids.size) - np.repeat(first, counts)


def _check_rows(found: Found, replica: Whole, order: Ids, where: str) -> None:
    """Raise DataError unless each training is there at every epoch, once, with numbers, replicas counted from 0."""
    _check_each(found, np.isin(np.arange(len(found.archs)), found.row), where, "has no training", of_arch=True)
    _check_each(found, (found.epoch >= 1) & (found.epoch < LONGEST), where, f"has an epoch that is not in 1..{LONGEST}")
    _check_each(found, np.isfinite(found.seconds) & (found.seconds >= 0), where, "has seconds that are not >= 0")
    _check_each(found, ~np.isinf(found.valid_error), where, "has an infinite error")
    _check_each(found, (replica >= 0) & (replica < REPLICAS), where, f"has a replica that is not in 0..{REPLICAS - 1}")
    epochs, counts = np.unique(found.epoch, return_counts=True)
    row, epoch = found.row[order], found.epoch[order]
    if counts.min() < counts.max() or not (epoch.reshape(-1, epochs.size) == epochs).all():
        each = np.bincount(found.row, minlength=len(found.archs)) % epochs.size
        odd = int(each.argmax()) if each.any() else int(row[(epoch != np.resize(epochs, epoch.size)).argmax()])
        said = found.space.show(found.archs[odd])
        raise DataError(f"{where}: expected every training once at each of {epochs.size} epochs; see {said:.80}")
    seconds, error = (values[order].reshape(-1, epochs.size) for values in (found.seconds, found.valid_error))
    still = standing_still(seconds, error)
    if still.any():
        said = found.space.show(found.archs[row[:: epochs.size][still.argmax()]])
        got = ", ".join(f"{value:g}" for value in seconds[still.argmax()])
        wanted = "expected seconds above 0 that rise along epochs, from scratch to each of them"
        raise DataError(f"{where}: {said:.80}: {wanted}, got {got:.80}")
    wrong = replica[order][:: epochs.size] != _within(row[:: epochs.size])
    if wrong.any():
        said = found.space.show(found.archs[row[:: epochs.size][wrong.argmax()]])
        raise DataError(f"{where}: expected replicas 0, 1, ... of each architecture, each once; see {said:.80}")


def _check_each(found: Found, right: NDArray[np.bool_], where: str, what: str, *, of_arch: bool = False) -> None:
    if not right.all():
        wrong = int((~right).argmax())
        arch = found.archs[wrong if of_arch else found.row[wrong]]
        raise DataError(f"{where}: {found.space.show(arch):.80} {what}")
