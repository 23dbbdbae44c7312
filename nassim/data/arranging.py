"""Arranges the tidy rows of trainings as arrays (epochs, architectures, replicas)."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, NotRequired, TypedDict

import numpy as np

from nassim.core.arrays import Columns, Flags, Floats, Ids, Reals
from nassim.core.errors import DataError

MEND = "install the data again"
NOTICED = 1.0  # simulated seconds that it takes to notice that a row is no architecture
NAMES = {"error": "valid_error", "seconds": "seconds", "test": "test_error"}


class _Trainings(NamedTuple):
    """The m trainings of rows that are sorted by architecture, replica and epoch."""

    arch: Ids  # (m,)
    replica: Ids  # (m,)
    epochs: Ids  # the same for all


class Arranged(TypedDict):
    """Trainings as arrays."""

    epochs: tuple[int, ...]
    counts: Ids  # (size,) real replicas
    error: Floats  # (epochs, size, replicas), padded with nan
    seconds: Floats  # (epochs, size, replicas), padded with nan
    test: NotRequired[Floats]  # (size,) mean over replicas at the last epoch, where there is a report split


def arrange(trainings: Columns, arch: Ids, size: int, path: Path) -> Arranged:
    """Return arrays of the rows, which are about architectures numbered 0..size-1."""
    replica, epoch = whole(trainings, "replica", path), whole(trainings, "epoch", path)
    if replica.size == 0 or replica.min() < 0 or replica.max() > np.iinfo(np.int8).max:
        raise DataError(f"{path}: expected trainings with replicas 0..127; {MEND}")
    if epoch.min() < 1:
        raise DataError(f"{path}: expected epochs of 1 or more, got {epoch.min()}; {MEND}")
    sorted_, order = _trainings(arch, replica, epoch), None
    if sorted_ is None:
        order = np.lexsort((epoch, replica, arch))
        sorted_ = _trainings(arch[order], replica[order], epoch[order])
    if sorted_ is None or not np.array_equal(np.unique(sorted_.arch), np.arange(size)):
        raise DataError(f"{path}: expected trainings of all {size} architectures, each at every epoch; {MEND}")
    arrays: dict[str, Floats] = {}
    for name, of in NAMES.items():
        if name != "test" or of in trainings:
            values = column(trainings, of, path)
            if name == "seconds" and not (np.isfinite(values) & (values >= 0)).all():
                raise DataError(f"{path}: the column 'seconds' must be finite and >= 0 in every row; {MEND}")
            arrays[name] = _spread(values if order is None else values[order], sorted_, size, last=name == "test")
    still = _still(arrays["error"], arrays["seconds"])
    if still.any():
        raise DataError(
            f"{path}: architecture {int(still.argmax())} was trained in no seconds, or in no more to a later epoch; "
            f"expected seconds above 0 that rise along epochs; {MEND}"
        )
    epochs, counts = tuple(sorted_.epochs.tolist()), np.bincount(sorted_.arch)
    found: Arranged = {"epochs": epochs, "counts": counts, "error": arrays["error"], "seconds": arrays["seconds"]}
    if "test" in arrays:
        found["test"] = np.ma.masked_invalid(arrays["test"][-1]).mean(axis=1).filled(np.nan)
    return found


def with_failure(trainings: Arranged, costs: dict[str, Floats]) -> tuple[Arranged, dict[str, Floats]]:
    """Return trainings and costs with a last row that failed: for what is no architecture."""
    last = ((0, 0), (0, 1), (0, 0))
    more: Arranged = {
        "epochs": trainings["epochs"],
        "error": np.pad(trainings["error"], last, constant_values=np.nan),
        "seconds": np.pad(trainings["seconds"], last, constant_values=NOTICED),
        "counts": np.append(trainings["counts"], 1),
    }
    if "test" in trainings:
        more["test"] = np.append(trainings["test"], np.nan)
    missing = {cost: np.full((1, *values.shape[1:]), np.nan) for cost, values in costs.items()}
    return more, {cost: np.concatenate([values, missing[cost]]) for cost, values in costs.items()}


def _still(error: Floats, seconds: Floats) -> Flags:
    """Return which architectures (size,) have a training that stands still; arrays are those of `Arranged`."""
    error, seconds = error.transpose(1, 2, 0), seconds.transpose(1, 2, 0)
    still = standing_still(seconds.reshape(-1, seconds.shape[2]), error.reshape(-1, error.shape[2]))
    by_architecture: Flags = np.any(still.reshape(seconds.shape[:2]), axis=1)
    return by_architecture


def standing_still(seconds: Floats, error: Floats) -> Flags:
    """Return which trainings (m,) take no seconds at all, or no more at a later epoch, but for those that failed.

    Args:
        seconds: (m, epochs) from scratch to the epoch.
        error: (m, epochs).
    """
    rises = np.all(np.diff(seconds, axis=1, prepend=0.0) > 0, axis=1)
    still: Flags = ~rises & ~np.isnan(error[:, -1])
    return still


def column(columns: Columns, name: str, path: Path) -> Reals:
    """Return a column of numbers, none of them infinite.

    Raises:
        DataError: Where there is none.
    """
    if name not in columns or columns[name].dtype.kind not in "iuf":
        raise DataError(f"{path}: the column {name!r} is missing, or holds no numbers; {MEND}")
    if np.isinf(columns[name]).any():
        raise DataError(f"{path}: row {int(np.isinf(columns[name]).argmax())} of {name!r} is infinite; {MEND}")
    return columns[name]


def whole(columns: Columns, name: str, path: Path) -> Reals:
    """Return a column of whole numbers.

    Raises:
        DataError: Where there is none.
    """
    values = column(columns, name, path)
    if values.dtype.kind not in "iu":
        raise DataError(f"{path}: the column {name!r} must hold whole numbers, it holds {values.dtype}; {MEND}")
    return values


def _trainings(arch: Ids, replica: Ids, epoch: Ids) -> _Trainings | None:
    """Return the trainings of sorted rows, or None where rows are not sorted, missing or there twice."""
    falls = np.flatnonzero(epoch[1:] <= epoch[:-1])
    epochs = epoch[: falls[0] + 1 if falls.size else epoch.size].astype(np.int64)
    if arch.size % epochs.size:
        return None
    by_training = [values.reshape(-1, epochs.size) for values in (arch, replica, epoch)]
    if any((values != values[:, :1]).any() for values in by_training[:2]) or (by_training[2] != epochs).any():
        return None
    first, second = (values[:, 0].astype(np.int64) for values in by_training[:2])
    found = _Trainings(first, second, epochs)
    follows = np.diff(found.arch) == 0
    expected = np.where(follows, found.replica[:-1] + 1, 0)
    if found.replica[0] != 0 or (np.diff(found.arch) < 0).any() or (found.replica[1:] != expected).any():
        return None
    return found


def _spread(values: Reals, found: _Trainings, size: int, *, last: bool) -> Floats:
    """Return sorted values as (epochs, size, replicas), of the last epoch alone as (1, size, replicas)."""
    by_training = values.reshape(-1, found.epochs.size)[:, -1:] if last else values.reshape(-1, found.epochs.size)
    array = np.full((by_training.shape[1], size, int(found.replica.max()) + 1), np.nan)
    if found.arch.size == array[0].size:  # as many replicas of each: no padding
        array[:] = by_training.T.reshape(array.shape)
    else:
        array[:, found.arch, found.replica] = by_training.T
    return array
