"""The commands that train for real: collect and validate. Without torch they say in one line how to install it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nassim.cli_options import AllowCode
from nassim.last_resort import INTERRUPTED

if TYPE_CHECKING:
    from nassim.console.progress import Bar

IMAGES = (
    "digits, mnist5k, an .npz file with x and y, a folder of images per class, or the official folder of CIFAR-10, "
    "CIFAR-100 or ImageNet16-120."
)
RECIPES = (
    "digits, mnist5k, photodigits or nas-bench-201, or a TOML file with settings of nassim.training.recipe, such as "
    "epochs = 20, and with channels and cells of the network."
)
Device = Annotated[str, typer.Option(metavar="auto|cpu|cuda", help="Where to train.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="How many processes; by default one per core, and one on a GPU.")]


def collect(
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
    jobs: Jobs = None,
) -> None:
    """Train networks of a space for real, and make a benchmark of them. Given again, it continues where it was."""
    from nassim.console import console
    from nassim.console.real import collected

    with watched("trainings and measurements") as bar:
        asked = {"epochs": epochs, "batch": batch, "channels": channels, "cells": cells}
        settings = {name: value for name, value in asked.items() if value is not None}
        options = {"networks": networks, "replicas": replicas, "jobs": jobs}
        lines = collected(
            space, data, out, recipe=recipe, settings=settings, device=device, size=size, bar=bar, **options
        )
    for line in lines:
        console().print(line, markup=False, soft_wrap=True)


def validate(
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
    jobs: Jobs = None,
    out: Annotated[Path | None, typer.Option(help="A folder.", show_default="RESULTS/validation-BENCHMARK")] = None,
    allow_code: AllowCode = False,
) -> None:
    """Train the networks that a study found for real, and say whether they are as good. Given again, it continues."""
    from nassim.console import console
    from nassim.console.real import proven, validated, validation_table

    with watched("trainings") as bar:
        options = {"top": top, "others": others, "seeds": seeds, "jobs": jobs}
        found, proof, folder = validated(
            results,
            benchmark=benchmark,
            data=data,
            epochs=epochs,
            out=out,
            device=device,
            bar=bar,
            code=allow_code,
            **options,
        )
    console().print(validation_table(found))
    for line in proven(found, proof, folder):
        console().print(line, markup=False, soft_wrap=True)


@contextmanager
def watched(what: str) -> Iterator[Bar]:
    """Yield a progress bar; Ctrl-C says how to go on."""
    from nassim.console import console
    from nassim.console.progress import Bar

    bar = Bar(console(stderr=True), what)
    try:
        with bar:
            yield bar
    except KeyboardInterrupt:
        so_far = f"with {bar.done} of {bar.total} {what} done" if bar.total else "before any work was done"
        typer.echo(f"nassim: stopped {so_far}; the same command continues", err=True)
        raise typer.Exit(code=INTERRUPTED) from None
