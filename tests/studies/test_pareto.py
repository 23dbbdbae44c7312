"""What searches for several objectives have found early on, against moocore run by run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from moocore import hypervolume, is_nondominated

import nassim
from tests.scripts import script
from tests.study.studies import write

STUDY = Path(__file__).parents[2] / "studies" / "pareto"
BENCH = nassim.load("nb201/cifar10")
SMALL = """
name = "small"
question = "What is found early?"
runs = 4
budget = {evaluations = 120}
policies = {judged_by = "all-seeds"}

[[benchmark]]
name = "nb201/cifar10"
label = "cifar10, latency"
objectives = ["error", "latency"]

[[strategy]]
name = "random_search"

[[strategy]]
name = "nsga2"
population = 20
"""


@pytest.fixture(scope="module")
def early():
    """Return the study's script as a module."""
    return script(STUDY / "early.py")


def test_hypervolumes_are_those_of_moocore(early, tmp_path, monkeypatch) -> None:
    """After 50 and after 120 trainings, scaled by the range of the table; ranks and different cells by hand."""
    monkeypatch.setattr(early, "AFTER", (50, 1000))
    results = nassim.run_study(write(tmp_path / "study", SMALL), out=tmp_path / "out", jobs=1)
    rows = {(row.strategy, row.after): row for row in early.rows_of(str(tmp_path / "out"))}
    assert {after for _, after in rows} == {50, 120}
    every = BENCH.everything()
    whole = np.column_stack([np.round(BENCH.truth(every), 4), BENCH.cost("latency", every)])
    low, high = whole.min(axis=0), whole.max(axis=0)
    best = hypervolume((whole - low) / (high - low), ref=[1, 1])
    opened = nassim.results(tmp_path / "out")
    for after in (50, 120):
        missed, distinct = {}, {}
        for strategy in opened.strategies:
            trace = opened.trace(strategy, "cifar10, latency")
            archs, volumes = trace.archs[:, :after], []
            for run, seen in zip(archs, trace.error[:, :after], strict=True):
                spent = BENCH.cost("latency", run)
                kept = is_nondominated(np.column_stack([seen, spent]), keep_weakly=True)  # a set is chosen by these
                points = np.column_stack([BENCH.truth(run), spent])[kept]
                volumes.append(hypervolume((points - low) / (high - low), ref=[1, 1]))
            missed[strategy] = [100 * (best - volume) for volume in volumes]
            distinct[strategy] = [len({tuple(arch) for arch in run.tolist()}) for run in archs]
        for strategy, other in (opened.strategies, opened.strategies[::-1]):
            row = rows[strategy, after]
            assert row.regret == pytest.approx(np.mean(missed[strategy]), abs=1e-4)
            assert row.error == pytest.approx(np.std(missed[strategy], ddof=1) / 2, abs=1e-4)
            worse = [a > b for a, b in zip(missed[strategy], missed[other], strict=True)]
            assert row.rank == pytest.approx(1 + np.mean(worse))
            assert row.distinct == np.mean(distinct[strategy])
    assert results


def test_shares_are_geometric_means_of_random_search(early) -> None:
    """Half and a quarter of its regret come to the root of an eighth; below a thousandth of a percent all are level."""
    rows = [
        early.Found(benchmark, strategy, 100, regret, 0.1, rank, 90.0)
        for benchmark, regrets in {"a": (2.0, 1.0), "b": (4.0, 1.0), "c": (1e-5, 0.0)}.items()
        for strategy, regret, rank in zip(("random_search", "nsga2"), regrets, (2.0, 1.0), strict=True)
    ]
    found = early.means(rows, ["a", "b"])["nsga2"]
    assert found.share == {100: pytest.approx((1 / 8) ** 0.5)}
    assert found.rank == {100: 1.0}
    assert early.means(rows, ["c"])["nsga2"].share == {100: 1.0}
    assert "| nsga2 | 0.35 | 1.00 | 90 |" in early.table(early.means(rows, ["a", "b"]))
