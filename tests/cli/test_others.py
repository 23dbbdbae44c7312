"""Commands of other packages: they are there by their entry points, and one that is broken breaks no other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.other_packages import package
from tests.study.studies import ROOT

COMMAND = '''
"""A command of another package."""
import typer
ORDER = 15
def command(name: str, *, loudly: bool = False) -> None:
    """Greet somebody."""
    typer.echo(f"good day, {name}{'!' if loudly else ''}")
'''
BROKEN = '"""A command that cannot be imported."""\nimport no_such_library\n'
SILENT = '"""A file that says nothing."""\n'


def ended(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command line where another package is installed."""
    command = [sys.executable, "-m", "nassim", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_command_of_another_package_is_in_the_help_and_runs(tmp_path: Path) -> None:
    """At the place that it asks for, with its own help, arguments and options."""
    environment = package(tmp_path, "nassim.commands", "say-hello", COMMAND)
    shown = ended(environment, "--help").stdout
    assert shown.index("│ run ") < shown.index("│ say-hello ") < shown.index("│ report ")
    assert "Greet somebody." in ended(environment, "say-hello", "--help").stdout
    assert ended(environment, "say-hello", "you", "--loudly").stdout == "good day, you!\n"
    assert "Did you mean 'say-hello'?" in ended(environment, "say-helo").stderr


def test_a_broken_command_is_named_and_breaks_no_other(tmp_path: Path) -> None:
    """In one line with its module; other commands run."""
    environment = package(tmp_path, "nassim.commands", "broken", BROKEN)
    failed = ended(environment, "broken")
    assert failed.returncode == 2
    assert failed.stderr.startswith("nassim: cannot import 'broken', which has the command 'broken': No module named")
    assert ended(environment, "list", "protocols").returncode == 0


def test_what_is_no_command_says_what_is_missing(tmp_path: Path) -> None:
    """The file and what it must have."""
    failed = ended(package(tmp_path, "nassim.commands", "silent", SILENT), "silent")
    assert failed.returncode == 2
    assert failed.stderr.endswith("silent.py: expected a function `command` and ORDER = 10; see nassim.cli\n")
