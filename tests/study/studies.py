"""Small studies that tests write, run, and look into."""

from __future__ import annotations

from pathlib import Path

from nassim.core.watcher import Watcher

ROOT = Path(__file__).parents[2]
TOYS = "tests.study.toys"
BENCHMARKS = f'["{TOYS}:ONE", "{TOYS}:TWO"]'
STUDY = f"""
name = "toys"
question = "Which toy?"
benchmarks = {BENCHMARKS}
runs = 20
seed = 3

[budget]
evaluations = 12

[[strategy]]
name = "random_search"

[[strategy]]
name = "regularized_evolution"
population = [4, 8]
sample = 2
"""
TABLES = STUDY[STUDY.index("[[") :]
CELLS = 6


def write(folder: Path, text: str = STUDY) -> Path:
    """Write a study into a folder, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files by their path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def traces(folder: Path) -> list[Path]:
    """Return all trace files."""
    return sorted(folder.glob("traces/*/*/*.parquet"))


class Notes(Watcher):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.begun = (0, 0)
        self.advanced = 0
        self.notes: list[str] = []

    def begin(self, done: int, total: int) -> None:
        """Keep how many were there."""
        self.begun = done, total

    def advance(self, seconds_left: float) -> None:
        """Count."""
        assert seconds_left >= 0
        self.advanced += 1

    def note(self, text: str) -> None:
        """Keep the text."""
        self.notes.append(text)
