"""Results, surrogates, tables, locks and claims that an earlier version wrote are read, and say what they said.

The files beside this one were made by `make.py` with nassim as it was at commit f8f6b00, and are never made again.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.core.benchmark import Query
from nassim.report.build import numbers
from nassim.study.results import ResultsFolder
from nassim.study.spec.reading import read_spec
from nassim.study.spec.study import StudySpec
from nassim.study.verify.claims import read_claims, read_margin
from nassim.study.verify.compare import EXACT, SAME_DATA, compare
from nassim.study.verify.lock import lock_of, read_lock
from tests.command_line import Run, run  # noqa: F401 - a fixture

HERE = Path(__file__).parent
STUDY, FOUND = HERE / "study", HERE / "found"
pytestmark = pytest.mark.usefixtures("data")


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the kept tables be found."""
    monkeypatch.setenv("NASSIM_DATA", str(HERE / "data"))


@pytest.fixture
def found() -> ResultsFolder:
    """Return the kept results."""
    return ResultsFolder.open(FOUND)


def test_results_say_what_study_it_was(found: ResultsFolder) -> None:
    """Budgets, policies and options of benchmarks too, whatever has been added to these since."""
    assert found.spec == read_spec(STUDY)
    record = json.loads((FOUND / "study.json").read_text(encoding="utf-8"))["study"]
    again = StudySpec.from_json(record).to_json()
    assert again | {"policies": {key: again["policies"][key] for key in record["policies"]}} == record


def test_every_number_of_the_results_is_that_of_the_lock(found: ResultsFolder) -> None:
    """All traces are read, and their arrays have the digests that the lock of that time says."""
    lock = read_lock(STUDY / "lock.json")
    verdicts = list(compare(lock, lock_of(found), None))
    assert {verdict.text for verdict in verdicts} == {EXACT, SAME_DATA}
    assert len(verdicts) == 12
    assert all(verdict.holds for verdict in verdicts)


def test_claims_are_read(found: ResultsFolder) -> None:
    """And the margin beside them."""
    file = STUDY / "claims.toml"
    (claim,) = read_claims(file, found.strategies, found.benchmarks)
    assert (claim.strategies, claim.less_than) == (["random_search", found.strategies[1]], 50)
    assert claim.benchmarks == list(found.benchmarks)
    assert read_margin(file, found.benchmarks) == {"nb201/cifar10": 0.5}


def test_the_gate_holds(run: Run) -> None:  # noqa: F811
    """Claims, data and numbers, by the command."""
    ended = run("check", STUDY, "--out", FOUND, "--read")
    assert (ended.code, ended.err) == (0, "")
    assert "18 of 18 claims hold" in ended.out


def test_a_report_counts_them(found: ResultsFolder) -> None:
    """Oracles are called so, and each benchmark has its numbers."""
    summary = numbers(found).summary
    assert summary.benchmarks == ("nb201/cifar10", "nb201/cifar10[judge=nb201/cifar100]", "learned")
    assert summary.entries["nb201/cifar10"]["gradient [oracle relaxation]"].n == 4


def test_a_surrogate_predicts_what_it_did() -> None:
    """To the last bit."""
    said = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
    surrogate = SurrogateBenchmark.load(HERE / "surrogate")
    archs = np.stack([surrogate.space.parse(text) for text in said["archs"]])
    answer = surrogate.evaluate(Query(archs))
    for name, values in {"error": answer.error, "seconds": answer.seconds, "params": answer.costs[:, 0]}.items():
        assert values.tolist() == said[name], name


def test_a_table_has_the_trainings_that_were_imported() -> None:
    """By its card, which names its space and what its files are."""
    table = PartialTable.load("kept/data")
    with (HERE / "kept.csv").open(encoding="utf-8") as file:
        rows = {row["arch"]: row for row in csv.DictReader(file)}
    known = np.flatnonzero(~np.isnan(table.mean_error))
    assert len(known) == len(rows)
    for place in known:
        row = rows[table.space.show(table.archs[place])]
        assert table.mean_error[place] == pytest.approx(float(row["valid_error"]), abs=1e-4)


def test_what_was_learned_and_kept_is_searched_on() -> None:
    """A surrogate of that time is a benchmark of today."""
    trace = nassim.simulate("random_search", SurrogateBenchmark.load(HERE / "surrogate"), runs=2, evaluations=3)
    assert np.isfinite(trace.error).all()
