"""The one-shot table of a benchmark: what the shared weights of real supernets say of each architecture.

A data folder may hold such a table beside the networks' own trainings, `one_shot.parquet`: the error of every
architecture by the weights of several supernets, after several epochs of training on uniformly drawn architectures.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from nassim.benchmarks.one_shot.mixed_slopes import Epochs, epoch_numbers
from nassim.core.arrays import Floats
from nassim.core.errors import DataError
from nassim.data.arranging import MEND, column, whole
from nassim.data.reading import read_card, read_file

FILE = "one_shot.parquet"


class Told(NamedTuple):
    """What supernets say of the architectures of a space, in the order of `index`."""

    epochs: Epochs  # (levels,) after which they were asked
    error: Floats  # (supernets, levels, size)
    sha256: str


def read_told(folder: Path, size: int) -> Told:
    """Return the one-shot table of a data folder; DataError names the file and what is wrong with it."""
    path = folder / FILE
    columns, digest = read_file(folder.parent, f"{folder.name}/{FILE}", read_card(folder.parent / "card.toml"))
    arch, supernet = (whole(columns, name, path).astype(np.int64) for name in ("arch", "supernet"))
    epoch = epoch_numbers(column(columns, "epoch", path))
    error = column(columns, "valid_error", path).astype(np.float64)
    epochs, supernets = np.unique(epoch), np.unique(supernet)
    shape = size, supernets.size, epochs.size
    wanted = [values.ravel() for values in np.meshgrid(np.arange(size), supernets, epochs, indexing="ij")]
    got = arch, supernet, epoch
    if epochs.size <= 1 or not all(map(np.array_equal, got, wanted)) or not np.isfinite(error).all():
        raise DataError(
            f"{path}: expected errors of all {size:,} architectures by the same supernets at the same epochs, two or "
            f"more, sorted by arch, supernet and epoch; {MEND}"
        )
    return Told(epochs, np.ascontiguousarray(error.reshape(shape).transpose(1, 2, 0)), digest)
