"""The list of studies: each question, as its file asks it, beside the page with what was found."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAD = """# Studies

Each is a folder in the repository with its question, its settings, the numbers that it found, and what may be said of
them. `nassim run NAME` runs it, `nassim check NAME` holds it against its claims.
"""


def pages() -> dict[str, str]:
    """Return the page."""
    rows = [f"| [{file.parent.name}]({file.parent.name}/README.md) | {question(file)} |" for file in studies()]
    return {"studies/README.md": "\n".join((HEAD, "| study | question |", "|---|---|", *rows, ""))}


def studies() -> list[Path]:
    """Return the file of every study."""
    return sorted(ROOT.glob("studies/*/study.toml"))


def question(file: Path) -> str:
    """Return what a study asks."""
    return str(tomllib.loads(file.read_text(encoding="utf-8"))["question"])
