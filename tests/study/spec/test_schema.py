"""JSON schemas accept what is read, and refuse what is not, so that an editor says it first."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from nassim.study.spec.schema import study_schema
from nassim.study.verify.claims import claims_schema
from tests.command_line import Run, run  # noqa: F401 - a fixture
from tests.study.studies import ROOT

SCHEMAS = {"study": study_schema(), "claims": claims_schema()}
STUDY = {"name": "a", "question": "b", "benchmarks": ["x"], "strategy": [{"name": "random_search"}]}
EVOLUTION = {"name": "regularized_evolution", "population": [4, 8], "workers": [1, 2]}


@pytest.mark.parametrize(
    "file", sorted(ROOT.glob("studies/*/*.toml")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_shipped_files_are_as_their_schemas_say(file: Path) -> None:
    """Every study and every file of claims of the repository."""
    schema = SCHEMAS["claims" if file.stem == "claims" else "study"]
    jsonschema.validate(tomllib.loads(file.read_text(encoding="utf-8")), schema)


def test_a_grid_of_settings_and_policies_is_accepted() -> None:
    """A list in place of a value, and settings of a class that is not known."""
    mine = {"name": "./mine.py:Mine", "of_mine": 3}
    jsonschema.validate(STUDY | {"strategy": [EVOLUTION, mine]}, SCHEMAS["study"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"runs": 0},
        {"rums": 1},
        {"policies": {"signal": "x"}},
        {"budget": {"second": 1}},
        {"strategy": [EVOLUTION | {"population": "a"}]},
        {"benchmark": [{"name": "x", "surrogate": {"trian": 3}}]},
        {"benchmark": [{"name": "x", "sharing": {"correlation": 2}}]},
    ],
    ids=str,
)
def test_what_is_not_read_is_refused(wrong: dict[str, Any]) -> None:
    """Keys and options that there are not, and values of other types and out of their ranges."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(STUDY | wrong, SCHEMAS["study"])


@pytest.mark.parametrize("file", SCHEMAS)
def test_a_schema_is_printed(file: str, run: Run) -> None:  # noqa: F811
    """To be kept beside a study, where an editor finds it."""
    assert json.loads(run("schema", file).out) == SCHEMAS[file]
