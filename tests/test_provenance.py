"""Provenance: all that can change a number, besides the settings."""

from __future__ import annotations

import json
import platform
import shutil
from importlib.metadata import version

import numpy as np
import pytest

from nassim import provenance as module
from nassim.provenance import provenance, source_digest, versions
from tests.toys import toy_benchmark


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Return a copy of the package's source that provenance takes for its own."""
    package = tmp_path / "nassim"
    shutil.copytree(module.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "benchmarks_data"))
    monkeypatch.setattr(module, "PACKAGE", package)
    source_digest.cache_clear()
    yield package
    source_digest.cache_clear()


def fresh_digest() -> str:
    """Return the digest of the source as it is now."""
    source_digest.cache_clear()
    return source_digest()


def test_provenance_names_benchmark_data_and_versions():
    """Every trace can say which data, splits and versions its numbers come from."""
    bench = toy_benchmark((3, 2))
    about = provenance(bench)
    assert about["benchmark"] == bench.name
    assert about["data_sha256"] == bench.card.sha256
    assert about["optimum"] == bench.optimum
    assert (about["search_split"], about["report_split"]) == (bench.card.search_split, bench.card.report_split)
    assert about["numpy"] == np.__version__
    assert about["python"] == platform.python_version()
    assert about["nassim"] == version("nassim")
    assert json.loads(json.dumps(about)) == about


def test_versions_do_not_depend_on_the_machine_or_the_day():
    """Nothing of a host, a path or a clock enters, so that equal simulations have equal files."""
    assert set(versions()) == {"nassim", "source", "numpy", "python"}


@pytest.mark.parametrize(
    "file",
    ["streams.py", "space.py", "simulation.py", "clock.py", "desk.py", "strategies/random_search.py",
     "benchmarks/table.py", "benchmarks/contraction.py", "spaces/nb201.py"],
)  # fmt: skip
def test_a_change_of_source_that_can_change_numbers_changes_the_digest(checkout, file):
    """Editing core, strategy, benchmark or space makes another digest; undoing it the old one."""
    before, content = fresh_digest(), (checkout / file).read_bytes()
    (checkout / file).write_bytes(content + b"\n")
    assert fresh_digest() != before
    (checkout / file).write_bytes(content)
    assert fresh_digest() == before


def test_a_new_strategy_changes_the_digest(checkout):
    """A file more is another source."""
    before = fresh_digest()
    (checkout / "strategies" / "newcomer.py").write_text('"""New."""\n')
    assert fresh_digest() != before


def test_a_renamed_strategy_changes_the_digest(checkout):
    """The name of a file is the name of a strategy, and names its random streams."""
    before = fresh_digest()
    (checkout / "strategies" / "random_search.py").rename(checkout / "strategies" / "random_searches.py")
    assert fresh_digest() != before


def test_source_that_only_shows_results_does_not_count(checkout):
    """Command line and report may change without making results stale."""
    before = fresh_digest()
    (checkout / "cli.py").write_text("# another command line\n")
    (checkout / "report" / "another.py").write_text("# another figure\n")
    assert fresh_digest() == before
