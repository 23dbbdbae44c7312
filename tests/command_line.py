"""Runs command lines in tests, in this process, and says how they ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from nassim.__main__ import main as started

# A command line that hears Ctrl-C also where the tests run in the background of a shell, which is deaf to it.
HEARING = """
import signal
from nassim.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command line in this process, in a wide terminal."""
    monkeypatch.setenv("COLUMNS", "140")

    def run(*arguments: object) -> Ended:
        with pytest.raises(SystemExit) as ended:
            started([str(argument) for argument in arguments])
        return Ended(ended.value.code or 0, *capsys.readouterr())

    return run


def refused(ended: Ended) -> str:
    """Return the one line on stderr of a command that was refused."""
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith("nassim: ")
    assert ended.err.count("\n") == 1
    return ended.err
