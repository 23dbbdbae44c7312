"""`nassim report`: the report of results again, or figures of them for a paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nassim.cli._options import AllowCode, Jobs
from nassim.core.errors import SettingError, UnknownNameError

if TYPE_CHECKING:
    from nassim.study.results import ResultsFolder

ORDER = 20


def command(
    results: Annotated[Path, typer.Argument(metavar="RESULTS", help="The results folder of a study.")],
    *,
    figure: Annotated[
        list[str] | None, typer.Option(metavar="NAME|all", help="Draw this figure alone, into files; repeatable.")
    ] = None,
    paper: Annotated[str, typer.Option(metavar="plain|neurips|icml|ieee", help="Whose widths and letters.")] = "plain",
    format_: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="pdf|svg|pgf|png", help="Of files; repeatable.", show_default="pdf and png"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where.", show_default="RESULTS/figures")] = None,
    allow_code: AllowCode = False,
    jobs: Jobs = None,
) -> None:
    """Write the report of a study again from its results, or figures for a paper."""
    from nassim.cli._render import console
    from nassim.cli._reporting import opened, reported, tell

    found = opened(results, allow_code=allow_code)
    if figure:
        kinds = format_ or ["pdf", "png"]
        for path in drawn(found, figure, paper, kinds, out or results / "figures", jobs):
            console().print(str(path), markup=False, soft_wrap=True)
    elif paper != "plain" or format_ or out:
        raise SettingError("--paper, --format and --out are for --figure NAME, such as --figure all")
    else:
        tell(reported(found, jobs), results)


def drawn(
    results: ResultsFolder, wanted: Sequence[str], paper: str, kinds: Sequence[str], out: Path, jobs: int | None
) -> list[Path]:
    """Draw figures of results by their names, or all, as files for a paper, and return their paths."""
    from nassim.data.atomic import writing
    from nassim.parallel import cores
    from nassim.report.build import draw
    from nassim.report.figures import of_results
    from nassim.report.style import FORMATS, PAPERS

    for kind, given, known in (("paper", [paper], PAPERS), ("format", kinds, FORMATS)):
        for name in given:
            if name not in known:
                raise UnknownNameError.of(kind, name, known)
    figures = of_results() if "all" in wanted else wanted
    with writing(out):
        return draw(results, figures, out, paper=PAPERS[paper], kinds=kinds, jobs=jobs or cores())
