"""`nassim fit`: a surrogate of a benchmark, and how good it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nassim.cli._options import AllowCode, BenchmarkArgument, file_name

ORDER = 70


def command(
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
    from nassim.cli._fitting import fitted
    from nassim.cli._render import console
    from nassim.cli._render.learned import audit_table
    from nassim.surrogates.fit import Options, usual_count

    count = train or usual_count(source_of(catalog.allowed(benchmark, code=allow_code)))
    share = f"-{active:g}" if active else ""
    folder = out or Path("surrogates", f"{file_name(benchmark)}-{count}-{seed}{share}")
    options = Options(count, seed, active, encoding, search)
    console().print(audit_table(fitted(benchmark, target, folder, options)))
    console().print(f"surrogate: {folder}", markup=False, soft_wrap=True)
