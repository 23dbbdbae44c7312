"""Roles in reports: of old results, which do not say them, and of studies in which nothing is a search."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from nassim import simulate
from nassim.benchmarks.wrappers.weight_sharing import WeightSharing
from nassim.core.provenance import recorded
from nassim.core.roles import ORACLE, SEARCH, SIMULATED
from nassim.core.trace import DISCLOSED, Trace
from nassim.report.build import build
from nassim.report.checklist import checklist
from tests.report.conftest import Memory
from tests.study.toys import LARGE


def old(trace: Trace) -> Trace:
    """Return a trace as it was recorded before roles were."""
    unknown = ("role", "agrees", "live", "judged_by", "floor")
    about = {key: value for key, value in trace.provenance.items() if key not in unknown}
    return replace(
        trace, provenance=about, diagnostics={name: n for name, n in trace.diagnostics.items() if name != DISCLOSED}
    )


def test_old_results_are_read_and_labelled(tmp_path: Path) -> None:
    """What asked for mixtures then was an oracle; what it was told is not on record, and the checklist says so."""
    kinds = {"random_search": {}, "local_search": {}, "darts": {"epochs": 20}}
    traces = {(name, "toy"): old(simulate(name, LARGE, runs=5, evaluations=20, **how)) for name, how in kinds.items()}
    traces["darts", "toy"].save(tmp_path / "darts.parquet")
    assert Trace.role_at(tmp_path / "darts.parquet") == Trace.load(tmp_path / "darts.parquet").role == ORACLE
    study = {"name": "old", "runs": 5, "seed": 0, "versions": {"nassim": "0.1.0"}, "budget": {}}
    found = build(Memory(tmp_path, study, traces), tmp_path)
    assert list(found.apart) == [f"darts [{ORACLE}]"]
    assert "not on record" in found.apart[f"darts [{ORACLE}]"]
    assert json.loads((tmp_path / "summary.json").read_text())["toy"][f"darts [{ORACLE}]"]["disclosed_days"] is None
    verdicts = {item.question: item.verdict for item in checklist(found, study)}
    assert verdicts["Is the whole time of the method reported?"] == "partly"
    assert verdicts["Is everything else of the setting reported?"] == "partly"


def test_a_study_in_which_nothing_is_a_search(tmp_path: Path) -> None:
    """It has a report all the same, which ranks nothing, and labels each row by what it is on each benchmark."""
    shared = WeightSharing(LARGE)
    traces = {
        (name, label): simulate(name, bench, runs=3, evaluations=9)
        for name in ("darts", "gdas")
        for label, bench in {"own": LARGE, "shared": shared}.items()
    }
    study = {"name": "none", "runs": 3, "seed": 0, "versions": {"nassim": "1"}}
    found = build(Memory(tmp_path, study, traces), tmp_path)
    both = "[oracle relaxation on own; simulated weight sharing on shared]"
    assert list(found.apart) == list(found.strategies) == [f"darts {both}", f"gdas {both}"]
    assert found.overall == {}
    assert found.answer.startswith("Nothing is ranked")
    assert all("nothing is ranked" in sentence for sentence in found.findings.values())
    assert all("a simulated supernet" in sentence and "GPU" in sentence for sentence in found.apart.values())
    assert {row[f"darts {both}"].role for row in found.entries.values()} == {ORACLE, SIMULATED}
    assert "| - |" in (tmp_path / "tables" / "summary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("about", "notes", "role"),
    [
        ({"hands_in": "best", "benchmark": "nb201/cifar10"}, (), SEARCH),
        ({"hands_in": "latest", "benchmark": "nb201/cifar10"}, (), ORACLE),
        ({"hands_in": "latest", "benchmark": "mini201/mnist5k"}, ("entropy", "skips", "one-shot", "p 0.1"), SEARCH),
        ({"hands_in": "latest", "benchmark": "nb201/cifar10[correlation=-0.39,shared=0.41]"}, (), SIMULATED),
        ({"hands_in": "best", "benchmark": "mini201/mnist5k[sharing=table]"}, (), SIMULATED),
    ],
)
def test_roles_of_old_traces(about: dict[str, str], notes: tuple[str, ...], role: str) -> None:
    """They are derived from what was asked, of which benchmark, and from what real supernets note."""
    assert recorded(about, notes) == role
