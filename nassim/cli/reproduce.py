"""`nassim reproduce`: whether results come out again, number by number."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from nassim.cli._options import AllowCode, Jobs

ORDER = 110


def command(
    results: Annotated[Path, typer.Argument(metavar="RESULTS", help="The results folder of a study.")],
    *,
    beside: Annotated[Path, typer.Option(help="The study's folder, if it names files beside it.")] = Path(),
    allow_code: AllowCode = False,
    jobs: Jobs = None,
) -> None:
    """Run again what a results folder holds, and say whether every number is the same; exit 1 if one is not."""
    from nassim.cli._completing import completed
    from nassim.cli._render import console
    from nassim.study.plan import restore
    from nassim.study.results import ResultsFolder
    from nassim.study.verify.compare import EXACT
    from nassim.study.verify.lock import lock_of

    before = ResultsFolder.open(results)
    before.check_code(allowed=allow_code)
    was = lock_of(before)
    with TemporaryDirectory() as folder:
        now = lock_of(completed(restore(before.study, beside), Path(folder, "again"), jobs))
    same = {cell for cell, found in was.cells.items() if now.cells[cell].content == found.content}
    for label, benchmark in sorted(was.cells.keys() - same):
        console().print(f"other numbers: {label} on {benchmark}", markup=False, soft_wrap=True)
    if was.versions != now.versions:
        console().print(f"made with {was.versions}, run again with {now.versions}", markup=False, soft_wrap=True)
    console().print(f"{EXACT}: {len(same)} of {len(was.cells)} cells")
    raise typer.Exit(code=0 if len(same) == len(was.cells) else 1)
