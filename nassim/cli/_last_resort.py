"""However a command ends, it ends in one line that says what happened and what to do; `--traceback` shows where."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress

from nassim.core.errors import NassimError, cut

WRONG, INTERRUPTED = 2, 130  # exit codes
TRACEBACK = "--traceback"
UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG}
KINDS: dict[type[BaseException], str] = {
    KeyboardInterrupt: "stopped",
    BrokenPipeError: "nobody reads the output any more, so the rest is not printed; the same command shows it again",
    MemoryError: "there is not enough memory; try fewer --jobs, or fewer runs, or close other programs",
    RecursionError: f"something in the input is nested too deep; {TRACEBACK} shows where it was read",
}


class Stopped(Exception):  # noqa: N818 - what stopped a command, an interrupt or a pipe, is its cause
    """Carries an interrupt or a broken pipe past libraries that would swallow it."""


def run_to_the_end(command: Callable[[list[str]], None], arguments: list[str]) -> None:
    """Run a command line; whatever it raises becomes one line on stderr and exit code 2, an interrupt 130."""
    speak_plainly()
    shown = TRACEBACK in arguments
    try:
        command([argument for argument in arguments if argument != TRACEBACK])
        flush()
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - the last resort
        cause = error.__cause__ if isinstance(error, Stopped) and error.__cause__ else error
        if shown:
            print(getattr(cause, "elsewhere", ""), file=sys.stderr, end="")  # noqa: T201
            traceback.print_exception(cause)
        if isinstance(cause, BrokenPipeError):
            swallow_output()
        say(told(cause))
        sys.exit(INTERRUPTED if isinstance(cause, KeyboardInterrupt) else WRONG)


def told(error: BaseException) -> str:
    """Return in one line what went wrong, and what to do."""
    for kind, said in KINDS.items():
        if isinstance(error, kind):
            return said
    if isinstance(error, NassimError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        from nassim.data.atomic import cannot_write

        return cannot_write(error) if error.errno in UNWRITABLE else f"{error.filename or 'input'}: {error.strerror}"
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"unexpected {what}; the same command with {TRACEBACK} shows where, for a report of this fault"


def say(message: str) -> None:
    """Print one line on stderr, whatever the message is made of."""
    with suppress(OSError, ValueError):  # nobody may listen
        print(f"nassim: {' '.join(cut(message).split())}", file=sys.stderr)  # noqa: T201


def speak_plainly() -> None:
    """See to it that no letter which the terminal lacks ends a command: it is written as its code."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError, OSError):  # closed, or none of ours
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def flush() -> None:
    """Print what is not printed yet, so that it fails here if it must."""
    if sys.stdout is not None:
        sys.stdout.flush()


def swallow_output() -> None:
    """Let nothing more be printed: Python would try again at its end, and complain."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
