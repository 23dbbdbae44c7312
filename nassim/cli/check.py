"""`nassim check`: a study against its claims and its lock."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from nassim.cli._options import Jobs, Out, Runs, StudyArgument

ORDER = 90


def command(
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
    from nassim.cli._completing import completed, kept, planned
    from nassim.cli._render import console
    from nassim.cli._render.verdict import verdict_table
    from nassim.study.spec.reading import find_study, read_spec
    from nassim.study.verify.against import Stated
    from nassim.study.verify.junit import add_markdown, write_junit

    plan = None if read else planned(study, runs)
    spec = read_spec(study, runs) if plan is None else plan.spec
    stated = Stated.beside(find_study(study), spec)
    judged = stated.verdicts(kept(spec, out) if plan is None else completed(plan, out, jobs))
    failed = [verdict for verdict in judged if not verdict.holds]
    if failed:
        console().print(verdict_table(failed))
    console().print(f"{len(judged) - len(failed)} of {len(judged)} claims hold")
    write_junit(judged, spec.name, junit)
    github = os.environ.get("GITHUB_STEP_SUMMARY")
    add_markdown(judged, spec.name, summary or (Path(github) if github else None))
    raise typer.Exit(code=1 if failed else 0)
