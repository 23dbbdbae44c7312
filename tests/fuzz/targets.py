"""What is mutated, and which command reads it."""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nassim.importers import accel_nasbench, import_data
from nassim.spaces.macro import Macro
from nassim.spaces.nb101 import NB101
from nassim.spaces.nb201 import NB201
from nassim.study.results import ResultsFolder
from nassim.study.runner import run_study
from nassim.study.verify.lock import lock_of, write_lock
from tests.fuzz.mutate import Generator, altered, mangled
from tests.fuzz.tables import resigned_table, resigned_trace
from tests.importers import accel_files, nb101_files
from tests.importers.test_nas_bench_101 import records
from tests.importers.test_nas_bench_macro import entries as macro_entries
from tests.importers.test_nb201_12_epochs import made_up as twelve_lines

STUDY = """
name = "small"
question = "Which is better?"
benchmarks = ["mine/data"]
runs = 3
seed = 3

[policies]
signal = "mean"
workers = 2

[budget]
evaluations = 6

[[strategy]]
name = "random_search"

[[strategy]]
name = "regularized_evolution"
population = 3
sample = 2
"""
CLAIMS = """
[baseline]
margin = 0.5

[[claim]]
text = "Evolution is no worse than random search"
strategy = "regularized_evolution[population=3,sample=2]"
benchmark = "mine/data"
value = 40.0
tolerance = 40.0
"""
CARD = """
title = "Mine"
space = "{space}"
source = "me"
licence = "MIT"
search_split = "validation"
report_split = "test"

[costs]
params = "a count"
"""
OWN_ROWS = 60


@dataclass(frozen=True)
class Target:
    """A file that is mutated in a copy of the folder, and the command that then reads it."""

    name: str
    mutate: Callable[[Path, Generator], None]  # changes files in a copy of the folder
    command: tuple[str, ...]
    prepare: Callable[[], None] | None = None  # in the process that runs the command


def bytes_of(*names: str) -> Callable[[Path, Generator], None]:
    """Return what mangles the bytes of one of these files."""

    def mutate(folder: Path, random: Generator) -> None:
        path = folder / names[int(random.integers(len(names)))]
        path.write_bytes(mangled(path.read_bytes(), random))

    return mutate


def json_of(name: str) -> Callable[[Path, Generator], None]:
    """Return what alters a JSON file after parsing it."""

    def mutate(folder: Path, random: Generator) -> None:
        path = folder / name
        path.write_text(json.dumps(altered(json.loads(path.read_text()), random)), encoding="utf-8")

    return mutate


def toml_of(name: str) -> Callable[[Path, Generator], None]:
    """Return what alters a TOML file after parsing it."""

    def mutate(folder: Path, random: Generator) -> None:
        path = folder / name
        path.write_text(_toml(altered(tomllib.loads(path.read_text()), random)), encoding="utf-8")

    return mutate


def _toml(tree: dict[str, object]) -> str:
    """Return any tree as TOML, with inline tables: nassim's own writer knows no tables in lists."""
    return "".join(f"{_value(name)} = {_value(value)}\n" for name, value in tree.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_value(name)} = {_value(inner)}' for name, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def data_folder(folder: Path) -> None:
    """Make folder/data/mine: a small table that is a whole space."""
    space = Macro()
    archs = space.at(np.arange(space.size))
    _own(folder / "mine.csv", [space.show(arch) for arch in archs], CARD.format(space="macro"))
    import_data("csv", folder / "mine.csv", folder / "data")


