"""Loads what makes pages of the docs site, without mkdocs."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

from tests.scripts import script

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "_site"


def maker(name: str) -> ModuleType:
    """Return a module of docs/_site."""
    sys.path.append(str(SITE))
    try:
        return script(SITE / f"{name}.py")
    finally:
        sys.path.remove(str(SITE))
