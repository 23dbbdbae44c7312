"""The registry: files are what they are called, and so are entry points of other packages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import nassim
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.registry import Registry
from tests.other_packages import package

COMMANDS = Registry("command", "commands", "cli")
STRATEGY = '''
"""A strategy of another package."""
from nassim.strategies.random_search import RandomSearch
class Theirs(RandomSearch):
    """Random search by another name."""
'''


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder for packages of others, which are found."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_files_are_found_by_their_names() -> None:
    """Hyphens stand for underscores, Python's words have one more, and helpers are none."""
    assert {"import", "verify-data", "run"} <= set(COMMANDS.names())
    assert not [name for name in COMMANDS.names() if name.startswith("_")]
    assert COMMANDS.module("import").__name__ == "nassim.cli.import_"
    assert COMMANDS.module("verify-data").__name__ == "nassim.cli.verify_data"


@pytest.mark.parametrize("name", ["verify_data", "import_", "_app", "__init__", "", "../cli/run", "repotr"])
def test_what_there_is_not_is_no_name(name: str) -> None:
    """It is refused, and what was probably meant is suggested."""
    assert name not in COMMANDS
    with pytest.raises(UnknownNameError, match="unknown command"):
        COMMANDS.module(name)


def test_another_package_adds_one_and_replaces_none_of_ours(theirs: Path) -> None:
    """Its module is imported when it is asked for; a name that we have stays ours."""
    package(theirs, "nassim.commands", "of-theirs", '"""Theirs."""')
    package(theirs, "nassim.commands", "run", '"""Theirs."""')
    assert "of-theirs" in COMMANDS.names()
    assert "of_theirs" not in sys.modules
    assert COMMANDS.module("of-theirs").__doc__ == "Theirs."
    assert COMMANDS.module("run").__name__ == "nassim.cli.run"


def test_a_strategy_of_another_package_may_be_a_module_or_a_class(theirs: Path) -> None:
    """It is simulated by its name, and one that is neither says so."""
    package(theirs, "nassim.strategies", "theirs", STRATEGY)
    assert "theirs" in nassim.names("strategies")
    assert nassim.simulate("theirs", "nb201/cifar10", runs=2, evaluations=2).provenance["strategy"] == "theirs"
    package(theirs, "nassim.strategies", "no_strategy", '"""Nothing."""')
    with pytest.raises(SettingError, match="must define exactly one"):
        nassim.simulate("no_strategy", "nb201/cifar10", runs=2, evaluations=2)
