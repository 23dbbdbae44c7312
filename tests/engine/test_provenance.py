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

from nassim.core import frames
from nassim.core.frames import is_python
from nassim.engine import source as module
from nassim.engine.provenance import provenance, source_digest, versions
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


@pytest.mark.parametrize(
    "file", ["core/random_streams.py", "core/space.py", "engine/loop.py", "engine/workers.py", "engine/evaluator.py"]
)
def test_the_core_counts_for_every_strategy(checkout, file):
    """Editing the core makes another digest; undoing it the old one."""
    before, content = fresh_digest(checkout), (checkout / file).read_bytes()
    (checkout / file).write_bytes(content + b"\nmore = 1\n")
    assert fresh_digest(checkout) != before
    (checkout / file).write_bytes(content)
    assert fresh_digest(checkout) == before


@pytest.mark.parametrize(
    "file", ["strategies/darts.py", "strategies/_policy.py", "strategies/_optimisers.py", "core/expectation.py"]
)
def test_what_a_strategy_or_benchmark_imports_counts(checkout, file):
    """Editing a strategy, what it shares with others, or what its benchmark computes with makes another digest."""
    files = "strategies/darts.py", "benchmarks/table.py"
    before = fresh_digest(checkout, *files)
    (checkout / file).write_bytes((checkout / file).read_bytes() + b"\nmore = 1\n")
    assert fresh_digest(checkout, *files) != before


@pytest.mark.parametrize("file", ["cli.py", "study.py", "report/curves.py", "strategies/gdas.py"])
def test_what_cannot_change_a_number_does_not_count(checkout, file):
    """Command line, report and other strategies may change without making results stale."""
    before = fresh_digest(checkout, "strategies/darts.py")
    (checkout / file).write_text("more = 1\n")
    assert fresh_digest(checkout, "strategies/darts.py") == before


SAID = '''
"""A module."""

import helper  # ours


class Search:
    """A search."""

    def ask(self):
        """Ask."""
        return helper.K
'''


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("# ours", "# somebody's", True),
        ("  # ours", "", True),
        ('"""A module."""', "", True),
        ('"""A search."""', '"""Another search."""', True),
        ('        """Ask."""\n', "\n\n\n", True),
        ("return helper.K", "return (\n            helper.K\n        )", True),
        ("return helper.K", 'return helper.K, """Ask."""', False),
        ("return helper.K", "return helper.K + 1", False),
        ("def ask", "def askk", False),
        ("helper.K", "'#'", False),
    ],
)  # fmt: skip
def test_comments_docstrings_and_layout_do_not_count(tmp_path, before, after, same):
    """Only what the computer is told makes another digest, and results made before are not made again."""
    (tmp_path / "mine.py").write_text(SAID)
    digest = source_digest(tmp_path / "mine.py")
    (tmp_path / "mine.py").write_text(SAID.replace(before, after))
    assert SAID.replace(before, after) != SAID
    assert (source_digest(tmp_path / "mine.py") == digest) == same


def test_comments_of_the_core_do_not_count(checkout):
    """A comment, or a better docstring, leaves every cache key and every lock as it is."""
    before = fresh_digest(checkout, "strategies/darts.py", "benchmarks/table.py")
    for path in checkout.rglob("*.py"):
        path.write_text(path.read_text(encoding="utf-8") + "\n# said better\n", encoding="utf-8")
    assert fresh_digest(checkout, "strategies/darts.py", "benchmarks/table.py") == before


IMPORTS = {
    "plain": "import helper",
    "one of several": "import os, helper",
    "under another name": "import helper as h",
    "a name": "from helper import K",
    "over lines": "from helper import (\n    K,\n    L,\n)",
    "late": "def ask():\n    import helper",
    "relative": "from . import helper",
    "relative name": "from .helper import K",
    "of the package": "from own.helper import K",
    "the package's module": "from own import helper",
    "beside the package": "import beside",
}


@pytest.mark.parametrize("said", IMPORTS.values(), ids=IMPORTS)
def test_every_way_to_import_counts(tmp_path, said):
    """Of a package or not, in any spelling; but a text that looks like an import is none."""
    package = tmp_path / "own"
    package.mkdir()
    (package / "mine.py").write_text(said)
    if "own" in said:
        (package / "__init__.py").touch()
    places = [package / "helper.py", tmp_path / "beside.py" if said == "import beside" else package / "beside.py"]
    if said == "import beside":
        (package / "__init__.py").touch()
    for place in places:
        place.write_text("K = 1")
    before = source_digest(package / "mine.py")
    for place in places:
        place.write_text("K = 2")
    assert source_digest(package / "mine.py") != before
    (package / "mine.py").write_text(f'TEXT = """\n{said}\n"""')
    before = source_digest(package / "mine.py")
    for place in places:
        place.write_text("K = 3")
    assert source_digest(package / "mine.py") == before


def test_a_package_s_own_code_counts(tmp_path):
    """What runs when a package is imported is part of it."""
    (tmp_path / "tools").mkdir()
    for name in ("__init__", "one"):
        (tmp_path / "tools" / f"{name}.py").write_text("K = 1")
    (tmp_path / "mine.py").write_text("from tools.one import K")
    before = source_digest(tmp_path / "mine.py")
    (tmp_path / "tools" / "__init__.py").write_text("K = 2")
    assert source_digest(tmp_path / "mine.py") != before


def test_python_and_libraries_are_known_by_their_versions(tmp_path, monkeypatch):
    """No file of theirs is read, but those of the package that a strategy is installed in."""
    assert is_python(Path(json.__file__))
    assert not any(is_python(path) for path in map(Path, [module.__file__, np.__file__, __file__]))
    assert source_digest(Path(json.__file__)) == source_digest()
    monkeypatch.setattr(frames, "_folders", lambda *names: (tmp_path,) if "purelib" in names else ())
    for name in ("numpy/__init__", "plugin/__init__", "plugin/one", "plugin/two"):
        place = tmp_path / f"{name}.py"
        place.parent.mkdir(exist_ok=True)
        place.write_text("import numpy, plugin.two\nK = 1")
    digests = [source_digest(tmp_path / "plugin" / "one.py")]
    for name in ("numpy/__init__", "plugin/two"):
        (tmp_path / f"{name}.py").write_text("K = 22")
        digests.append(source_digest(tmp_path / "plugin" / "one.py"))
    assert digests[0] == digests[1] != digests[2]


def test_a_file_that_cannot_be_run_has_a_digest_too(tmp_path):
    """Of its bytes; that it is no Python is said where it is imported."""
    (tmp_path / "mine.py").write_text("def (")
    before = source_digest(tmp_path / "mine.py")
    (tmp_path / "mine.py").write_text("def [")
    assert source_digest(tmp_path / "mine.py") != before


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
