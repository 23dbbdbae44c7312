"""`nassim import`: benchmarks from what others published, or from one's own results."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

ORDER = 50


class Uneven(StrEnum):
    """What to do with learning curves of unequal length."""

    common = "common"
    longest = "longest"


def command(
    format_: Annotated[str, typer.Argument(metavar="FORMAT", help="What was published, such as accel-nasbench.")],
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The file as published.")],
    *,
    out: Annotated[Path | None, typer.Option(help="The data folder; by default the user's, or $NASSIM_DATA.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace an older import also if its title or source differ.")
    ] = False,
    epochs: Annotated[
        Uneven | None, typer.Option(help="Of curves of unequal length, keep the epochs that all have, or the longest.")
    ] = None,
    tag: Annotated[
        str | None, typer.Option(help="Of results by several training recipes, which one; for timm-results.")
    ] = None,
) -> None:
    """Read a published file, or your own results, as benchmarks."""
    from nassim.cli._render import console

    options = {} if epochs is None else {"epochs": epochs.value}
    options |= {} if tag is None else {"tag": tag}
    for line in imported(format_, source, out, replace=replace, **options):
        console().print(line, markup=False, soft_wrap=True)


def imported(format_: str, source: Path, out: Path | None, *, replace: bool, **options: str) -> list[str]:
    """Import a published file under a progress bar, and return lines that say what there is now and how to go on."""
    from rich.progress import Progress

    from nassim.catalog import data_folders
    from nassim.cli._render import console
    from nassim.importers import import_data

    terminal = console(stderr=True)
    with Progress(console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
        task = progress.add_task(f"reading {source.name}", total=None)
        heard: list[str] = []
        names = import_data(
            format_,
            source,
            out,
            lambda done, total: progress.update(task, completed=done, total=total),
            replace=replace,
            told=heard.append,
            **options,
        )
    lines = [*heard, f"imported {', '.join(names)}"]
    if out is not None and out.resolve() not in [folder.resolve() for folder in data_folders()]:
        lines.append(f"to have nassim look there: export NASSIM_DATA={out}")
    return [*lines, _going_on(names[0])]


def _going_on(name: str) -> str:
    """Return what can be done with what was imported."""
    from nassim.catalog import block_folders

    if name in block_folders():
        return f'in a study: wrap = [{{name = "block_latency", table = "{name}"}}]'
    return f"go on with: nassim show {name}, or nassim fit {name}"
