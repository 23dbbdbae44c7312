"""The progress bar of work that takes a while: a study, or real trainings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from nassim.cli._last_resort import INTERRUPTED
from nassim.cli._render import console
from nassim.core.watcher import Watcher


class Bar(Watcher):
    """A bar with what is done of all there is, the time spent and the time left; `what` is counted."""

    def __init__(self, terminal: Console | None = None, what: str = "units") -> None:
        self.what = what
        self.done = self.total = 0
        self._begun = False
        self._progress = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn(what),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=terminal or Console(stderr=True),
        )
        self._task = self._progress.add_task("running", total=None, left="")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._begun:
            self._progress.stop()

    def prepare(self, text: str) -> None:
        """Show a bar without an end."""
        self._begun = True
        self._progress.start()
        self._progress.update(self._task, description=text)

    def announce(self, text: str) -> None:
        """Print how much work there is, before the bar."""
        self.note(text)

    def begin(self, done: int, total: int) -> None:
        """Show the bar, with what is there from before."""
        self.done, self.total, self._begun = done, total, True
        self._progress.start()
        self._progress.update(self._task, description="running", completed=done, total=total)

    def advance(self, seconds_left: float) -> None:
        """Move on by one."""
        self.done += 1
        self._progress.update(self._task, completed=self.done, left=f"{_clock(seconds_left)} left")

    def note(self, text: str) -> None:
        """Print a line above the bar."""
        self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def units() -> Bar:
    """Return a bar for the units of work of a study, on stderr."""
    return Bar(console(stderr=True))


@contextmanager
def watched(what: str) -> Iterator[Bar]:
    """Yield a bar on stderr that counts something; Ctrl-C says how to go on."""
    bar = Bar(console(stderr=True), what)
    with resumable(bar), bar:
        yield bar


@contextmanager
def resumable(bar: Bar) -> Iterator[None]:
    """Let Ctrl-C end the command with how much the bar has seen done, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        so_far = f"with {bar.done} of {bar.total} {bar.what} done" if bar.total else "before any work was done"
        typer.echo(f"nassim: stopped {so_far}; the same command continues", err=True)
        raise typer.Exit(code=INTERRUPTED) from None