def study_folder(folder: Path) -> None:
    """Make folder/study with claims, a lock and results, on the data of `data_folder`."""
    (folder / "study").mkdir()
    (folder / "study/study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "study/claims.toml").write_text(CLAIMS, encoding="utf-8")
    results = run_study(str(folder / "study"), out=folder / "results", jobs=1)
    write_lock(lock_of(ResultsFolder.open(results)), folder / "study/lock.json")


def sources_folder(folder: Path) -> None:
    """Make small files of every format that is text, JSON, tar or tfrecord."""
    cells = NB201().at(np.arange(0, NB201().size, NB201().size // OWN_ROWS))
    _own(folder / "own.csv", [NB201().show(arch) for arch in cells], CARD.format(space="nb201"))
    (folder / "macro.json").write_text(json.dumps(macro_entries()), encoding="utf-8")
    with gzip.open(folder / "twelve.csv.gz", "wt", encoding="utf-8", compresslevel=1) as file:
        file.write("\n".join(twelve_lines()))
    accel_files.packed(folder / "accel.tar.gz", accel_files.tar(accel_files.records()))
    nb101_files.written(folder / "some.tfrecord", records())


def _own(path: Path, texts: list[str], card: str) -> None:
    lines = [f"{text},{10 + row % 70}.5,{100 + row}" for row, text in enumerate(texts)]
    path.write_text("\n".join(["arch,valid_error,params", *lines, ""]), encoding="utf-8")
    path.with_suffix(".toml").write_text(card, encoding="utf-8")


def trace_of(folder: Path, random: Generator) -> None:
    """Change a trace and sign it again."""
    paths = sorted((folder / "results").rglob("*.parquet"))
    resigned_trace(paths[int(random.integers(len(paths)))], random)


def trace_bytes(folder: Path, random: Generator) -> None:
    """Mangle the bytes of a trace."""
    paths = sorted((folder / "results").rglob("*.parquet"))
    path = paths[int(random.integers(len(paths)))]
    path.write_bytes(mangled(path.read_bytes(), random))


def table_of(folder: Path, random: Generator) -> None:
    """Change a table of the data folder and sign it again."""
    name = ("trainings", "architectures")[int(random.integers(2))]
    resigned_table(folder / f"data/mine/data/{name}.parquet", folder / "data/mine/card.toml", random)


def cells_of(name: str) -> Callable[[Path, Generator], None]:
    """Return what changes fields of a text table: one that is lost, doubled, or other than it was."""

    def mutate(folder: Path, random: Generator) -> None:
        path = folder / name
        lines = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
        for _ in range(int(random.integers(1, 4))):
            line = lines[int(random.integers(len(lines)))]
            place = int(random.integers(len(line)))
            line[place : place + 1] = CELLS[int(random.integers(len(CELLS)))]
        path.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")

    return mutate


def rezipped(name: str) -> Callable[[Path, Generator], None]:
    """Return what mangles the content of a gzip file and packs it again."""

    def mutate(folder: Path, random: Generator) -> None:
        path = folder / name
        path.write_bytes(gzip.compress(mangled(gzip.decompress(path.read_bytes()), random), compresslevel=1))

    return mutate


def reframed(folder: Path, random: Generator) -> None:
    """Change a record of the tfrecord file and write its checksums again."""
    made = records()
    place = int(random.integers(len(made)))
    made[place] = nb101_files.framed(mangled(made[place][12:-4], random))
    nb101_files.written(folder / "some.tfrecord", made)


def repacked(folder: Path, random: Generator) -> None:
    """Alter a record of the tar archive and pack it again."""
    made = altered(accel_files.records(), random)
    accel_files.packed(folder / "accel.tar.gz", accel_files.tar(made if isinstance(made, list) else []))


def small_archives() -> None:
    """Let small archives be complete, in the process that reads them."""
    vars(accel_nasbench).update(RECORDS=accel_files.COUNT, KNOWN={0: 60.0, 5: 65.0})
    NB101.networks = 3


CELLS: tuple[list[str], ...] = (
    [], [""], ["nan"], ["-1"], ["1e999"], ["9" * 400], ["x"], ["1", "2"], ["94.3%"], ["\x00"], ["true"], ["0.5"],
)  # fmt: skip
RUN = ("run", "study", "--out", "again", "--jobs", "1")
CHECK = ("check", "study", "--out", "results", "--read")
REPORT = ("report", "results", "--figure", "regret", "--format", "svg", "--jobs", "1")
SHOW, LIST, VERIFY = ("show", "mine/data"), ("list", "benchmarks"), ("verify-data",)


def of_import(kind: str, source: str) -> tuple[str, ...]:
    """Return the command that imports a file."""
    return "import", kind, source, "--out", "imported"


TARGETS: dict[str, tuple[Target, ...]] = {
    "study": (
        Target("study.toml, bytes", bytes_of("study/study.toml"), RUN),
        Target("study.toml, parsed", toml_of("study/study.toml"), RUN),
        Target("claims and lock, bytes", bytes_of("study/claims.toml", "study/lock.json"), CHECK),
        Target("claims.toml, parsed", toml_of("study/claims.toml"), CHECK),
        Target("lock.json, parsed", json_of("study/lock.json"), CHECK),
        Target("card.toml, bytes", bytes_of("data/mine/card.toml"), SHOW),
        Target("card.toml, parsed", toml_of("data/mine/card.toml"), SHOW),
        Target("card.toml, parsed, listed", toml_of("data/mine/card.toml"), LIST),
    ),
    "results": (
        Target("study.json, bytes", bytes_of("results/study.json"), CHECK),
        Target("study.json, parsed", json_of("results/study.json"), CHECK),
        Target("study.json, parsed, reported", json_of("results/study.json"), REPORT),
        Target("trace, bytes", trace_bytes, CHECK),
        Target("trace, signed again", trace_of, CHECK),
        Target("table, signed again", table_of, SHOW),
        Target("table, verified", table_of, VERIFY),
    ),
    "importers": (
        Target("csv, bytes", bytes_of("own.csv"), of_import("csv", "own.csv")),
        Target("csv, fields", cells_of("own.csv"), of_import("csv", "own.csv")),
        Target("csv, card", toml_of("own.toml"), of_import("csv", "own.csv")),
        Target("macro, bytes", bytes_of("macro.json"), of_import("nas-bench-macro", "macro.json")),
        Target("macro, parsed", json_of("macro.json"), of_import("nas-bench-macro", "macro.json")),
        Target("12 epochs, bytes", bytes_of("twelve.csv.gz"), of_import("nb201-12-epochs", "twelve.csv.gz")),
        Target("12 epochs, packed again", rezipped("twelve.csv.gz"), of_import("nb201-12-epochs", "twelve.csv.gz")),
        Target(
            "tfrecord, bytes", bytes_of("some.tfrecord"), of_import("nas-bench-101", "some.tfrecord"), small_archives
        ),
        Target("tfrecord, framed again", reframed, of_import("nas-bench-101", "some.tfrecord"), small_archives),
        Target("tar, bytes", bytes_of("accel.tar.gz"), of_import("accel-nasbench", "accel.tar.gz"), small_archives),
        Target("tar, packed again", repacked, of_import("accel-nasbench", "accel.tar.gz"), small_archives),
    ),
}


def prepared(kind: str, folder: Path) -> None:
    """Make the folder that targets of a kind mutate copies of."""
    folder.mkdir(parents=True)
    if kind == "importers":
        sources_folder(folder)
        return
    data_folder(folder)
    study_folder(folder)
