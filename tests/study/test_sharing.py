"""Benchmarks of a study as a supernet sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

import nassim
from nassim.core.errors import NassimError
from nassim.study.plan import read_study
from nassim.study.results import ResultsFolder
from tests.study.studies import write

STUDY = """
name = "shared"
question = "What does sharing weights change?"
runs = 3
policies = {judged_by = "all-seeds"}
budget = {evaluations = 4}
strategy = [{name = "darts", epochs = 3}, {name = "rsps", candidates = 5}]
"""
GRID = '[[benchmark]]\nname = "nb201/cifar10"\nsharing = {correlation = [0.3, 0.9], handicap = 2}\n'


def test_a_list_of_options_is_a_benchmark_for_each(tmp_path: Path) -> None:
    """Each is a supernet of its own, labelled by what was said of it, and judged by the true errors."""
    folder = write(tmp_path / "study", f'{STUDY}{GRID}\n[[benchmark]]\nname = "nb201/cifar10"\n')
    assert read_study(folder).spec.benchmark_labels == [
        "nb201/cifar10[correlation=0.3,handicap=2]",
        "nb201/cifar10[correlation=0.9,handicap=2]",
        "nb201/cifar10",
    ]
    results = ResultsFolder.open(nassim.run_study(folder, out=tmp_path / "out", jobs=1))
    table = nassim.load("nb201/cifar10")
    for name in read_study(folder).spec.benchmark_labels:
        trace = results.trace("rsps[candidates=5]", name)
        assert (trace.truth[0] == table.truth(trace.archs[0])).all()
        assert trace.provenance["optimum"] == table.optimum


@pytest.mark.parametrize(
    ("sharing", "message"),
    [
        ("true", "'sharing' must be options"),
        ("{corelation = 0.5}", "did you mean 'correlation'"),
        ("{correlation = 2.0}", "'correlation' must be"),
        ("{correlation = []}", "empty list"),
    ],
)
def test_what_is_no_weight_sharing_is_refused(tmp_path: Path, sharing: str, message: str) -> None:
    """In one line, with what was expected."""
    text = f'{STUDY}[[benchmark]]\nname = "nb201/cifar10"\nsharing = {sharing}\n'
    with pytest.raises(NassimError, match=message):
        read_study(write(tmp_path, text))
