"""However a command ends, it ends in one line: nothing is a traceback, unless it is asked for."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nassim.cli._last_resort import run_to_the_end, told
from nassim.core.errors import KEPT, LONG, MOST, DataError, UnknownNameError, cut, short
from tests.study.studies import ROOT

ENDS = {
    "an error to mend": (DataError("x.toml: wrong; write it"), 2, "nassim: x.toml: wrong; write it"),
    "an interrupt": (KeyboardInterrupt(), 130, "nassim: stopped"),
    "no memory": (MemoryError(), 2, "nassim: there is not enough memory; try fewer --jobs"),
    "too deep": (RecursionError("maximum depth"), 2, "nassim: something in the input is nested too deep"),
    "no readers": (BrokenPipeError(errno.EPIPE, "Broken pipe"), 2, "nassim: nobody reads the output any more"),
    "a full disk": (OSError(errno.ENOSPC, "No space left", "x.png"), 2, "x.png: cannot be written (No space left); f"),
    "a lost file": (FileNotFoundError(errno.ENOENT, "No such file", "x.toml"), 2, "nassim: x.toml: No such file"),
    "a fault of ours": (ZeroDivisionError("division\nby zero"), 2, "nassim: unexpected ZeroDivisionError: division by"),
    "no words": (AssertionError(), 2, "nassim: unexpected AssertionError; the same command with --traceback shows"),
    "a letter": ("\ud800".encode, 2, "nassim: unexpected UnicodeEncodeError"),
    "a huge message": (DataError("x" * 10**6), 2, f"nassim: {'x' * 38}...{'x' * 38}"),
}  # fmt: skip


def end(error: object, *arguments: str) -> int:
    """Return the exit code of a command that ends with an error, or calls what does."""

    def command(given: list[str]) -> None:
        assert given == ["run", "it"]
        if isinstance(error, BaseException):
            raise error
        error()

    with pytest.raises(SystemExit) as ended:
        run_to_the_end(command, ["run", "it", *arguments])
    return int(ended.value.code)


@pytest.mark.parametrize(("error", "code", "line"), ENDS.values(), ids=ENDS)
def test_every_end_is_one_line(error, code, line, capfd) -> None:
    """With its exit code; with --traceback, wherever that stands, the traceback goes before."""
    assert end(error) == code
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert line in err
    assert len(err) < MOST + 100
    assert end(error, "--traceback") == code
    err = capfd.readouterr().err
    assert err.startswith("Traceback" if code == 2 else ("Traceback", "nassim", "KeyboardInterrupt"))
    assert line in err.splitlines()[-1]


COMMAND = [sys.executable, "-m", "nassim"]


def ran(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Return how a command ended in an environment."""
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}], ids=str)
def test_a_terminal_without_letters_ends_nothing(environment) -> None:
    """What it cannot show is written as its code."""
    done = ran("show", "nb201/cifar10", **environment)
    assert done.returncode == 0, done.stderr
    assert "NAS-Bench-201" in done.stdout
    done = ran("show", "nb201/zürich😀", **environment)
    assert done.returncode == 2
    assert done.stderr.startswith("nassim: unknown benchmark 'nb201/z")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_leaves_is_said() -> None:
    """As `nassim list | head -1` does."""
    with subprocess.Popen([*COMMAND, "list"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
        command.stdout.close()
        assert command.stderr.read().decode().startswith("nassim: nobody reads the output any more")
        assert command.wait() == 2


@pytest.mark.parametrize("library", ["typer", "numpy"])
def test_an_interrupt_while_it_imports_is_one_line(library, tmp_path: Path) -> None:
    """Ctrl-C may come before the command has begun."""
    (tmp_path / f"{library}.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    done = ran("list", "strategies", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert (done.returncode, done.stderr) == (130, "nassim: stopped\n")


def test_long_inputs_are_cut(capsys) -> None:
    """Whatever a user gives, a message stays short: names, commands, options."""
    long = "y" * 100_000
    for arguments in (["show", long], [long], ["run", long], ["run", "x", "--jobs", long], ["run", f"--{long}"]):
        done = ran(*arguments, COLUMNS="120")
        assert done.returncode == 2, arguments[0]
        assert len(done.stderr) < 1500
        assert done.stderr.count("\n") <= 8
    assert len(str(UnknownNameError.of("strategy", "z" * 5000, ["a"]))) < 150


@given(st.text(max_size=600), st.integers(0, 2000))
def test_cut_keeps_short_messages_and_both_ends_of_long_ones(text, many) -> None:
    """A message without a long piece is as it was; a long piece becomes 80 letters at most."""
    words = " ".join(text.split())[: LONG - 3]
    assert cut(words) == words
    piece = "a" + "b" * many + "c"
    assert len(cut(piece)) <= max(KEPT, len(piece) if len(piece) < LONG else 0)
    assert cut(piece)[0] + cut(piece)[-1] == "ac"
    assert short(piece, 10) == (piece if len(piece) <= 10 else "abb...bbc")


def test_a_worker_s_error_survives_the_way_between_processes() -> None:
    """Errors are pickled on their way; the message is cut once and stays."""
    import pickle

    error = DataError("w" * 999)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert told(error) == str(error)
