"""Provenance: all that can change a number, besides the settings."""

from __future__ import annotations

import json
import platform
import re
import shutil
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from nassim import provenance as module
from nassim.provenance import provenance, source_digest, versions
from nassim.strategies.darts import Darts
from nassim.strategies.random_search import RandomSearch
from tests.toys import toy_benchmark


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Return a copy of the package's source that provenance takes for its own."""
    package = tmp_path / "nassim"
    shutil.copytree(module.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "benchmarks_data"))
    monkeypatch.setattr(module, "PACKAGE", package)
    return package


def fresh_digest(checkout: Path, *files: str) -> str:
    """Return the digest of the source as it is now, with these files of the package."""
    return source_digest(*(checkout / file for file in files))


def test_provenance_names_benchmark_data_source_and_versions():
    """Every trace can say which data, splits, source and versions its numbers come from."""
    bench = toy_benchmark((3, 2))
    about = provenance(bench, RandomSearch)
    assert about["benchmark"] == bench.name
    assert about["data_sha256"] == bench.card.sha256
    assert about["optimum"] == bench.optimum
    assert (about["search_split"], about["report_split"]) == (bench.card.search_split, bench.card.report_split)
    assert {name: about[name] for name in versions()} == versions()
    assert versions() == {
        "nassim": version("nassim"), "numpy": np.__version__, "scipy": version("scipy"),
        "python": platform.python_version(),
    }  # fmt: skip
    assert re.fullmatch("[0-9a-f]{16}", about["source"])
    assert about["source"] != provenance(bench, Darts)["source"]
    assert json.loads(json.dumps(about)) == about


@pytest.mark.parametrize("file", ["streams.py", "space.py", "simulation.py", "clock.py", "desk.py", "strategy.py"])
def test_the_core_counts_for_every_strategy(checkout, file):
    """Editing the core makes another digest; undoing it the old one."""
    before, content = fresh_digest(checkout), (checkout / file).read_bytes()
    (checkout / file).write_bytes(content + b"\n")
    assert fresh_digest(checkout) != before
    (checkout / file).write_bytes(content)
    assert fresh_digest(checkout) == before


@pytest.mark.parametrize(
    "file", ["strategies/darts.py", "strategies/_policy.py", "strategies/_optimisers.py", "benchmarks/contraction.py"]
)
def test_what_a_strategy_or_benchmark_imports_counts(checkout, file):
    """Editing a strategy, what it shares with others, or what its benchmark computes with makes another digest."""
    files = "strategies/darts.py", "benchmarks/table.py"
    before = fresh_digest(checkout, *files)
    (checkout / file).write_bytes((checkout / file).read_bytes() + b"\n")
    assert fresh_digest(checkout, *files) != before


@pytest.mark.parametrize("file", ["cli.py", "study.py", "report/curves.py", "strategies/gdas.py"])
def test_what_cannot_change_a_number_does_not_count(checkout, file):
    """Command line, report and other strategies may change without making results stale."""
    before = fresh_digest(checkout, "strategies/darts.py")
    (checkout / file).write_text("# another\n")
    assert fresh_digest(checkout, "strategies/darts.py") == before


def test_a_renamed_strategy_changes_the_digest(checkout):
    """The name of a file is the name of a strategy, and names its random streams."""
    before = fresh_digest(checkout, "strategies/random_search.py")
    (checkout / "strategies" / "random_search.py").rename(checkout / "strategies" / "random_searches.py")
    assert fresh_digest(checkout, "strategies/random_searches.py") != before


def test_modules_beside_a_users_file_count(tmp_path):
    """A strategy that keeps its constants in a module of its own is another when that module changes."""
    (tmp_path / "mine.py").write_text("import helper\n")
    (tmp_path / "helper.py").write_text("K = 1\n")
    before = source_digest(tmp_path / "mine.py")
    (tmp_path / "helper.py").write_text("K = 22\n")
    assert source_digest(tmp_path / "mine.py") != before
