"""Learning curves of unequal length: refused, or cut to what all have, or to those that have all."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from nassim.core.arrays import Archs, Flags, Ids
from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.importers._columns import MOST

Epochs = Literal["common", "longest"]
FEW = 6  # epochs that are named


class Lengths(NamedTuple):
    """The rows of trainings at an epoch each."""

    space: Space
    archs: Archs  # (k, genes)
    row: Ids  # (n,) which architecture
    epoch: Ids  # (n,)
    replica: Ids | None  # (n,); None = the file does not say


class Kept(NamedTuple):
    """Which rows are used."""

    rows: Flags  # (n,)
    replica: Ids | None  # of these, numbered from 0 again
    said: tuple[str, ...]


def even(found: Lengths, how: Epochs | None, where: Path) -> Kept:
    """Return the rows with which every training is there at the same epochs.

    Args:
        found: The rows as they are.
        how: `common`, the epochs that every training has, or `longest`, the trainings that have every epoch of the one
            with the most epochs, of equals that which goes furthest; None = they must be even.
        where: What messages name.

    Raises:
        DataError: If they are not even and `how` is not told; it says what can be told.
    """
    everything = np.ones(found.row.size, dtype=np.bool_)
    training = _trainings(found)
    epochs, at = np.unique(found.epoch, return_inverse=True)
    has = np.zeros((int(training.max()) + 1, epochs.size), dtype=np.bool_)
    has[training, at] = True
    if has.all() or has.sum() != found.row.size:  # even; or a row is there twice, which tables refuse
        return Kept(everything, found.replica, ())
    lengths = has.sum(axis=1)
    full = _fullest(has, lengths)
    common: Flags = np.logical_and.reduce(has, axis=0)
    longest: Flags = np.logical_and.reduce(has | ~full, axis=1)
    if how is None:
        short = int(lengths.argmin())
        arch = found.space.show(found.archs[found.row[(training == short).argmax()]])
        raise DataError(
            f"{where}: expected every training at the same epochs; {arch:.80} has {lengths[short]} of {epochs.size}; "
            f"--epochs common keeps the {common.sum()} epochs that all {lengths.size:,} trainings have, "
            f"--epochs longest the {longest.sum():,} trainings that have {full.sum()} epochs"
        )
    if how == "common":
        if not common.any():
            raise DataError(f"{where}: no epoch is there in all {lengths.size:,} trainings; try --epochs longest")
        rows = common[at]
        said = f"--epochs common: kept {common.sum()} of {epochs.size} epochs, {_named(epochs[common])}"
    else:
        rows = longest[training] & full[at]
        gone = len(found.archs) - np.unique(found.row[rows]).size
        said = (
            f"--epochs longest: kept {longest.sum():,} of {lengths.size:,} trainings, "
            f"those at {full.sum()} epochs, {_named(epochs[full])}; {gone:,} architectures have none left"
        )
    return Kept(rows, _renumbered(found, rows), (f"{said}; dropped {(~rows).sum():,} of {rows.size:,} rows",))


def _trainings(found: Lengths) -> Ids:
    """Return the number of each row's training, (n,), in the order of architectures and replicas."""
    numbered: Ids = np.unique(_paired(found), return_inverse=True)[1]
    return numbered


def _paired(found: Lengths) -> Ids:
    """Return one number for each pair of an architecture and a replica, (n,), in their order."""
    replica = 0 if found.replica is None else found.replica + MOST
    pairs: Ids = found.row.astype(np.int64) * (2 * MOST + 1) + replica
    return pairs


def _fullest(has: Flags, lengths: Ids) -> Flags:
    """Return at which epochs (epochs,) the training with the most of them is, of equals that which goes furthest."""
    last = has.shape[1] - 1 - has[:, ::-1].argmax(axis=1)
    fullest: Flags = has[np.lexsort((last, lengths))[-1]]
    return fullest


def _renumbered(found: Lengths, rows: Flags) -> Ids | None:
    """Return the replicas of the rows that are left, counted from 0 in each architecture."""
    if found.replica is None:
        return None
    pairs, first, place = np.unique(_paired(found)[rows], return_index=True, return_inverse=True)
    arch = found.row[rows][first]
    numbered: Ids = (np.arange(pairs.size) - np.searchsorted(arch, arch))[place]
    return numbered


def _named(epochs: Ids) -> str:
    listed = ", ".join(map(str, epochs[:FEW].tolist()))
    return listed if epochs.size <= FEW else f"{listed}, ... {epochs[-1]}"
