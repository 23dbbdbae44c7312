"""Packages of others, in temporary folders: what they register by entry points is as if it were installed."""

from __future__ import annotations

import os
from pathlib import Path

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"


def package(folder: Path, group: str, name: str, source: str, kind: str = "") -> dict[str, str]:
    """Write a package whose module, or class in it, is the entry point `name` of a group; return its environment."""
    module = name.replace("-", "_")
    about = folder / f"{module}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(METADATA.format(name=name), encoding="utf-8")
    (about / "entry_points.txt").write_text(f"[{group}]\n{name} = {module}{kind and f':{kind}'}\n", encoding="utf-8")
    (folder / f"{module}.py").write_text(source, encoding="utf-8")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}
