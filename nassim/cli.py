"""nassim on the command line: run, report, list and show, and the commands of cli_data, cli_gate and cli_training."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from nassim import cli_data, cli_gate, cli_training
from nassim.cli_options import AllowCode, BenchmarkArgument, Jobs, Out, Runs, StudyArgument
from nassim.core.errors import SettingError, cut
from nassim.last_resort import INTERRUPTED, TRACEBACK, Stopped

if TYPE_CHECKING:
    from nassim.report.summary import Summary
    from nassim.study.results import Results


class Commands(TyperGroup):
    """The commands; what typer would swallow goes past it, and what it quotes is cut."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, BrokenPipeError) as error:
            raise Stopped from error
        except Exception as error:
            if isinstance(message := getattr(error, "message", None), str):  # of wrong usage
                vars(error)["message"] = cut(message)
            raise


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


class Kind(StrEnum):
    """What can be listed."""

    strategies = "strategies"
    benchmarks = "benchmarks"
    spaces = "spaces"
    protocols = "protocols"


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"nassim {version('nassim')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
    traceback: Annotated[
        bool, typer.Option(TRACEBACK, help="If the command fails, show where in the source; goes anywhere.")
    ] = False,
) -> None:
    """Neural architecture search, simulated on tables of real trainings."""


@app.command()
def run(
    study: StudyArgument,
    *,
    out: Out = None,
    jobs: Jobs = None,
    runs: Runs = None,
) -> None:
    """Run a study, or what is still missing of it, and report what it found."""
    results, summary = _completed(study, out, jobs, runs)
    _tell(summary, results.folder, summary.answer)


@app.command()
def report(
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
    from nassim.console import console
    from nassim.console.work import drawn_figures

    found = _opened(results, allow_code)
    if figure:
        kinds = format_ or ["pdf", "png"]
        for path in drawn_figures(found, figure, paper, kinds, out or results / "figures", jobs):
            console().print(str(path), markup=False, soft_wrap=True)
    elif paper != "plain" or format_ or out:
        raise SettingError("--paper, --format and --out are for --figure NAME, such as --figure all")
    else:
        _tell(_reported(found, jobs), results)


@app.command("list")
def list_(
    kind: Annotated[
        Kind | None, typer.Argument(metavar="KIND", help="strategies, benchmarks, spaces or protocols.")
    ] = None,
) -> None:
    """List all strategies, benchmarks, spaces and protocols there are."""
    from nassim.console import console
    from nassim.console.families import family_table
    from nassim.console.listing import listing

    for shown in Kind if kind is None else [kind]:
        console().print(f"[bold underline]{shown.value}[/]\n")
        console().print(family_table() if shown is Kind.benchmarks else listing(shown))
        console().print()


@app.command()
def show(
    benchmark: BenchmarkArgument,
    arch: Annotated[
        str | None, typer.Argument(metavar="ARCH", help="An architecture: its official text or number.")
    ] = None,
    *,
    explain: Annotated[bool, typer.Option("--explain", help="Say which choices and motifs make it good.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where --explain writes its figure, as .pdf and .png.", show_default=False)
    ] = None,
    allow_code: AllowCode = False,
) -> None:
    """Show a benchmark, or all it knows of one architecture, or why its good architectures are good."""
    from nassim import catalog
    from nassim.console import card, console
    from nassim.console.listing import whole_or_part

    if explain and arch is None:
        _explain(catalog.allowed(benchmark, code=allow_code), out)
    elif explain or out is not None:
        raise SettingError("--explain is for a whole benchmark, and --out for --explain")
    elif arch is None:
        bar = "#" if console().options.ascii_only else "█"
        console().print(card.card_of(benchmark, bar, code=allow_code))
    else:
        found = whole_or_part(benchmark, code=allow_code)
        console().print(card.architecture_card(found, card.find_architecture(found.space, arch)))


app.command("import")(cli_data.import_)
app.command("verify-data")(cli_data.verify_data)
app.command()(cli_data.fit)
app.command()(cli_data.trust)
app.command()(cli_gate.check)
app.command()(cli_gate.lock)
app.command()(cli_gate.reproduce)
app.command()(cli_training.collect)
app.command()(cli_training.validate)


def _explain(benchmark: str, out: Path | None) -> None:
    from nassim.console import console
    from nassim.console.learned import explained_tables
    from nassim.console.work import explained_to, file_name

    place = out or Path("explanations", file_name(benchmark))
    for table in explained_tables(explained_to(benchmark, place, console(stderr=True))):
        console().print(table)
    console().print(f"\nfigure: {place}.pdf and {place}.png", markup=False, soft_wrap=True)


def _completed(study: str, out: Path | None, jobs: int | None, runs: int | None) -> tuple[Results, Summary]:
    """Run a study under a progress bar and report it; Ctrl-C says how to go on."""
    from nassim.console import console
    from nassim.console.progress import Bar
    from nassim.study.plan import find_study
    from nassim.study.results import Results
    from nassim.study.runner import run_study

    bar = Bar(console(stderr=True))
    try:
        with bar:
            folder = run_study(study, out=out, jobs=jobs, runs=runs, watcher=bar)
        results = Results.open(folder, find_study(study).parent)
        return results, _reported(results, jobs)
    except KeyboardInterrupt:
        so_far = f"with {bar.done} of {bar.total} units done" if bar.total else "before any work was done"
        typer.echo(f"nassim: stopped {so_far}; the same command continues", err=True)
        raise typer.Exit(code=INTERRUPTED) from None


def _opened(folder: Path, allow_code: bool) -> Results:
    """Return results; say on stderr what of their report is missing because code is not imported."""
    from nassim.study.results import Results

    results = Results.open(folder, Path() if allow_code else None)
    if (names := results.code_of_benchmarks()) and not allow_code:
        typer.echo(
            f"nassim: {names[0]!r:.80} is code and not imported: its architectures are numbers here; "
            "to have their names, add --allow-code",
            err=True,
        )
    return results


def _tell(summary: Summary, folder: Path, *sentences: str) -> None:
    """Print a study's numbers, sentences on them and on what is no search among them, and where the report lies."""
    from nassim.console import console
    from nassim.console.verdict import summary_table

    console().print(summary_table(summary))
    for sentence in (*sentences, *summary.apart.values()):
        console().print(sentence, markup=False)
    console().print(f"report: {folder / 'report.html'}", markup=False, soft_wrap=True)


def _reported(results: Results, jobs: int | None) -> Summary:
    from nassim.data.atomic import writing
    from nassim.parallel import cores
    from nassim.report.build import build

    with writing(results.folder):
        return build(results, jobs=jobs or cores())
