"""`nassim verify-data`: whether data files are as their cards say."""

from __future__ import annotations

import typer

ORDER = 60


def command() -> None:
    """Compare every data file that nassim finds with the checksum on its card; exit 1 if one differs."""
    from nassim.cli._render import console
    from nassim.cli._render.families import verified

    wrong = []
    for line, damaged in verified():
        console().print(line, markup=False, soft_wrap=True)
        wrong += damaged
    for line in wrong:
        console(stderr=True).print(line, markup=False, soft_wrap=True)
    raise typer.Exit(code=1 if wrong else 0)
