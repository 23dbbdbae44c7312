"""The reference of commands: what `nassim COMMAND --help` says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main
from keys import cell

from nassim.cli._app import application

HEAD = """# Commands

`nassim COMMAND --help` says the same. Whatever fails ends in one line and exit code 2; `--traceback` shows where.
"""


def pages() -> dict[str, str]:
    """Return the page."""
    group: Any = typer.main.get_command(application())
    sections = (line for name, command in group.commands.items() for line in of(name, command))
    return {"reference/commands.md": "\n".join((HEAD, *sections))}


def of(name: str, command: Any) -> Iterator[str]:
    """Yield the lines of one command."""
    context = typer.Context(command, info_name=f"nassim {name}")
    records = [one.get_help_record(context) for one in command.get_params(context) if one.name != "help"]
    yield from (
        f"## nassim {name}\n",
        f"```console\n{context.get_usage().removeprefix('Usage: ')}\n```\n",
        command.help,
    )
    yield from ("", "| argument or option | |", "|---|---|")
    yield from (f"| `{written}` | {cell(said)} |" for written, said in records)
    yield ""
