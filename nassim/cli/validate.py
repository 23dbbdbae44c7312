"""`nassim validate`: what a study found, trained for real. Without torch it says in one line how to install it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nassim.cli._options import IMAGES, AllowCode, Device, TrainingJobs

ORDER = 130


def command(
    results: Annotated[Path, typer.Argument(metavar="RESULTS", help="The results folder of a study.")],
    *,
    top: Annotated[int, typer.Option(min=1, help="How many of the best networks that were found.")] = 5,
    others: Annotated[int, typer.Option(min=0, help="How many others, spread over good and bad ones.")] = 15,
    seeds: Annotated[int, typer.Option(min=1, help="Trainings of each network.")] = 3,
    benchmark: Annotated[
        str | None, typer.Option(help="Which of the study's benchmarks.", show_default="the only one")
    ] = None,
    data: Annotated[
        str | None, typer.Option(help=f"The images: {IMAGES}", show_default="those it was made of, or named after")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="How long to train.", show_default="as recorded")] = None,
    device: Device = "auto",
    jobs: TrainingJobs = None,
    out: Annotated[Path | None, typer.Option(help="A folder.", show_default="RESULTS/validation-BENCHMARK")] = None,
    allow_code: AllowCode = False,
) -> None:
    """Train the networks that a study found for real, and say whether they are as good. Given again, it continues."""
    from nassim.cli._render import console
    from nassim.cli._render.progress import watched
    from nassim.cli._render.validation import proven, validation_table
    from nassim.cli._validating import validated

    with watched("trainings") as bar:
        found, proof, folder = validated(
            results,
            benchmark=benchmark,
            data=data,
            epochs=epochs,
            out=out,
            device=device,
            bar=bar,
            top=top,
            others=others,
            seeds=seeds,
            jobs=jobs,
            code=allow_code,
        )
    console().print(validation_table(found))
    for line in proven(found, proof, folder):
        console().print(line, markup=False, soft_wrap=True)
