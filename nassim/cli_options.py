"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
