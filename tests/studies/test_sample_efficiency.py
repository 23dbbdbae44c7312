"""How many trainings were needed, on made-up runs and on a small study."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.core.trace import Trace
from nassim.core.trace_schema import RECOMMENDED
from tests.scripts import script

STUDIES = Path(__file__).parents[2] / "studies"
SMALL = """
name = "small"
question = "How many?"
benchmarks = ["nb201/cifar10", "graph/proteins"]
runs = 3
budget = {evaluations = 60}

[[strategy]]
name = "random_search"

[[strategy]]
name = "gaussian_process"
hands_in = "model"

[[strategy]]
name = "optuna"
sampler = "TPESampler"
"""


@pytest.fixture(scope="module")
def needed():
    """Return the study's script as a module."""
    return script(STUDIES / "sample_efficiency" / "needed.py")


def made(truth: list[list[float]], choice: list[list[float]] | None = None) -> Trace:
    """Return runs that trained architectures of these true errors, and saw them."""
    error = np.array(truth)
    runs, events = error.shape
    notes = {} if choice is None else {RECOMMENDED: np.array(choice)}
    about = {"optimum": 1.0, "hands_in": "best"}
    archs, seconds = np.zeros((runs, events, 1), dtype=np.int8), np.cumsum(np.ones((runs, events)), axis=1)
    return Trace(np.arange(runs), np.full(runs, events), archs, error, seconds, error, about, notes)


def test_needed_trainings_are_those_of_all_runs_over_those_that_got_there(needed, monkeypatch):
    """Three runs: the good one comes after 2, after 3, and never in 4; the best after 4 in one of them."""
    monkeypatch.setattr(needed, "BUDGETS", (2, 4))
    one = needed.row(made([[3.0, 2.0, 2.0, 1.0], [5.0, 4.0, 2.0, 3.0], [6.0, 5.0, 5.0, 7.0]]), 2.0)
    assert one.good == (2 + 3 + 4) / 2
    assert one.best == (4 + 4 + 4) / 1
    assert one.share == pytest.approx(1 / 3)
    assert one.regrets == pytest.approx([(1 + 3 + 4) / 3, (0 + 1 + 4) / 3])
    assert one.final.tolist() == [0, 1, 4]


def test_shares_are_averaged_as_ratios_and_by_family(needed):
    """A tenth on one table and ten times as much on another cancel out; each family has its own."""
    floats = np.zeros(1)
    one = {"random_search": needed.Row([2.0], 1, 1, 0, floats), "other": needed.Row([0.2], 4, 1, 0, floats)}
    two = {"random_search": needed.Row([3.0], 1, 1, 0, floats), "other": needed.Row([30.0], np.inf, 1, 0, floats)}
    found = {"a/one": one, "b/two": two}
    assert needed.shares_of_random(found)["other"] == pytest.approx([1.0])
    assert needed.shares_of_random(needed.of_family(found, "a"))["other"] == pytest.approx([0.1])
    assert needed.typical(found, "a", "other") == 4
    assert needed.typical(found, "b", "other") == np.inf


def test_many_tables_tell_what_few_runs_cannot(needed, monkeypatch):
    """Better on all of six tables, by whatever factor, is the smallest p of six pairs; a tie with oneself is p = 1."""
    monkeypatch.setattr(needed, "SHOWN", (50,))
    floats = np.zeros(1)
    found = {
        f"a/{factor}": {
            "random_search": needed.Row([10.0**factor], 1, 1, 0, floats),
            "other": needed.Row([10.0**factor / (2 + factor)], 1, 1, 0, floats),
        }
        for factor in range(6)
    }
    assert needed.over_tables(found)["other"]["random_search"] == [pytest.approx(2 / 2**6)]
    assert needed.over_tables(found)["random_search"]["random_search"] == [1]


def test_a_small_study_has_every_table(needed, tmp_path, monkeypatch, capsys):
    """A line per strategy on each benchmark, over all and by family; what the model chose stands beside the lowest."""
    (tmp_path / "study.toml").write_text(SMALL, encoding="utf-8")
    results = nassim.run_study(tmp_path, out=tmp_path / "out", jobs=1)
    monkeypatch.setattr("sys.argv", ["needed.py", str(results)])
    monkeypatch.setattr(needed, "STUDIES", tmp_path)
    monkeypatch.setattr(needed, "SHOWN", (50,))
    needed.main()
    lines = capsys.readouterr().out.splitlines()
    starts = [
        "| random_search",
        "| optuna",
        "| gaussian_process[hands_in=model] |",
        "| gaussian_process[hands_in=model],",
    ]
    assert [sum(line.startswith(start) for line in lines) for start in starts] == [5, 5, 5, 5]
    columns = {line.count("|") for line in lines if line.startswith("| random_search")}
    assert columns == {7, 6, 4}
