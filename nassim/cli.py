"""nassim on the command line: run, report, list, show, import, fit, check, and what trains for real. It prints."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from nassim import cli_gate, cli_training
from nassim.cli_training import AllowCode
from nassim.errors import SettingError, cut
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

StudyArgument = Annotated[
    str, typer.Argument(metavar="STUDY", help="A folder with study.toml, a TOML file, or a shipped study's name.")
]
Out = Annotated[Path | None, typer.Option(help="The results folder; by default results/ and the study's name.")]
BenchmarkArgument = Annotated[str, typer.Argument(metavar="BENCHMARK", help="Its name, such as nb201/cifar10.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="How many processes; by default one per core.")]


class Kind(StrEnum):
    """What can be listed."""

    strategies = "strategies"
    benchmarks = "benchmarks"
    spaces = "spaces"
    protocols = "protocols"


class Uneven(StrEnum):
    """What to do with learning curves of unequal length."""

    common = "common"
    longest = "longest"


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; however it ends, it ends in one line."""
    from nassim.__main__ import main

    main(arguments)


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
    runs: Annotated[int | None, typer.Option(min=1, help="Runs of each strategy, instead of the study's.")] = None,
) -> None:
    """Run a study, or what is still missing of it, and report what it found."""
    from nassim.console import console
    from nassim.console.verdict import summary_table

    results, summary = _completed(study, out, jobs, runs)
    console().print(summary_table(summary))
    for sentence in (summary.answer, *summary.apart.values()):
        console().print(sentence, markup=False)
    console().print(f"report: {results.folder / 'report.html'}", markup=False, soft_wrap=True)


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
    from nassim.console.verdict import summary_table
    from nassim.console.work import drawn_figures

    found = _opened(results, allow_code)
    if figure:
        kinds = format_ or ["pdf", "png"]
        for path in drawn_figures(found, figure, paper, kinds, out or results / "figures", jobs):
            console().print(str(path), markup=False, soft_wrap=True)
    elif paper != "plain" or format_ or out:
        raise SettingError("--paper, --format and --out are for --figure NAME, such as --figure all")
    else:
        summary = _reported(found, jobs)
        console().print(summary_table(summary))
        for sentence in summary.apart.values():
            console().print(sentence, markup=False)
        console().print(f"report: {results / 'report.html'}", markup=False, soft_wrap=True)


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


@app.command("import")
def import_(
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
) -> None:
    """Read a published file, or your own results, as benchmarks."""
    from nassim.console import console
    from nassim.console.work import imported

    options = {} if epochs is None else {"epochs": epochs.value}
    for line in imported(format_, source, out, console(stderr=True), replace=replace, **options):
        console().print(line, markup=False, soft_wrap=True)


@app.command("verify-data")
def verify_data() -> None:
    """Compare every data file that nassim finds with the checksum on its card; exit 1 if one differs."""
    from nassim.console import console
    from nassim.console.families import verified

    wrong = []
    for line, damaged in verified():
        console().print(line, markup=False, soft_wrap=True)
        wrong += damaged
    for line in wrong:
        console(stderr=True).print(line, markup=False, soft_wrap=True)
    raise typer.Exit(code=1 if wrong else 0)


@app.command()
def fit(
    benchmark: BenchmarkArgument,
    *,
    train: Annotated[
        int | None,
        typer.Option(min=1, help="How many trainings to learn from.", show_default="1000, or four in five of fewer"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Which trainings.")] = 0,
    active: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of the trainings for what is predicted to be best.")
    ] = 0.0,
    target: Annotated[
        str | None, typer.Option(metavar="error|seconds|COST", help="One of them alone.", show_default="all")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="graph|onehot", help="What the models see.", show_default="the best")
    ] = None,
    search: Annotated[bool, typer.Option("--search", help="Search hyperparameters: twenty times as long.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="A new folder.", show_default="surrogates/FAMILY-DATASET-TRAIN-SEED")
    ] = None,
    allow_code: AllowCode = False,
) -> None:
    """Learn a benchmark from some of its trainings, and say how good that is."""
    from nassim import catalog
    from nassim.benchmarks.fitting import usual_count
    from nassim.benchmarks.trainings import source_of
    from nassim.console import console
    from nassim.console.learned import audit_table
    from nassim.console.work import file_name, fitted

    count = train or usual_count(source_of(catalog.allowed(benchmark, code=allow_code)))
    share = f"-{active:g}" if active else ""
    folder = out or Path("surrogates", f"{file_name(benchmark)}-{count}-{seed}{share}")
    options = {"train": count, "seed": seed, "active": active, "encoding": encoding, "search": search}
    console().print(audit_table(fitted(benchmark, target, folder, options, console(stderr=True))))
    console().print(f"surrogate: {folder}", markup=False, soft_wrap=True)


@app.command()
def trust(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Python files, such as ./layers.py.")],
) -> None:
    """Allow data cards to name spaces in a Python file that you have read, until it changes."""
    from nassim import trust as trusting

    for file in files:
        typer.echo(f"trusted until it changes: {trusting.trust(file)}")


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
    from nassim.study.file import find_study
    from nassim.study.results import Results
    from nassim.study.run import run_study

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
    if results.code_of_benchmarks() and not allow_code:
        name = results.code_of_benchmarks()[0]
        typer.echo(
            f"nassim: {name!r:.80} is code and not imported: its architectures are numbers here; "
            "to have their names, add --allow-code",
            err=True,
        )
    return results


def _reported(results: Results, jobs: int | None) -> Summary:
    from nassim.disk import writing
    from nassim.processes import cores
    from nassim.report.build import build

    with writing(results.folder):
        return build(results, jobs=jobs or cores())
