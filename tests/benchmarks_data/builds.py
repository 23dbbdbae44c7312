"""Loads the build.py of a folder of shipped data, and the tables beside it."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest

from nassim.importers._packages import read_card
from tests.scripts import script

ROOT = Path(__file__).parents[2] / "benchmarks_data"


@cache
def build_of(family: str) -> ModuleType:
    """Return build.py of a family as a module."""
    return script(ROOT / family / "build.py")


@cache
def source(family: str, name: str) -> bytes:
    """Return the installed package's file of a data set, or skip the test."""
    build = build_of(family)
    if importlib.util.find_spec(build.PACKAGE.folder) is None:
        pytest.skip(f"needs {build.PACKAGE.requirement}, which is not installed")
    entry = read_card(ROOT / family)["datasets"][name]
    found: bytes = build.PACKAGE.read(entry["source_file"], entry["source_sha256"])
    return found


@cache
def table(family: str, name: str, file: str) -> Any:
    """Return one Parquet table, its page checksums verified."""
    return pq.read_table(ROOT / family / name / f"{file}.parquet", page_checksum_verification=True)
