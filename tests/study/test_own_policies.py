"""Objectives and limits of one benchmark of a study, in place of the study's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.core.errors import NassimError
from nassim.study.plan import read_study
from nassim.study.results import ResultsFolder
from nassim.study.spec.study import StudySpec
from tests.study.studies import write

STUDY = """
name = "own-policies"
question = "What do limits change?"
runs = 3
budget = {evaluations = 20}
strategy = [{name = "random_search"}]
policies = {constraints = {params = "50 %"}}
"""
BOTH = 'objectives = ["error", "latency"]\n'
ONE = '[[benchmark]]\nname = "nb201/cifar10"\n'


def test_a_benchmark_has_objectives_and_limits_of_its_own(tmp_path: Path) -> None:
    """A list of limits is a grid; runs are those of `simulate` with the same; a benchmark without has the study's."""
    own = '[[benchmark]]\nname = "nb201/cifar100"\nobjectives = ["error", "latency"]\nconstraints = {}\n'
    folder = write(tmp_path / "study", f'{STUDY}{ONE}constraints = {{latency = ["10 %", 0.02]}}\n{own}')
    plan = read_study(folder)
    labels = ["nb201/cifar10[latency=10 %]", "nb201/cifar10[latency=0.02]", "nb201/cifar100[objectives=error+latency]"]
    assert plan.spec.benchmark_labels == labels
    assert StudySpec.from_json(json.loads(json.dumps(plan.spec.to_json()))) == plan.spec
    results = ResultsFolder.open(nassim.run_study(folder, out=tmp_path / "out", jobs=1))
    found = [results.trace("random_search", label) for label in labels]
    for trace, limit in zip(found, ("10 %", 0.02), strict=False):
        same = nassim.simulate("random_search", "nb201/cifar10", runs=3, evaluations=20, constraints={"latency": limit})
        np.testing.assert_array_equal(trace.incumbent_truth(), same.incumbent_truth())
        assert trace.provenance["limits"] == same.provenance["limits"]
    assert found[2].objective_names == ["error", "latency"]
    assert not found[2].provenance["limits"]


def test_both_limits_of_a_cost_are_a_list_in_the_list(tmp_path: Path) -> None:
    """A list of lists: from 10 to 20 milliseconds at once."""
    folder = write(tmp_path, f'{STUDY}{ONE}constraints = {{latency = [[">= 10 ms", "<= 20 ms"]]}}\n')
    spec = read_study(folder).spec
    assert spec.benchmark_labels == ["nb201/cifar10[latency=>= 10 ms and <= 20 ms]"]
    assert spec.benchmarks[0].policies == {"constraints": {"latency": [">= 10 ms", "<= 20 ms"]}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("objectives = []", "'objectives' must be a list such as .* got"),
        (BOTH + "reference_point = {error = 90}", "reference_point: expected error, latency, got error"),
        (BOTH + 'reference_point = {error = 90, latency = "5 J"}', "reference_point: latency of .* got a limit in 'J'"),
        ('reference_point = "nadir"', "reference_point = 'nadir' needs two objectives or more, got error"),
        ('objectives = ["error", "speed"]', "unknown objective of nb201/cifar10 'speed'"),
        ('constraints = "5 ms"', "'constraints' must be limits such as"),
        ("constraints = {latency = true}", "the limit of latency|'constraints'"),
        ('constraints = {latency = "1 us"}', "no architecture of .* keeps latency <= 1e-06"),
    ],
)
def test_what_cannot_be_is_refused(change: str, message: str, tmp_path: Path) -> None:
    """In one line, before anything is simulated."""
    with pytest.raises(NassimError, match=message) as caught:
        read_study(write(tmp_path, f"{STUDY}{ONE}{change}\n"))
    assert "\n" not in str(caught.value)
