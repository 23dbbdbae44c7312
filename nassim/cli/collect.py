"""`nassim collect`: a benchmark of real trainings. Without torch it says in one line how to install it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nassim.cli._options import IMAGES, Device, TrainingJobs

ORDER = 120
RECIPES = (
    "digits, mnist5k, photodigits or nas-bench-201, or a TOML file with settings of nassim.training.recipe, such as "
    "epochs = 20, and with channels and cells of the network."
)


def command(
    space: Annotated[str, typer.Argument(metavar="SPACE", help="The space whose networks are trained: nb201.")],
    *,
    data: Annotated[str, typer.Option(help=f"The images: {IMAGES}")],
    out: Annotated[Path, typer.Option(help="The benchmark family's folder; the data set's name is added to it.")],
    networks: Annotated[
        int | None, typer.Option(min=1, help="How many distinct networks, drawn at random.", show_default="all")
    ] = None,
    replicas: Annotated[int, typer.Option(min=1, help="Trainings of each, with different seeds.")] = 1,
    recipe: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help=f"How to train: {RECIPES}", show_default="as fits them"),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="How long to train.", show_default="as the recipe")] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Images of a batch.", show_default="as the recipe")] = None,
    channels: Annotated[
        int | None, typer.Option(min=1, help="Of the first stage of a network.", show_default="as fits them")
    ] = None,
    cells: Annotated[
        int | None, typer.Option(min=1, help="Of each stage of a network.", show_default="as fits them")
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(
            min=1, help="Pixels a side of the images of a folder per class.", show_default="theirs, or up to 32"
        ),
    ] = None,
    device: Device = "auto",
    jobs: TrainingJobs = None,
) -> None:
    """Train networks of a space for real, and make a benchmark of them. Given again, it continues where it was."""
    from nassim.cli._collecting import collected
    from nassim.cli._render import console
    from nassim.cli._render.progress import watched

    with watched("trainings and measurements") as bar:
        asked = {"epochs": epochs, "batch": batch, "channels": channels, "cells": cells}
        settings = {name: value for name, value in asked.items() if value is not None}
        lines = collected(
            space,
            data,
            out,
            networks=networks,
            replicas=replicas,
            recipe=recipe,
            settings=settings,
            device=device,
            size=size,
            jobs=jobs,
            bar=bar,
        )
    for line in lines:
        console().print(line, markup=False, soft_wrap=True)
