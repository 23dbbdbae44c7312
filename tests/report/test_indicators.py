"""Several objectives in a report: the regret is missing hypervolume, recomputed from the table by another path."""

from __future__ import annotations

from pathlib import Path

import moocore
import numpy as np
import pytest

import nassim
from nassim.report.build import build
from nassim.report.indicators import hypervolume_regret
from nassim.study.results import ResultsFolder

BENCH = nassim.load("nb201/cifar10")
EVERY = BENCH.space.at(np.arange(BENCH.space.size))
LATENCY, PARAMS = BENCH.cost("latency", EVERY), BENCH.cost("params", EVERY)
STUDY = """
name = "several"
question = "Which front?"
runs = 12
benchmarks = ["nb201/cifar10", "graph/cora"]
[budget]
evaluations = 60
[policies]
objectives = ["error", "latency"]
constraints = {params = "40 %"}
[[strategy]]
name = "nsga2"
population = 10
[[strategy]]
name = "random_search"
"""


@pytest.mark.parametrize(
    ("objectives", "limit"), [(["error", "latency"], None), (["error", "latency", "params"], 12e-3)]
)
def test_regret_is_the_hypervolume_that_is_missing(objectives: list[str], limit: float | None) -> None:
    """Of the exact front, less that of all that was trained within the limits, judged by the report split."""
    constraints = {} if limit is None else {"latency": limit}
    trace = nassim.simulate(
        "random_search", BENCH, runs=6, evaluations=50, objectives=objectives, constraints=constraints
    )
    table = np.column_stack([np.round(BENCH.truth(EVERY), 4), LATENCY, PARAMS])[:, : len(objectives)]
    low, high = table.min(axis=0), table.max(axis=0)
    reference, kept = np.ones(len(objectives)), np.ones(len(table), bool) if limit is None else limit >= LATENCY
    best = moocore.hypervolume((table[kept] - low) / (high - low), ref=reference)
    cells = BENCH.space.index(trace.archs.reshape(-1, 6)).reshape(6, 50)
    for run, regret in zip(range(6), hypervolume_regret(trace), strict=True):
        for event in (0, 10, 49):
            seen = np.column_stack([trace.truth[run], LATENCY[cells[run]], PARAMS[cells[run]]])[: event + 1]
            seen = (seen[kept[cells[run, : event + 1]], : len(objectives)] - low) / (high - low)
            own = moocore.hypervolume(seen, ref=reference) if len(seen) else 0.0
            assert regret[event] == pytest.approx(100 * (best - own), abs=1e-9)


def test_limits_move_the_optimum() -> None:
    """With one objective regret counts from the lowest error within the limits, which exhaustive search would find."""
    trace = nassim.simulate("random_search", BENCH, runs=3, evaluations=50, constraints={"latency": "20 %"})
    kept = np.quantile(LATENCY, 0.2) >= LATENCY
    assert trace.provenance["optimum"] == BENCH.truth(EVERY[kept]).min()
    assert trace.provenance["limits"] == [f"latency <= {np.quantile(LATENCY, 0.2):.6g}"]


def test_a_study_is_reported(tmp_path: Path) -> None:
    """Tables, tests and figures count hypervolume, and the report says of what, within which limits."""
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    folder = nassim.run_study(tmp_path / "study.toml", out=tmp_path / "out")
    summary = build(ResultsFolder.open(folder))
    assert {fact["unit"] for fact in summary.facts.values()} == {"% hypervolume"}
    assert summary.entries["nb201/cifar10"]["random_search"].regret == pytest.approx(
        hypervolume_regret(ResultsFolder.open(folder).trace("random_search", "nb201/cifar10"))[:, -1].mean()
    )
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "regret is the hypervolume of error and latency by which all that a run trained within params &lt;=" in page
    assert "the reference point is the highest of each" in page
