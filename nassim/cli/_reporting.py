"""What `nassim run` and `nassim report` do alike: open results, report them, and say what they found."""

from __future__ import annotations

from pathlib import Path

import typer

from nassim.cli._render import console
from nassim.cli._render.verdict import summary_table
from nassim.data.atomic import writing
from nassim.parallel import cores
from nassim.report.build import build
from nassim.report.judgement import unmet
from nassim.report.summary import Summary
from nassim.study.results import ResultsFolder


def opened(folder: Path, *, allow_code: bool) -> ResultsFolder:
    """Return results; say on stderr what of their report is missing because code is not imported."""
    results = ResultsFolder.open(folder, Path() if allow_code else None)
    if (names := results.code_of_benchmarks()) and not allow_code:
        typer.echo(
            f"nassim: {names[0]!r:.80} is code and not imported: its architectures are numbers here; "
            "to have their names, add --allow-code",
            err=True,
        )
    return results


def reported(results: ResultsFolder, jobs: int | None) -> Summary:
    """Write the report of results, by so many processes, into their folder; return its numbers."""
    with writing(results.folder):
        return build(results, jobs=jobs or cores())


def tell(summary: Summary, folder: Path, *sentences: str) -> None:
    """Print a study's numbers, sentences on them and on what is no search among them, and where the report lies."""
    console().print(summary_table(summary))
    for sentence in (*sentences, *summary.apart.values(), *unmet(summary.facts)):
        console().print(sentence, markup=False)
    console().print(f"report: {folder / 'report.html'}", markup=False, soft_wrap=True)
