"""The commands that hold results against what was said or found before: check, lock and reproduce."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from nassim.cli_options import AllowCode, Jobs, Out, Runs, StudyArgument
from nassim.core.errors import DataError

if TYPE_CHECKING:
    from nassim.study.plan import Outline, Study
    from nassim.study.results import Results


def check(
    study: StudyArgument,
    *,
    out: Out = None,
    jobs: Jobs = None,
    runs: Runs = None,
    read: Annotated[bool, typer.Option("--read", help="Run nothing; judge the results that are there.")] = False,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the verdicts as JUnit XML.")] = None,
    summary: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Add them in Markdown to this file.", show_default="$GITHUB_STEP_SUMMARY"),
    ] = None,
) -> None:
    """Run a study, or what is still missing of it, and compare with its claims.toml and lock.json; exit 1 if worse."""
    from nassim.console import console
    from nassim.console.verdict import verdict_table
    from nassim.study.plan import find_study, outline
    from nassim.study.verify.against import Stated
    from nassim.study.verify.junit import add_markdown, write_junit

    plan = outline(study, runs) if read else _plan(study, runs)
    stated = Stated.beside(find_study(study), plan)
    judged = stated.verdicts(_results(plan, out, jobs))
    failed = [verdict for verdict in judged if not verdict.holds]
    if failed:
        console().print(verdict_table(failed))
    console().print(f"{len(judged) - len(failed)} of {len(judged)} claims hold")
    write_junit(judged, plan.name, junit)
    github = os.environ.get("GITHUB_STEP_SUMMARY")
    add_markdown(judged, plan.name, summary or (Path(github) if github else None))
    raise typer.Exit(code=1 if failed else 0)


def lock(study: StudyArgument, *, out: Out = None, jobs: Jobs = None, runs: Runs = None) -> None:
    """Run a study, or what is still missing of it, and write what it found and with what to lock.json beside it."""
    from nassim.console import console
    from nassim.study.plan import find_study
    from nassim.study.verify import lock as locks

    plan = _plan(study, runs)
    found = locks.lock_of(_results(plan, out, jobs))
    path = find_study(study).with_name(locks.FILE)
    locks.write_lock(found, path)
    console().print(f"locked {len(found.cells)} cells: {path}", markup=False, soft_wrap=True)


def reproduce(
    results: Annotated[Path, typer.Argument(metavar="RESULTS", help="The results folder of a study.")],
    *,
    beside: Annotated[Path, typer.Option(help="The study's folder, if it names files beside it.")] = Path(),
    allow_code: AllowCode = False,
    jobs: Jobs = None,
) -> None:
    """Run again what a results folder holds, and say whether every number is the same; exit 1 if one is not."""
    from nassim.console import console
    from nassim.study.plan import restore
    from nassim.study.results import Results
    from nassim.study.verify.compare import EXACT
    from nassim.study.verify.lock import lock_of

    before = Results.open(results)
    before.check_code(allowed=allow_code)
    was = lock_of(before)
    with TemporaryDirectory() as folder:
        now = lock_of(_results(restore(before.study, beside), Path(folder, "again"), jobs))
    same = {cell for cell, found in was.cells.items() if now.cells[cell].content == found.content}
    for label, benchmark in sorted(was.cells.keys() - same):
        console().print(f"other numbers: {label} on {benchmark}", markup=False, soft_wrap=True)
    if was.versions != now.versions:
        console().print(f"made with {was.versions}, run again with {now.versions}", markup=False, soft_wrap=True)
    console().print(f"{EXACT}: {len(same)} of {len(was.cells)} cells")
    raise typer.Exit(code=0 if len(same) == len(was.cells) else 1)


def _plan(study: str, runs: int | None) -> Study:
    from nassim.console import console
    from nassim.console.progress import Bar
    from nassim.study.plan import read_study

    with Bar(console(stderr=True)) as bar:
        return read_study(study, runs, bar.prepare)


def _results(plan: Outline, out: Path | None, jobs: int | None) -> Results:
    """Return the results of a study, after running what is missing; of an outline, as they are."""
    from nassim.cli_training import watched
    from nassim.study.plan import Study
    from nassim.study.results import Results
    from nassim.study.runner import run_plan

    folder = out or Path("results", plan.name)
    if isinstance(plan, Study):
        with watched("units") as bar:
            run_plan(plan, folder, jobs, bar)
    results = Results.open(folder)
    other = [key for key, value in plan.resolved().items() if results.study.get(key) != value]
    if other:
        raise DataError(
            f"{folder}: holds the results of another study, or of an older version of it: {other[0]} differs"
        )
    return results
