"""The command line: finds the command that is asked for, and has the options that go with every one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, NamedTuple

import typer
from typer.core import TyperGroup

from nassim.cli._last_resort import TRACEBACK, Stopped
from nassim.cli._old_names import show_old_names
from nassim.core.errors import NassimError, cut
from nassim.core.registry import Registry

VERSION = "--version"
COMMANDS = Registry("command", "commands", "cli")


class Commands(TyperGroup):
    """The commands; what typer would swallow goes past it, and what it quotes is cut."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, BrokenPipeError) as error:
            raise Stopped from error
        except Exception as error:
            if isinstance(message := getattr(error, "message", None), str):  # of wrong usage
                vars(error)["message"] = cut(message)
            raise


class Command(NamedTuple):
    """What a file of a command says; sorted, commands are in the order of the help."""

    order: int
    name: str
    run: Callable[..., None]


def run(arguments: Sequence[str]) -> None:
    """Run a command line, of which the first word is a command or an option."""
    show_old_names()
    application(next(iter(arguments), ""))(args=arguments, prog_name="nassim")


def application(asked: str = "") -> typer.Typer:
    """Return the application with the one command that is asked for; with all if there is none of that name.

    For the version, none is needed.
    """
    app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(options)
    known = bool(asked) and not asked.startswith("-") and asked in COMMANDS
    names = [asked] if known else [] if asked == VERSION else COMMANDS.names()
    for command in sorted(map(command_of, names)):
        app.command(command.name)(command.run)
    return app


def command_of(name: str) -> Command:
    """Return the command of a name; NassimError if its file does not say what it must."""
    said = vars(COMMANDS.module(name))
    if not (callable(said.get("command")) and isinstance(said.get("ORDER"), int)):
        raise NassimError(f"{said['__file__']}: expected a function `command` and ORDER = 10; see nassim.cli")
    return Command(said["ORDER"], name, said["command"])


def options(
    *,
    version: Annotated[
        bool, typer.Option(VERSION, callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
    traceback: Annotated[
        bool, typer.Option(TRACEBACK, help="If the command fails, show where in the source; goes anywhere.")
    ] = False,
) -> None:
    """Neural architecture search, simulated on tables of real trainings."""


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"nassim {version('nassim')}")
        raise typer.Exit
