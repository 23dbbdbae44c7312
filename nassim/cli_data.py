"""The commands that make and check what is searched on: import, verify-data, fit and trust."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nassim.cli_options import AllowCode, BenchmarkArgument


class Uneven(StrEnum):
    """What to do with learning curves of unequal length."""

    common = "common"
    longest = "longest"


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
    from nassim.benchmarks.partial_table import source_of
    from nassim.console import console
    from nassim.console.learned import audit_table
    from nassim.console.work import file_name, fitted
    from nassim.surrogates.fit import usual_count

    count = train or usual_count(source_of(catalog.allowed(benchmark, code=allow_code)))
    share = f"-{active:g}" if active else ""
    folder = out or Path("surrogates", f"{file_name(benchmark)}-{count}-{seed}{share}")
    options = {"train": count, "seed": seed, "active": active, "encoding": encoding, "search": search}
    console().print(audit_table(fitted(benchmark, target, folder, options, console(stderr=True))))
    console().print(f"surrogate: {folder}", markup=False, soft_wrap=True)


def trust(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Python files, such as ./layers.py.")],
) -> None:
    """Allow data cards to name spaces in a Python file that you have read, until it changes."""
    from nassim.data import trust as trusting

    for file in files:
        typer.echo(f"trusted until it changes: {trusting.trust(file)}")
