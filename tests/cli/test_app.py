"""The command line as a whole: its help, wrong usage, and that bad input is one line and exit code 2."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.command_line import Run, refused
from tests.study.studies import ROOT

BAD = {
    "study": (("run", "rl_evolution_dart"), "unknown study 'rl_evolution_dart'; did you mean 'rl_evolution_darts'?"),
    "benchmark": (("show", "nb201/cifar11"), "unknown benchmark 'nb201/cifar11'; did you mean 'nb201/cifar1"),
    "malformed cell": (("show", "nb201/cifar10", "|none~0|"), "expected 3 nodes joined by '+'"),
    "impossible cell": (
        ("show", "nb201/cifar10", "|non~0|+|none~0|none~1|+|none~0|none~1|none~2|"),
        "did you mean 'none'",
    ),
    "no such cell": (("show", "nb201/cifar10", "15625"), "index 15625 is not in 0..15624"),
    "no such number": (("show", "nb201/cifar10", "9" * 30), "is not in 0..15624"),
    "no benchmark": (("show", "math:pi", "--allow-code"), "expected a benchmark or its name, got 3.14"),
    "no results": (("report", "nowhere"), "nowhere: not a results folder, it has no study.json"),
    "no module": (("show", "no.such.module:x", "--allow-code"), "cannot import 'no.such.module'"),
}


@pytest.mark.parametrize(("arguments", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_one_line(arguments: tuple[str, ...], message: str, run: Run) -> None:
    """What a user can mend is one line on stderr and exit code 2."""
    assert message in refused(run(*arguments))


@pytest.mark.parametrize("arguments", [("run",), ("run", "x", "--jobs", "0"), ("lst",), ("list", "spaces", "--all")])
def test_wrong_usage_exits_2(arguments: tuple[str, ...], run: Run) -> None:
    """A missing argument, a number out of range, an unknown command and an unknown option."""
    ended = run(*arguments)
    assert ended.code == 2
    assert "Traceback" not in ended.err


def test_help_is_instant() -> None:
    """The help names all commands without loading numpy or anything heavier, and no arguments show it too."""
    code = "import sys, nassim.cli._app; from nassim.__main__ import main; sys.argv[1:] = {}; sys.excepthook = None\n"
    code += "try: main()\nfinally: print({{'numpy', 'pyarrow', 'joblib', 'matplotlib'}} & set(sys.modules))"
    for arguments in (["--help"], []):
        command = [sys.executable, "-c", code.format(arguments)]
        shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
        assert all(f" {command} " in shown for command in ("run", "report", "list", "show", "import", "fit", "check"))
        assert shown.endswith("set()\n")


def test_the_version_is_shown(run: Run) -> None:
    """`--version` needs no command."""
    from importlib.metadata import version

    assert run("--version") == (0, f"nassim {version('nassim')}\n", "")
