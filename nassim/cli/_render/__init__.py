"""How nassim looks in a terminal: tables, bars and cards. Only the command line uses it."""

from __future__ import annotations

import errno
import os

from rich.console import Console
from rich.table import Table

PIPED_WIDTH = 120  # where no terminal says how wide it is


class _Terminal(Console):
    """One that says so when nobody reads it any more, where rich would end the process."""

    def on_broken_pipe(self) -> None:
        """Let the command line say what happened."""
        raise BrokenPipeError(errno.EPIPE, "nobody reads the output")


def console(*, stderr: bool = False) -> Console:
    """Return where to print; text that is piped is not squeezed into 80 columns."""
    made = _Terminal(stderr=stderr, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = PIPED_WIDTH
    return made


def stanzas() -> Table:
    """Return a table without lines: names on the left, what they are on the right."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    return table
