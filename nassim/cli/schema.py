"""`nassim schema`: what editors complete study.toml and claims.toml by."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

ORDER = 140


class File(StrEnum):
    """The files that have a schema."""

    study = "study"
    claims = "claims"


def command(file: Annotated[File, typer.Argument(metavar="FILE", help="study or claims.")]) -> None:
    """Print the JSON schema of study.toml or claims.toml, by which an editor completes and explains keys."""
    from nassim.study.spec.schema import study_schema
    from nassim.study.verify.claims import claims_schema

    typer.echo(json.dumps(study_schema() if file is File.study else claims_schema(), indent=1, ensure_ascii=False))
