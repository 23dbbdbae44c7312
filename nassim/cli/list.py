"""`nassim list`: what there is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

ORDER = 30


class Kind(StrEnum):
    """What can be listed."""

    strategies = "strategies"
    benchmarks = "benchmarks"
    spaces = "spaces"
    protocols = "protocols"
    wrappers = "wrappers"


def command(
    kind: Annotated[
        Kind | None, typer.Argument(metavar="KIND", help="strategies, benchmarks, spaces, protocols or wrappers.")
    ] = None,
) -> None:
    """List all strategies, benchmarks, spaces, protocols, and wrappers of benchmarks there are."""
    from nassim.cli._render import console
    from nassim.cli._render.families import family_table
    from nassim.cli._render.listing import listing

    for shown in Kind if kind is None else [kind]:
        console().print(f"[bold underline]{shown.value}[/]\n")
        console().print(family_table() if shown is Kind.benchmarks else listing(shown))
        console().print()
