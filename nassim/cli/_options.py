"""Arguments and options that several commands share, and what they are by default."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nassim.core import file_names

StudyArgument = Annotated[
    str, typer.Argument(metavar="STUDY", help="A folder with study.toml, a TOML file, or a shipped study's name.")
]
Out = Annotated[Path | None, typer.Option(help="The results folder; by default results/ and the study's name.")]
BenchmarkArgument = Annotated[str, typer.Argument(metavar="BENCHMARK", help="Its name, such as nb201/cifar10.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="How many processes; by default one per core.")]
Runs = Annotated[int | None, typer.Option(min=1, help="Runs of each strategy, instead of the study's.")]
AllowCode = Annotated[
    bool, typer.Option("--allow-code", help="Import what is named as code, such as ./mine.py:bench; refused without.")
]
Device = Annotated[str, typer.Option(metavar="auto|cpu|cuda", help="Where to train.")]
TrainingJobs = Annotated[
    int | None, typer.Option(min=1, help="How many processes; by default one per core, and one on a GPU.")
]
IMAGES = (
    "digits, mnist5k, an .npz file with x and y, a folder of images per class, or the official folder of CIFAR-10, "
    "CIFAR-100 or ImageNet16-120."
)


def file_name(benchmark: str) -> str:
    """Return <family>-<dataset>, as files of a benchmark are called where no option says it."""
    return file_names.file_name(benchmark).strip("-.")
