"""Loads the scripts of studies, which are in no package."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def script(path: Path) -> ModuleType:
    """Return a script as a module; what lies in the repository can be imported by it."""
    root = str(path.parents[2])
    if root not in sys.path:
        sys.path.append(root)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
