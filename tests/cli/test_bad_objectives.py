"""Objectives, limits and costs that cannot be: one line, exit code 2, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import Run, refused
from tests.study.studies import contents, write

STUDY = """
name = "bad"
question = "What is refused?"
runs = 2

[budget]
evaluations = 5

[policies]
POLICIES

[[benchmark]]
name = "nb201/cifar10"
WRAP

[[strategy]]
name = "random_search"
"""
LEARNED = 'wrap = [{name = "learned_cost", cost = "latency", measured = 30}]'


@pytest.mark.parametrize(
    ("policies", "wrap", "message"),
    [
        ('objectives = ["error", "flops"]', "", "unknown objective of nb201/cifar10 'flops'"),
        ('objectives = ["error", "latnecy"]', "", "did you mean 'latency'"),
        (f"objectives = {['error'] * 9}", "", "objectives: expected 1 to 8, got 9"),
        ('objectives = ["error", "-error"]', "", "objectives: expected each once"),
        ("objectives = []", "", "objectives"),
        ("constraints = {flops = 1}", "", "unknown objective of nb201/cifar10 'flops'"),
        ("constraints = {latency = nan}", "", "must be a number or a text or a list, got nan"),
        ("constraints = {latency = inf}", "", "must be a number or a text or a list, got inf"),
        ('constraints = {latency = "1e999 s"}', "", "the limit of latency must be a number"),
        ('constraints = {latency = "5 parsecs"}', "", "got a limit in 'parsecs'; known are s, ms, us and %"),
        ('constraints = {params = "5 ms"}', "", "params of nb201/cifar10 is a count, got a limit in 'ms'"),
        ('constraints = {latency = [">= 9 ms", "<= 8 ms"]}', "", "no latency keeps both limits"),
        ('constraints = {latency = "1 us"}', "", "no architecture of nb201/cifar10 keeps latency <= 1e-06"),
        ('constraints = {latency = "101 %"}', "", "a quantile from 0 % to 100 %"),
        ("timing = -1", "", "timing"),
        ('handling = "reject"', "", "handling = 'reject' is of limits, and there are none"),
        ("", LEARNED.replace("latency", "flops"), "unknown cost of nb201/cifar10 'flops'"),
        ("", LEARNED.replace("30", "0"), "learned_cost: setting 'measured' must be a whole number >= 1, got 0"),
        ("", LEARNED.replace("30", "20_000"), "asked to measure 20,000 different architectures, nb201 has fewer"),
        ("", LEARNED.replace("30", '30, model = "forest"'), "must be 'linear' or 'xgboost', got 'forest'"),
    ],
)
def test_it_is_refused(
    policies: str, wrap: str, message: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is simulated; the line names the study and what is wrong."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "study", STUDY.replace("POLICIES", policies).replace("WRAP", wrap))
    line = refused(run("run", "study"))
    assert message in line
    assert "study" in line
    assert list(contents(tmp_path)) == ["study/study.toml"]


@pytest.mark.parametrize(
    ("policies", "strategy"),
    [
        ('constraints = {energy = 3}\nhandling = "reject"', 'name = "random_search"'),
        ("", 'name = "zero_cost_prior"\ncost = "energy"'),
        ("", 'name = "regularized_evolution"\nwarm_start = "energy"'),
        ("", 'name = "darts"\ncost = "energy"\ncost_weight = 1.0'),
        ("", 'name = "gdas"\ncost = "energy"\ncost_weight = 1.0'),
    ],
)
def test_a_measured_cost_is_not_told_beforehand(policies: str, strategy: str, tmp_path: Path, run: Run) -> None:
    """For rejection, a prior, a warm start or a gradient: all are told in one line what is known."""
    text = STUDY.replace("POLICIES", policies).replace("WRAP", "").replace('name = "random_search"', strategy)
    write(tmp_path / "study", text.replace("nb201/cifar10", "tests.benchmarks.measuring:energy"))
    line = refused(run("run", tmp_path / "study", "--out", tmp_path / "out"))
    assert "energy is measured after training, so no search can know it before; known are params" in line
