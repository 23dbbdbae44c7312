"""One trial: a command in a process of its own, with its time, memory, and what it said."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

SECONDS, LINES = 10, 6
HANGS = 180  # seconds by the clock after which a process is ended: others may keep a machine busy
AHEAD = ("nassim.__main__", "nassim.study.verify.against", "nassim.cli._render.verdict", "nassim.report.build")
MEMORY = 1 << 30  # bytes of the largest that a process was
UNEXPECTED = "nassim: unexpected "  # what the last resort says
REFUSED, JUDGED = 2, 1  # exit codes: refused; a check that found claims not to hold


class Trial(NamedTuple):
    """What a command did."""

    code: int
    said: str
    seconds: float  # of the processor
    memory: int  # bytes


def imported() -> None:
    """Import what commands take longest to, so that forks of this process have it."""
    for name in AHEAD:
        importlib.import_module(name)


def tried(command: Sequence[str], folder: Path, prepare: Callable[[], None] | None = None) -> Trial:
    """Run `nassim` with these arguments in a folder, in a fork of this process."""
    out = folder / ".said"
    child = os.fork()
    if child == 0:
        _run(command, folder, out, prepare)
    status, used = _ended(child)
    code = os.waitstatus_to_exitcode(status)
    said = out.read_text(encoding="utf-8", errors="replace")
    out.unlink()
    return Trial(code, said, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def fault(trial: Trial, *, folder: Path) -> str | None:
    """Return what a trial did that it must not, or None."""
    lines = trial.said.strip().splitlines()
    left = [
        str(path.relative_to(folder)) for path in folder.rglob("*") if re.search(r"partial|importing|\.tmp", path.name)
    ]
    checks = {
        f"exit code {trial.code}": trial.code not in {0, JUDGED, REFUSED},
        "a fault of its own": "Traceback" in trial.said or UNEXPECTED in trial.said,
        f"{len(lines)} lines": trial.code == REFUSED and len(lines) > LINES,
        "no message": trial.code == REFUSED and not lines,
        f"{trial.seconds:.0f} s": trial.seconds > SECONDS,
        f"{trial.memory >> 20} MiB": trial.memory > MEMORY,
        f"half-written {left[:1]}": bool(left),
    }
    return next((what for what, so in checks.items() if so), None)


def kind(said: str) -> str:
    """Return a message without what is particular: which validator spoke."""
    text = " ".join(said.split())
    text = re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`", "Q", text)
    text = re.sub(r"\S*/\S*", "PATH", text)
    return re.sub(r"[-+]?\d[\d,.e+]*", "N", text)[:70]


def _run(command: Sequence[str], folder: Path, out: Path, prepare: Callable[[], None] | None) -> NoReturn:
    file = os.open(out, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))  # pytest has put others there
    os.chdir(folder)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS * 3, SECONDS * 3))
    code = 70
    try:
        if prepare:
            prepare()
        from nassim.__main__ import main

        sys.argv = ["nassim", *command]
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else REFUSED
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _ended(child: int) -> tuple[int, resource.struct_rusage]:
    """Wait for a process, and end it when it takes far too long."""
    latest = time.monotonic() + HANGS
    while time.monotonic() < latest:
        ended, status, used = os.wait4(child, os.WNOHANG)
        if ended:
            return status, used
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    return status, used
