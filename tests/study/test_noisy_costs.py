"""Noisy costs in a study: each unit keeps what runs were told, and what judges them, and they are joined."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import nassim
from nassim.core.trace import Trace
from nassim.study.results import ResultsFolder
from tests.benchmarks.measuring import noisy
from tests.core.test_cost_noise import LATENCY, TOY, bench
from tests.study.studies import write

STUDY = """
name = "noisy"
question = "What is told, and what is true?"
runs = 5

[budget]
evaluations = 12

[policies]
objectives = ["error", "energy"]
constraints = {energy = 9}
timing = 1000

[[benchmark]]
name = "tests.benchmarks.measuring:noisy"

[[strategy]]
name = "random_search"
handling = "reject"

[[strategy]]
name = "nsga2"
population = 4
"""


def test_a_study_keeps_both(tmp_path: Path) -> None:
    """Rejection pays for timing and goes by what it measured; the truth is the mean."""
    nassim.run_study(write(tmp_path / "study", STUDY), out=tmp_path / "out", jobs=1)
    results = ResultsFolder.open(tmp_path / "out")
    it = noisy()
    for name in results.strategies:
        trace = results.trace(name, "tests.benchmarks.measuring:noisy")
        archs = trace.archs.reshape(-1, 4)
        energy = it.measure("energy", archs).reshape(5, 12)
        np.testing.assert_array_equal(trace.objectives(true=True)[:, :, 1], energy)
        assert (trace.objectives()[:, :, 1] != energy).all()
        assert (trace.seconds[:, 0] > 1000).all() == ("reject" in name)
        assert "reject" not in name or trace.feasible().all()
        assert not trace.feasible(true=True).all()


def test_runs_that_were_told_the_mean_are_joined_with_others() -> None:
    """Where what one unit was told is what is true, it keeps it once, and nothing is lost."""
    plain = bench(noise={"latency": 0.3})
    search: dict[str, Any] = {"evaluations": 6, "objectives": ["error", "latency"]}
    parts = [nassim.simulate("random_search", plain, runs=[run], **search) for run in (0, 1)]
    told = {"cost latency": parts[0].objectives(true=True)[:, :, 1]}
    joined = Trace.join([replace(parts[0], diagnostics=told), parts[1]])
    cells = TOY.space.index(joined.archs.reshape(-1, 4)).reshape(2, 6)
    np.testing.assert_array_equal(joined.objectives(true=True)[:, :, 1], LATENCY[cells])
