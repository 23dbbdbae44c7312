"""Limits that nothing which was trained keeps: the report says what is nearest, and so does the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nassim
from nassim.report.build import numbers
from nassim.report.judgement import judgement, unmet
from nassim.study.results import ResultsFolder
from tests.command_line import Run

BENCH = nassim.load("nb201/cifar10")
LIMIT = BENCH.cost("latency", BENCH.space.at(np.arange(BENCH.space.size))).min()
STUDY = """
name = "tight"
question = "What is nearest?"
runs = 4
benchmarks = ["nb201/cifar10"]

[budget]
evaluations = 6

[policies]
constraints = {latency = "0 %"}
OBJECTIVES

[[strategy]]
name = "random_search"

[[strategy]]
name = "regularized_evolution"
population = 3
sample = 2
"""


def nearest(folder: Path) -> tuple[str, float]:
    """Return the cell with the lowest latency of all that a study trained, and by what share that misses the limit."""
    found = ResultsFolder.open(folder)
    archs = np.concatenate([found.trace(name, "nb201/cifar10").archs.reshape(-1, 6) for name in found.strategies])
    latency = BENCH.cost("latency", archs)
    return BENCH.space.show(archs[latency.argmin()]), 100 * (latency.min() / LIMIT - 1)


@pytest.mark.parametrize("objectives", ["", 'objectives = ["error", "latency"]'])
def test_it_says_what_is_nearest(objectives: str, tmp_path: Path, run: Run) -> None:
    """In a sentence of the report, of the findings on the terminal, and in the numbers."""
    study = tmp_path / "study"
    study.mkdir()
    (study / "study.toml").write_text(STUDY.replace("OBJECTIVES", objectives))
    ended = run("run", study, "--out", tmp_path / "out", "--jobs", "1")
    assert ended.code == 0
    text, missed = nearest(tmp_path / "out")
    sentence = (
        f"On nb201/cifar10, nothing that was trained keeps latency <= 0.00714498: {text} is nearest, violated by "
        f"{missed:.3g} %."
    )
    summary = numbers(ResultsFolder.open(tmp_path / "out")).summary
    assert list(unmet(summary.facts)) == [sentence]
    assert sentence in judgement(summary.facts)
    assert " ".join(sentence.split()) in " ".join(ended.out.split())
    assert text in (tmp_path / "out/report.html").read_text(encoding="utf-8")


def test_where_one_run_meets_them_it_says_nothing() -> None:
    """Nor where there are none, or every cost is missing."""
    search: dict[str, Any] = {"runs": 3, "evaluations": 10}
    assert nassim.simulate("random_search", BENCH, **search).nearest() is None
    assert nassim.simulate("random_search", BENCH, constraints={"latency": "90 %"}, **search).nearest() is None
    tight = nassim.simulate("random_search", BENCH, constraints={"latency": "0 %"}, **search).nearest()
    assert tight is not None
    assert tight[1] == pytest.approx(BENCH.cost("latency", tight[0][None])[0] / LIMIT - 1)
