"""`nassim trust`: files of Python that data cards may name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ORDER = 80


def command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Python files, such as ./layers.py.")],
) -> None:
    """Allow data cards to name spaces in a Python file that you have read, until it changes."""
    from nassim.data import trust

    for file in files:
        typer.echo(f"trusted until it changes: {trust.trust(file)}")
