"""Builds the tables of this folder from the pickles in the package nas-bench-graph.

    python benchmarks_data/graph/build.py [--wheel WHEEL] [--out FOLDER]

Reads the installed package, or its wheel, without importing it; refuses files other than those on the card;
and says whether what it wrote is what the card says. The bytes of a Parquet file depend on pyarrow's version,
its content (see `nassim.data.writing.content`) does not.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from nassim import catalog
from nassim.core.arrays import Archs
from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.data.writing import Tables
from nassim.importers._packages import Package, command
from nassim.importers._pickles import unpickle

Network = dict[str, float]  # valid_perf and perf (0 to 1), latency (s), para (millions)

HERE = Path(__file__).parent
PACKAGE = Package("nas_bench_graph", "nas-bench-graph==1.4.0")
MILLION = 1e6
RADIX = 10  # of the authors' keys: the digits are the link pattern and four operations of the full space
END = 1  # the only fidelity: the end of training


def tables(data: bytes, space: Space) -> Tables:
    """Return one row per network, sorted: those of the source, and the one of skip connections alone, as failed."""
    networks: dict[int, Network] = unpickle(data, "the package's file")
    archs = np.unique(space.representative(space.at(np.arange(space.size))), axis=0)
    archs = archs[np.argsort(space.index(archs))]
    keys = keys_of(archs, space)
    untrained = [key for key in keys if key not in networks]
    if len(untrained) != 1 or len(networks) != len(keys) - 1:
        raise DataError(f"expected all networks but one, got {len(networks)} of {len(keys)}")
    found = {name: column(networks, keys, name) for name in ("valid_perf", "perf", "latency", "para")}
    seconds = np.nan_to_num(found["latency"], nan=np.nanmin(found["latency"]))
    test = 100.0 - 100.0 * found["perf"]
    size = len(keys)
    trainings = {
        "arch": space.index(archs).astype(np.int32),
        "replica": np.zeros(size, dtype=np.int8),
        "epoch": np.full(size, END, dtype=np.int16),
        "valid_error": 100.0 - 100.0 * found["valid_perf"],
        "test_error": np.nan_to_num(test, nan=np.nanmax(test)),
        "seconds": seconds,
    }
    architectures = {
        "arch": trainings["arch"],
        "params": np.round(found["para"] * MILLION),
        "latency": found["latency"],
        "key": np.array(keys, dtype=np.int32),
        "text": [space.show(arch) for arch in archs],
    }
    return Tables(pa.table(trainings), pa.table(architectures))


def keys_of(archs: Archs, space: Space) -> list[int]:
    """Return the key of each network (n, 5) in the source: the operations are numbered as in the full space."""
    full = catalog.space("graph").options[1]
    number = np.array([full.index(operation) for operation in space.options[1]])
    digits = np.column_stack([archs[:, 0], number[archs[:, 1:]]])
    keys: list[int] = (digits @ RADIX ** np.arange(digits.shape[1])[::-1]).tolist()
    return keys


def column(networks: dict[int, Network], keys: list[int], name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return a value of every network, nan of the one that was not trained; DataError where it is no number."""
    values = np.array([networks.get(key, {name: np.nan})[name] for key in keys])
    if np.isnan(values).sum() != 1 or not (values[~np.isnan(values)] > 0).all():
        raise DataError(f"expected a number above 0 in {name} of every network")
    return values


def main() -> None:
    """Build, and say whether the files are those on the card."""
    for line in command(__doc__, HERE, PACKAGE, tables):
        print(line)


if __name__ == "__main__":
    main()
