"""The study of the MnasNet space, on the published data, where they are."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.core.errors import SettingError
from nassim.importers import import_data
from nassim.study.results import ResultsFolder
from tests.scripts import script

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "studies/mnasnet_surrogate"
PUBLISHED = ROOT / "../shared/data/accel-nasbench/anb_dataset_jsons.tar.gz"


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """Keep data and surrogates in folders of this test."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NASSIM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))


def test_without_the_data_it_says_how_to_get_them(tmp_path):
    """One line names the command."""
    with pytest.raises(
        SettingError, match=r"imagenet is not there; get it with: nassim import accel-nasbench \.\./sha"
    ):
        nassim.run_study(STUDY, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/accel-nasbench")
def test_every_strategy_beats_random_search(tmp_path):
    """With a few runs of the study as it stands; two throughputs are predicted beside."""
    import_data("accel-nasbench", PUBLISHED, tmp_path / "data")
    shutil.copytree(STUDY, tmp_path / "study")
    results = ResultsFolder.open(nassim.run_study(tmp_path / "study", out=tmp_path / "out", runs=10, jobs=1))
    (benchmark,) = results.benchmarks
    last = {name: results.trace(name, benchmark).incumbent_truth()[:, -1].mean() for name in results.strategies}
    assert all(error < last["random_search"] for name, error in last.items() if name != "random_search")
    assert np.isnan(results.trace("darts", benchmark).provenance["optimum"])
    handed_in = script(STUDY / "handed_in.py").measured(results)
    assert {name: numbers["predicted error"] for name, numbers in handed_in.items() if name in last} == pytest.approx(
        last
    )


def test_limits_are_quantiles_that_networks_reach(tmp_path):
    """The study within limits names devices that the surrogates know, each with a limit from below."""
    said = tomllib.loads((STUDY / "limits.toml").read_text(encoding="utf-8"))
    for table in said["benchmark"]:
        ((cost, limit),) = table["constraints"].items()
        assert cost in table["surrogate"]["costs"]
        assert limit.startswith(">= ")
    with pytest.raises(SettingError, match="get it with: nassim import accel-nasbench"):
        nassim.run_study(STUDY / "limits.toml", out=tmp_path / "out")


def test_what_is_measured_within_limits_is_what_traces_say(tmp_path):
    """On a shipped table: the regret from the best of all, and the share of trainings that keep the limit."""
    study = {
        "name": "within",
        "question": "?",
        "runs": 4,
        "budget": {"evaluations": 30},
        "benchmark": [{"name": "nb201/cifar10", "constraints": {"latency": "20 %"}, "label": "fast"}],
        "strategy": [
            {"name": "random_search", "handling": "reject"},
            {"name": "reinforce", "handling": "mnasnet-soft"},
        ],
    }
    nassim.run_study(study, out=tmp_path / "out", jobs=1)
    results = ResultsFolder.open(tmp_path / "out")
    numbers = script(STUDY / "limits.py").measured(results)
    bench = nassim.load("nb201/cifar10")
    latency = bench.cost("latency", bench.space.at(np.arange(bench.space.size)))
    for strategy in results.strategies:
        trace = results.trace(strategy, "fast")
        taken = bench.cost("latency", trace.archs.reshape(-1, 6))
        share = 100 * (taken <= np.quantile(latency, 0.2)).mean()
        assert numbers[strategy]["fast"]["% of trainings within"] == pytest.approx(share)
    found = [results.trace(name, "fast").incumbent_truth()[:, -1].mean() for name in results.strategies]
    regrets = [numbers[name]["fast"]["regret"] for name in results.strategies]
    assert found[0] - found[1] == pytest.approx(regrets[0] - regrets[1])
    assert numbers[results.strategies[0]]["fast"]["% of trainings within"] == 100
