"""A folder full of traps: code that leaves a mark if it is run, and data, results and studies that name it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import tomli_w

import nassim
from nassim.__main__ import main
from nassim.core.benchmark import Card
from nassim.data.writing import Family, Tables, write_family
from nassim.surrogates.storage import FORMAT

TRAP = """
from pathlib import Path

Path({mark!r}).touch()  # whoever imports this has run it

from nassim.spaces.nb201 import NB201
from nassim.strategies.random_search import RandomSearch


class Evil(RandomSearch):
    "A strategy."


class Space(NB201):
    "A space."


def fire(*arguments, **named):
    Path({mark!r}).touch()


bench = fire
"""
STUDY = """
name = "foreign"
question = "Does it run what it should not?"
benchmarks = ["nb201/cifar10"]
runs = 4
budget = {evaluations = 4}
strategy = [{name = "random_search"}, {name = "regularized_evolution", population = 2, sample = 2}]
"""
CARD: dict[str, Any] = {
    "title": "Foreign",
    "space": "nb201",
    "source": "a stranger",
    "licence": "none",
    "search_split": "validation",
    "report_split": "the same",
    "complete": False,
}


@dataclass
class World:
    """What an attacker has laid out in a folder, in which the user stands."""

    folder: Path
    made: Path  # a results folder to be copied

    @property
    def mark(self) -> Path:
        """The file that code leaves behind when it is run."""
        return self.folder / "it-has-run"

    def trap(self, name: str = "evil.py") -> Path:
        """Write a file of code that leaves its mark."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TRAP.format(mark=str(self.mark)), encoding="utf-8")
        return path

    def results(self, **changes: Any) -> Path:
        """Return results whose study says something else."""
        out = self.folder / "results"
        shutil.copytree(self.made, out)
        record = json.loads((out / "study.json").read_text(encoding="utf-8"))
        record["study"] |= changes
        (out / "study.json").write_text(json.dumps(record), encoding="utf-8")
        return out

    def study(self, text: str = STUDY) -> Path:
        """Return a study."""
        path = self.folder / "study" / "study.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def data(self, **changes: Any) -> Path:
        """Return a data folder with the benchmark foreign/data, on whose card something else stands."""
        trainings = pa.table(
            {
                "arch": pa.array([0, 1], pa.int32()),
                "replica": pa.array([0, 0], pa.int8()),
                "epoch": pa.array([1, 1], pa.int16()),
                "valid_error": [10.0, 20.0],
                "seconds": [1.0, 1.0],
            }
        )
        architectures = pa.table({"arch": pa.array([0, 1], pa.int32()), "text": ["a", "b"]})
        out = self.folder / "data"
        write_family(Family("foreign", CARD | changes, {"data": Tables(trainings, architectures)}), out)
        return out

    def surrogate(self, space: str) -> Path:
        """Return a folder with a surrogate's card that names a space."""
        folder = self.folder / "model"
        folder.mkdir()
        told = asdict(Card("Foreign", "a stranger", "none", "validation", "the same"))
        del told["facts"]
        head = {"format": FORMAT, "name": "x", "space": space, "card": told}
        text = tomli_w.dumps(head | {"surrogate": {}, "models": {}, "files": {}})
        (folder / "card.toml").write_text(text, encoding="utf-8")
        return folder

    def nassim(self, *arguments: object) -> int:
        """Run a command in this process, and return its exit code."""
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as ended:
            return int(ended.code or 0)
        return 0

    def process(self, *command: object, start: tuple[str, ...] = ("-m", "nassim"), **env: str) -> int:
        """Run a command in a process of its own, which stands in the folder, and return its exit code."""
        environment = {**os.environ, "PYTHONPATH": str(Path(nassim.__file__).parent.parent), **env}
        ended = subprocess.run(
            [sys.executable, *start, *map(str, command)],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.said = ended.stdout + ended.stderr
        return ended.returncode
