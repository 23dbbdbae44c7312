"""CONTRIBUTING.md says which files to touch: one of each kind is added to a copy of the package, and found."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import nassim

ROOT = Path(__file__).parents[1]
CODE, KIND = re.compile(r"`([^`]+)`"), re.compile(r"\w+")
NAME = "sampled_thing"
STUDY = """
name = "tiny"
question = "Is the figure drawn?"
benchmarks = ["nb201/cifar10"]
runs = 3
budget = {evaluations = 3}
strategy = [{name = "random_search"}]
"""
STRATEGY = '''
"""A sample."""
from nassim.strategies.random_search import RandomSearch
class SampledThing(RandomSearch):
    """Random search by another name."""
'''
SPACE = '''
"""A sample."""
from nassim.spaces.macro import Macro
class SampledThing(Macro):
    """The macro space by another name."""
    name = "sampled_thing"
'''
WRAPPER = '''
"""A sample."""
from nassim.core.wrapper import Wrapper
class SampledThing(Wrapper):
    """Any benchmark as it is."""
'''
FIGURE = '''
"""A sample."""
from nassim.report.figures import regret
TITLE, ORDER = "A sampled thing", 1
def of_benchmark(view):
    """Yield the curves of regret, under the sample's name."""
    for drawn in regret.of_benchmark(view):
        yield drawn._replace(stem=drawn.stem.replace("regret", "sampled-thing"))
'''
IMPORTER = '''
"""A sample of a published format."""
FAMILIES = ("sampled_thing",)
def read(source, progress):
    """Read nothing."""
'''
STATISTIC = '''
"""A sample."""
print("sampled_thing")
'''
COMMAND = '''
"""A sample."""
ORDER = 1
def command() -> None:
    """Do nothing."""
'''
BUILD = '"""A sample."""'
CARD = (ROOT / "benchmarks_data" / "nb201" / "card.toml").read_text(encoding="utf-8")
SAMPLES = {
    "strategy": [STRATEGY],
    "space": [SPACE],
    "benchmark": [BUILD, CARD],
    "wrapper": [WRAPPER],
    "figure": [FIGURE],
    "importer": [IMPORTER],
    "statistic": [STATISTIC],
    "command": [COMMAND],
}
HYPHENS = {"figure", "command"}  # kinds whose names have them where files have underscores


class Row(NamedTuple):
    """One row of the table."""

    kind: str
    write: list[str]  # files, with NAME in their paths
    touch: list[str]
    shown: str  # the command that shows what was added
    held: list[str]  # tests


def rows() -> list[Row]:
    """Return the rows of the table."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    cells = [line.strip("| ").split("|") for line in text.splitlines() if line.startswith("| ")][1:]
    return [row_of(KIND.findall(kind)[0], *map(CODE.findall, said)) for kind, *said in cells]


def row_of(kind: str, write: list[str], touch: list[str], shown: list[str], held: list[str]) -> Row:
    """Return a row, of what stands as code in its cells."""
    return Row(kind, write, touch, shown[0], held)


ROWS = rows()
each = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)


def test_the_table_has_all_kinds() -> None:
    """One row of each kind, and of no other."""
    assert sorted(row.kind for row in ROWS) == sorted(SAMPLES)


@each
def test_the_places_of_a_row_exist(row: Row) -> None:
    """Others of the kind lie where a new one is written; what is touched and what tests is there."""
    for place in row.write:
        assert list(ROOT.glob(place.replace("NAME", "*"))), place
    for place in (*row.touch, *row.held):
        assert (ROOT / place).is_file(), place


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with the package and its data, of links: a file that is added there is in no other."""
    for folder in ("nassim", "benchmarks_data"):
        for path in (ROOT / folder).rglob("*"):
            place = tmp_path / path.relative_to(ROOT)
            if path.is_file() and "__pycache__" not in path.parts and "parts" not in path.parts:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(path)
    return tmp_path


@each
def test_what_is_added_is_found(row: Row, copy: Path) -> None:
    """A sample in the file that the table names is shown by the command that it names, though no other was touched."""
    add(row, copy)
    command = row.shown.replace("NAME", NAME.replace("_", "-") if row.kind in HYPHENS else NAME)
    if "RESULTS" in command:
        (copy / "study.toml").write_text(STUDY, encoding="utf-8")
        command = command.replace("RESULTS", str(nassim.run_study(copy / "study.toml", out=copy / "results", jobs=1)))
    words = shlex.split(command)
    python = [sys.executable, *([] if words[0] == "python" else ["-m", words[0]]), *words[1:]]
    settings = {**os.environ, "PYTHONPATH": str(copy), "COLUMNS": "200", "LOKY_MAX_CPU_COUNT": "1"}
    done = subprocess.run(python, cwd=copy, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert NAME in done.stdout.replace("-", "_")


def add(row: Row, copy: Path) -> None:
    """Write the sample of a row where the table says."""
    for place, text in zip(row.write, SAMPLES[row.kind], strict=True):
        path = copy / place.replace("NAME", NAME)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if row.kind == "benchmark":
        (copy / "benchmarks_data" / NAME / "cifar10").symlink_to(ROOT / "benchmarks_data" / "nb201" / "cifar10")
