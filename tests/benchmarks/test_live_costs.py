"""Costs of live training: counted before, timed after, paid for where they are asked before; failed timings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

import moocore

import nassim
from nassim.benchmarks.live import LiveBenchmark
from nassim.benchmarks.wrappers.learned_cost import LearnedCost
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError
from nassim.core.hashing import replica_of
from nassim.core.random_streams import Streams
from nassim.report.build import build
from nassim.report.indicators import hypervolume_regret
from nassim.spaces.nb201 import NB201
from nassim.study.results import ResultsFolder
from nassim.training import collect
from nassim.training.collect import Plan
from tests.training.test_collect import RECIPE, SKELETON, images

SPACE = NB201()
FEW = SPACE.sample(np.arange(4), Streams(0, "few", np.arange(4)))
SEEDS = Streams(0, "luck", np.arange(4)).random_words(np.arange(4), 1)[:, 0]
COUNTS = np.full(SPACE.size, 2)
SHORT: dict[str, Any] = {"runs": 2, "evaluations": 3}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LiveBenchmark:
    """Return a live benchmark of tiny images with two trainings of each architecture, and its own cache."""
    monkeypatch.setenv("NASSIM_CACHE", str(tmp_path / "cache"))
    return LiveBenchmark(Plan("nb201", str(images(tmp_path)), RECIPE, SKELETON, "cpu"), "live/tiny", counts=COUNTS)


def test_latency_is_timed_with_the_training(bench: LiveBenchmark) -> None:
    """One measurement of each training, kept; the judge has their mean; no search knows it before."""
    answer = bench.evaluate(Query(FEW), SEEDS)
    assert bench.costs == ("params", "flops", "latency")
    latency = answer.costs[:, 2]
    assert (latency > 0).all()
    np.testing.assert_array_equal(bench.evaluate(Query(FEW), SEEDS).costs[:, 2], latency)
    again = LiveBenchmark(bench.plan, "live/tiny", counts=COUNTS)
    np.testing.assert_array_equal(again.measure("latency", FEW, SEEDS), latency)
    index = SPACE.index(FEW)
    replicas = replica_of(index, SEEDS, COUNTS[index])
    each = np.array([[*bench._timings(arch)] for arch in index])
    np.testing.assert_array_equal(each[np.arange(4), replicas], latency)
    np.testing.assert_allclose(bench.measure("latency", FEW), each.mean(axis=1))
    with pytest.raises(SettingError, match=r"latency is measured after training, .* known are params, flops"):
        bench.cost("latency", FEW)


def test_a_failed_measurement_is_missing(bench: LiveBenchmark, monkeypatch: pytest.MonkeyPatch) -> None:
    """It misses every limit and is no number, while the training counts; asked again it is still missing."""

    def broken(*_: Any) -> float:
        raise RuntimeError("this device cannot run it")

    with monkeypatch.context() as patch:
        patch.setattr(collect, "latency", broken)
        answer = bench.evaluate(Query(FEW), SEEDS)
    assert np.isnan(answer.costs[:, 2]).all()
    assert np.isfinite(answer.error).all()
    assert np.isnan(bench.measure("latency", FEW, SEEDS)).all()
    trace = nassim.simulate("random_search", bench, runs=1, evaluations=2, constraints={"latency": "1 s"})
    assert trace.feasible().all()  # of others, that could be timed
    with monkeypatch.context() as patch:
        patch.setattr(collect, "latency", broken)
        failed = nassim.simulate("random_search", bench, runs=1, evaluations=2, seed=1, constraints={"latency": "1 s"})
    assert not failed.feasible().any()
    assert np.isnan(failed.incumbent_truth()).all()


def test_limits_of_counted_costs_reject_before_training(bench: LiveBenchmark) -> None:
    """Parameters are counted, so what has too many is never trained; a limit that nothing keeps is one line."""
    trace = nassim.simulate("random_search", bench, constraints={"params": "20 %"}, handling="reject", **SHORT)
    assert trace.feasible().all()
    with pytest.raises(SettingError, match=r"no architecture of live/tiny keeps params <= 1; .* is nearest and misses"):
        nassim.simulate("random_search", bench, constraints={"params": 1}, **SHORT)


def test_timing_an_untrained_network_is_paid_for(bench: LiveBenchmark) -> None:
    """At the price that the user names; quantiles of what was never measured are refused."""
    limits = {"latency": "10 s"}
    with pytest.raises(SettingError, match="latency is measured after training"):
        nassim.simulate("random_search", bench, constraints=limits, handling="reject", **SHORT)
    paid = nassim.simulate("random_search", bench, constraints=limits, handling="reject", timing=1000.0, **SHORT)
    assert ((paid.seconds // 1000) == [1, 2, 3]).all()
    with pytest.raises(SettingError, match="latency of live/tiny is measured, so its quantiles are unknown"):
        nassim.simulate("random_search", bench, constraints={"latency": "30 %"}, **SHORT)


def test_a_cost_model_of_live_latency(bench: LiveBenchmark) -> None:
    """Fitted on real timings, which every run pays; nothing else is measured for it."""
    one = LearnedCost(bench, cost="latency", measured=8, price=5.0)
    timed = list(bench.kept.parent.rglob("*latency/*.json"))
    assert 1 <= len(timed) <= 8  # isomorphic ones share theirs
    assert set(one.card.facts["learned_costs"]["latency"]) == {"measured", "model", "seed", "price"}
    trace = nassim.simulate(
        "random_search", one, runs=1, evaluations=2, constraints={"latency": "1 s"}, handling="reject"
    )
    assert trace.seconds[0, 0] > 40
    assert trace.feasible().all()


def test_a_report_of_live_objectives(bench: LiveBenchmark) -> None:
    """Regret is hypervolume, counted from the best of all runs, on a scale that was fixed before any training."""
    limits: dict[str, Any] = {"objectives": ["error", "params"], **SHORT}
    trace = nassim.simulate("random_search", bench, **limits)
    reference = trace.provenance["reference"]
    params = bench.cost("params", SPACE.at(np.arange(SPACE.size)))
    assert (reference["ideal"], reference["point"]) == ([0, params.min()], [100, params.max()])
    regret = hypervolume_regret(trace)
    width = np.array([100, np.ptp(params)])
    for run in range(2):
        chosen = moocore.is_nondominated(trace.objectives()[run], keep_weakly=True)  # by what the run was told
        points = (trace.objectives(true=True)[run][chosen] - reference["ideal"]) / width
        best = 100 * moocore.hypervolume(points, ref=[1, 1])
        assert -regret[run, -1] == pytest.approx(best)
    with pytest.raises(SettingError, match="what latency ranges over is not known before training; give it"):
        nassim.simulate("random_search", bench, objectives=["error", "latency"], **SHORT)
    given = {"error": [0, 100], "latency": ["0 s", "1 s"]}
    timed = nassim.simulate(
        "nsga2", bench, objectives=["error", "latency"], reference_point=given, population=2, **SHORT
    )
    assert np.isfinite(hypervolume_regret(timed)).all()


STUDY = """
name = "live"
question = "Which is small and right?"
runs = 2

[budget]
evaluations = 3

[policies]
objectives = ["error", "params"]

[[benchmark]]
name = "nassim.benchmarks.live:digits"
label = "live/digits"

[[strategy]]
name = "random_search"

[[strategy]]
name = "nsga2"
population = 2
"""


@pytest.mark.slow
def test_a_live_study_of_two_objectives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs to a whole report."""
    monkeypatch.setenv("NASSIM_CACHE", str(tmp_path / "cache"))
    (tmp_path / "study.toml").write_text(STUDY)
    found = ResultsFolder.open(nassim.run_study(tmp_path / "study.toml", out=tmp_path / "out", jobs=1))
    summary = build(found)
    entries = summary.entries["live/digits"]
    assert min(entry.regret for entry in entries.values()) >= 0
    assert summary.facts["live/digits"]["unit"] == "% hypervolume"
    assert (tmp_path / "out/report.html").stat().st_size
