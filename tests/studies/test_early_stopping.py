"""Regret and speed-up against workers: the study's script, on made-up traces and on a small study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.trace import Trace
from nassim.study.plan import read_study
from tests.scripts import script

PLACE = Path(__file__).parents[2] / "studies/early_stopping"
SMALL = """
name = "small"
question = "How much faster?"
runs = 6
budget = {seconds = 60}
benchmarks = ["tests.studies.curves:toy"]

[[strategy]]
name = "random_search"
workers = [1, 4]

[[strategy]]
name = "asha"
eta = 2
variant = ["promotion", "stopping"]
workers = [1, 4]
"""


@pytest.fixture(scope="module")
def workers() -> Any:
    """Return the study's script as a module."""
    return script(PLACE / "workers.py")


def made_up(seconds: list[list[float]], truth: list[list[float]]) -> Trace:
    """Return a trace whose errors are the truth and whose optimum is 0."""
    error = np.array(truth)
    archs = np.zeros((*error.shape, 1), dtype=np.int8)
    numbers, lengths = np.arange(len(error)), np.full(len(error), error.shape[1])
    provenance = {"optimum": 0.0, "hands_in": "best", "seconds": 100.0}
    return Trace(numbers, lengths, archs, error, np.array(seconds), error, provenance)


def test_a_cluster_four_times_as_fast_is_four_times_as_fast(workers):
    """Two runs whose every event comes in a quarter of the time; regret is infinite until both have something."""
    one = made_up([[10, 50, 80], [20, 60, 90]], [[9, 5, 1], [7, 6, 3]])
    four = made_up([[2.5, 12.5, 20], [5, 15, 22.5]], [[9, 5, 1], [7, 6, 3]])
    assert workers.curve(one, np.array([15.0, 20.0, 55.0, 95.0])).tolist() == [np.inf, 8, 6, 2]
    assert workers.reached(one, 6.0, np.arange(1.0, 101)) == 50
    assert np.isnan(workers.reached(one, 1.0, np.arange(1.0, 101)))
    found = workers.speed_ups({1: one, 4: four})
    assert found[1] == 1
    assert found[4] == pytest.approx(4, rel=0.01)


def test_a_small_study_is_told(workers, tmp_path, monkeypatch, capsys):
    """Every strategy has a row in each table, and the figure is drawn."""
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "study.toml").write_text(SMALL, encoding="utf-8")
    results = nassim.run_study(tmp_path, out=tmp_path / "out", jobs=1)
    workers.main([str(results), "--figure", str(tmp_path / "figure.png"), "--numbers", str(tmp_path / "numbers.json")])
    said = capsys.readouterr().out
    assert all(said.count(name) == 2 for name in ("random search", "asha, promotion", "asha, stopping"))
    assert (tmp_path / "figure.png").stat().st_size > 1000


@pytest.mark.parametrize(("name", "needs"), [("", "mini201/mnist5k"), ("_nb201", "nb201-12-epochs/cifar10")])
def test_the_studies_are_valid(name, needs):
    """All strategies that stop early are there, against random search and evolution."""
    if needs not in nassim.names("benchmarks"):
        pytest.skip(f"{needs} is not there")
    study = read_study(PLACE.with_name(PLACE.name + name))
    names = {strategy.name for strategy in study.spec.strategies}
    assert {
        "random_search",
        "regularized_evolution",
        "successive_halving",
        "hyperband",
        "asha",
        "bohb",
        "dehb",
    } <= names
