"""The comparison of surrogates with the table, on made-up curves and on a small study."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.benchmarks.partial_table import PartialTable
from nassim.study.results import ResultsFolder
from tests.scripts import script

PLACE = Path(__file__).parents[2] / "studies/surrogate_vs_table"
SMALL = """
name = "small"
question = "Alike?"
runs = 4
budget = {evaluations = 8}

[[benchmark]]
name = "nb201/cifar10"

[[benchmark]]
name = "nb201/cifar10"
surrogate = {train = [40, 60], seed = [0, 1], costs = []}
judge = "table"

[[strategy]]
name = "random_search"

[[strategy]]
name = "regularized_evolution"

[[strategy]]
name = "darts"
epochs = 3
"""


@pytest.fixture(scope="module")
def compare():
    """Return the study's script as a module."""
    return script(PLACE / "compare.py")


def test_differences_are_those_of_the_curves(compare):
    """Same order: tau is 1; one pair swapped of three: 1/3. Differences are of ends, and of whole curves."""
    table = {"a": np.array([3.0, 1.0]), "b": np.array([4.0, 2.0]), "c": np.array([5.0, 3.0])}
    same = compare.compare(table, table)
    assert same == (1.0, 0.0, 0.0, 0.0, 0.0)
    assert compare.compare(table | {"oracle": np.array([0.0, 0.0])}, table) == same
    other = table | {"a": np.array([3.0, 2.5]), "b": np.array([4.0, 1.5])}
    found = compare.compare(other, table)
    assert found.tau == pytest.approx(1 / 3)
    assert found.mean == pytest.approx((1.5 - 0.5) / 3)
    assert found.absolute == pytest.approx(2 / 3)
    assert found.largest == 1.5
    assert found.anytime == pytest.approx((0.75 + 0.25) / 3)


def test_unseen_seeds_judge_without_the_seen_one(compare):
    """By hand, from the seeds in the table; a mixture has seen no single seed."""
    samples = PartialTable.load("nb201/cifar10")
    trace = nassim.simulate("random_search", "nb201/cifar10", runs=5, evaluations=10, judged_by="all-seeds")
    expected = []
    for run, event in enumerate(trace.incumbent()[:, -1]):
        row = samples.space.index(trace.archs[run, event][None])[0]
        seeds = list(samples.error[-1, row, : samples.counts[row]])
        seeds.remove(trace.error[run, event])
        expected.append(np.mean(seeds))
    assert compare.by_unseen(trace, samples) == pytest.approx(np.mean(expected) - trace.provenance["optimum"])
    assert np.isnan(compare.by_unseen(nassim.simulate("darts", "nb201/cifar10", runs=2, epochs=2), samples))


def test_a_small_study_is_compared(compare, tmp_path, monkeypatch, capsys):
    """Surrogates are found by their trainings, and every strategy has a row."""
    monkeypatch.setenv("NASSIM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "study.toml").write_text(SMALL, encoding="utf-8")
    results = nassim.run_study(tmp_path, out=tmp_path / "out", jobs=1)
    grouped = compare.surrogates_of(ResultsFolder.open(results))
    assert {key: len(labels) for key, labels in grouped.items()} == {("nb201/cifar10", n): 2 for n in (40, 60)}
    monkeypatch.setattr("sys.argv", ["compare.py", str(results)])
    monkeypatch.setattr(compare, "NUMBERS", tmp_path / "numbers.json")
    compare.main()
    said = capsys.readouterr().out
    assert all(said.count(name) == 1 for name in ("random_search", "regularized_evolution", "darts"))
    kept = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))
    assert kept["differences"]["nb201/cifar10, 40"]["mean"] > 0
    regrets = kept["regrets"]["nb201/cifar10"]
    oracle = regrets.pop("darts[epochs=3] [oracle relaxation]")
    assert list(oracle) == ["table", "by unseen seeds", "from 40", "from 60"]
    assert oracle["by unseen seeds"] is None
    for other, difference in (("table", "mean"), ("by unseen seeds", "mean by unseen seeds")):  # of the searches alone
        expected = np.mean([row["from 40"] - row[other] for row in regrets.values()])
        assert kept["differences"]["nb201/cifar10, 40"][difference] == pytest.approx(expected)
