"""A study goes to JSON and back, and what comes back is the same study and the same work."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.core.errors import NassimError
from nassim.core.policies import Budget, Policies
from nassim.study.plan import StudyPlan, read_study
from nassim.study.spec.benchmark import BenchmarkSpec
from nassim.study.spec.reading import read_spec
from nassim.study.spec.strategy import StrategySpec
from nassim.study.spec.study import StudySpec
from nassim.study.work_units import units_of
from tests.study.studies import ROOT, STUDY, write

LINES = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=8).filter(str.isprintable)
SCALARS = st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False) | LINES
COUNTS, SECONDS = st.integers(1, 2**31), st.floats(0, 1e9, exclude_min=True)
TABLES = st.dictionaries(LINES, SCALARS, max_size=3)
BUDGETS = st.builds(Budget, st.none() | COUNTS, st.none() | SECONDS)
POLICIES = st.builds(
    Policies,
    COUNTS,
    st.sampled_from(["one-seed", "resampled", "mean"]),
    repeats=st.sampled_from(["pay", "free"]),
    restart=SECONDS | st.just("scratch"),
    decision=SECONDS,
)
BENCHMARKS = st.fixed_dictionaries(
    {"name": LINES},
    optional={
        "budget": BUDGETS.map(asdict),
        "judge": LINES.filter(lambda name: name != "table"),
        "sharing": st.just("table") | st.fixed_dictionaries({}, optional={"correlation": st.floats(-1, 1)}),
        "label": LINES,
        "needs": LINES,
    },
).map(BenchmarkSpec.model_validate)
STRATEGIES = st.builds(StrategySpec, label=LINES, name=LINES, settings=TABLES, policies=TABLES)
SPECS = st.fixed_dictionaries(
    {
        "name": st.from_regex(r"[A-Za-z0-9][\w.-]{0,9}", fullmatch=True),
        "question": st.text(max_size=8),
        "runs": COUNTS,
        "seed": st.integers(0, 2**62),
        "protocol": st.none() | LINES,
        "budget": BUDGETS,
        "policies": POLICIES,
        "benchmarks": st.lists(BENCHMARKS, min_size=1, max_size=3, unique_by=lambda one: one.label).map(tuple),
        "strategies": st.lists(STRATEGIES, min_size=1, max_size=3).map(tuple),
    }
).map(StudySpec.model_validate)


@settings(max_examples=200, deadline=None)
@given(SPECS)
def test_a_study_comes_back_from_json(spec: StudySpec) -> None:
    """Any that can be said: it is equal, and is written as before."""
    written = json.dumps(spec.to_json())
    back = StudySpec.from_json(json.loads(written))
    assert back == spec
    assert json.dumps(back.to_json()) == written


@pytest.mark.parametrize("study", sorted(ROOT.glob("studies/*/study.toml")), ids=lambda path: path.parent.name)
def test_a_shipped_study_comes_back(study: Path) -> None:
    """Budgets, policies, protocols, options of benchmarks, and each strategy's own."""
    said = read_spec(study)
    assert StudySpec.from_json(json.loads(json.dumps(said.to_json()))) == said


MANY = STUDY.replace("[budget]\nevaluations = 12", "[budget]\nevaluations = 12\nseconds = 50\n[policies]\nrestart = 1")
OPTIONS = '[[benchmark]]\nname = "tests.study.toys:ONE"\nbudget = {seconds = 30}\nlabel = "own"\n'


@pytest.mark.parametrize(
    "text", [STUDY, f"{MANY}workers = [1, 4]\n", STUDY.replace(STUDY.splitlines()[3], "") + OPTIONS]
)
def test_a_study_that_comes_back_is_the_same_work(text: str, tmp_path: Path) -> None:
    """Every unit is the same, its key and place among the results too."""
    plan = read_study(write(tmp_path, text))
    back = StudyPlan.of(StudySpec.from_json(json.loads(json.dumps(plan.spec.to_json()))), plan.folder)
    assert units_of(back) == units_of(plan)


def test_a_study_does_not_change(tmp_path: Path) -> None:
    """What was read stays as it was."""
    spec = read_spec(write(tmp_path))
    with pytest.raises(ValueError, match="frozen"):
        spec.runs = 3


def test_options_of_an_earlier_version_are_read() -> None:
    """Results say what they were made with, also what no study may say any more."""
    spec = StudySpec.model_validate(
        {
            "name": "old",
            "question": "?",
            "benchmarks": (BenchmarkSpec(name="nb201/cifar10", surrogate={"gone": 1}, sharing={"of_old": 2}),),
            "strategies": (StrategySpec(label="a", name="gone", settings={"of_old": 3}),),
        }
    )
    assert StudySpec.from_json(spec.to_json()) == spec
    with pytest.raises(NassimError, match="unknown option of 'surrogate' 'gone'"):
        spec.benchmarks[0].check_options()
