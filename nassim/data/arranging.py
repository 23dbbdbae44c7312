"""Arranges the tidy rows of trainings as arrays (epochs, architectures, replicas)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Columns, Ids
from nassim.core.errors import DataError

MEND = "install the data again"
NOTICED = 1.0  # simulated seconds that it takes to notice that a row is no architecture
NAMES = {"error": "valid_error", "seconds": "seconds", "test": "test_error"}


class _Trainings(NamedTuple):
    """The m trainings of rows that are sorted by architecture, replica and epoch."""

    arch: Ids  # (m,)
    replica: Ids  # (m,)
    epochs: Ids  # the same for all


def arrange(trainings: Columns, arch: Ids, size: int, path: Path) -> dict[str, Any]:
    """Return arrays of the rows, which are about architectures numbered 0..size-1.

    epochs (tuple), counts (size,) real replicas, error and seconds (epochs, size, replicas), padded with nan, and
    where there is a report split test (size,), the mean over replicas at the last epoch.
    """
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
    arrays: dict[str, Any] = {"epochs": tuple(sorted_.epochs.tolist()), "counts": np.bincount(sorted_.arch)}
    for name, of in NAMES.items():
        if name != "test" or of in trainings:
            values = column(trainings, of, path)
            if name == "seconds" and not (np.isfinite(values) & (values >= 0)).all():
                raise DataError(f"{path}: the column 'seconds' must be finite and >= 0 in every row; {MEND}")
            arrays[name] = _spread(values if order is None else values[order], sorted_, size, last=name == "test")
    still = _still(arrays)
    if still.any():
        raise DataError(
            f"{path}: architecture {int(still.argmax())} was trained in no seconds, or in no more to a later epoch; "
            f"expected seconds above 0 that rise along epochs; {MEND}"
        )
    if "test" in arrays:
        arrays["test"] = np.ma.masked_invalid(arrays["test"][-1]).mean(axis=1).filled(np.nan)
    return arrays


def with_failure(**trainings: Any) -> dict[str, Any]:
    """Return what Tabular takes with a last row that failed: for what is no architecture."""
    last = ((0, 0), (0, 1), (0, 0))
    more = {
        "error": np.pad(trainings["error"], last, constant_values=np.nan),
        "seconds": np.pad(trainings["seconds"], last, constant_values=NOTICED),
        "counts": np.append(trainings["counts"], 1),
        "costs": {cost: np.append(values, np.nan) for cost, values in trainings["costs"].items()},
    }
    if trainings.get("test") is not None:
        more["test"] = np.append(trainings["test"], np.nan)
    return {**trainings, **more}


def _still(arrays: dict[str, Any]) -> NDArray[np.bool_]:
    """Return which architectures (size,) have a training of `arrange` that stands still; padding is none."""
    error, seconds = (arrays[name].transpose(1, 2, 0) for name in ("error", "seconds"))
    still = standing_still(seconds.reshape(-1, seconds.shape[2]), error.reshape(-1, error.shape[2]))
    by_architecture: NDArray[np.bool_] = np.any(still.reshape(seconds.shape[:2]), axis=1)
    return by_architecture


def standing_still(seconds: NDArray[np.float64], error: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which trainings (m,) take no seconds at all, or no more at a later epoch, but for those that failed.

    seconds, error  (m, epochs); seconds are those from scratch to the epoch
    """
    rises = np.all(np.diff(seconds, axis=1, prepend=0.0) > 0, axis=1)
    still: NDArray[np.bool_] = ~rises & ~np.isnan(error[:, -1])
    return still


def column(columns: Columns, name: str, path: Path) -> NDArray[Any]:
    """Return a column of numbers, none of them infinite; DataError where there is none."""
    if name not in columns or columns[name].dtype.kind not in "iuf":
        raise DataError(f"{path}: the column {name!r} is missing, or holds no numbers; {MEND}")
    if np.isinf(columns[name]).any():
        raise DataError(f"{path}: row {int(np.isinf(columns[name]).argmax())} of {name!r} is infinite; {MEND}")
    return columns[name]


def whole(columns: Columns, name: str, path: Path) -> NDArray[Any]:
    """Return a column of whole numbers; DataError where there is none."""
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


def _spread(values: NDArray[Any], found: _Trainings, size: int, *, last: bool) -> NDArray[np.float64]:
    """Return sorted values as (epochs, size, replicas), of the last epoch alone as (1, size, replicas)."""
    by_training = values.reshape(-1, found.epochs.size)[:, -1:] if last else values.reshape(-1, found.epochs.size)
    array = np.full((by_training.shape[1], size, int(found.replica.max()) + 1), np.nan)
    if found.arch.size == array[0].size:  # as many replicas of each: no padding
        array[:] = by_training.T.reshape(array.shape)
    else:
        array[:, found.arch, found.replica] = by_training.T
    return array
