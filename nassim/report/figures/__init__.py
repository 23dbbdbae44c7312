"""One file is one figure; its name is the file's.

Each has `of_benchmark(view)`, which yields what it draws of one benchmark, or `of_study(views)`, which yields what it
draws of all of them. `names()` lists the figures.
"""

from __future__ import annotations

from pathlib import Path


def names() -> list[str]:
    """Return the names of all figures."""
    return sorted(path.stem.replace("_", "-") for path in Path(__file__).parent.glob("[a-z]*.py"))
