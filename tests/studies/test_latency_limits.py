"""How often runs miss a limit, counted again run by run, and the best by each reward on a table of four networks."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.core.trace import Trace
from tests.scripts import script

STUDY = Path(__file__).parents[2] / "studies" / "latency_limits"
BENCH = nassim.load("nb201/cifar10")


@pytest.fixture(scope="module")
def missed():
    """Return the study's script as a module."""
    return script(STUDY / "missed.py")


@pytest.fixture(scope="module", params=["none", "mnasnet-soft", "penalty"])
def trace(request) -> Trace:
    """Return a few runs under a narrow limit."""
    return nassim.simulate(
        "regularized_evolution",
        BENCH,
        runs=12,
        evaluations=40,
        constraints={"latency": "5 %"},
        handling=request.param,
        judged_by="all-seeds",
    )


@pytest.mark.parametrize("rule", ["best-feasible", "best-told"])
def test_each_rule_is_counted_from_the_same_trainings(missed, trace, rule) -> None:
    """What each run would hand in, its latency from the table, and its error less the lowest within the limit."""
    latency = BENCH.cost("latency", BENCH.everything())
    bound = float(np.quantile(latency, 0.05))
    lowest = BENCH.truth(BENCH.everything())[latency <= bound].min()
    handed = []
    for archs, seen, told in zip(
        trace.archs, trace.error, trace.diagnostics.get("told error", trace.error), strict=True
    ):
        spent = BENCH.cost("latency", archs) / bound
        score = np.where(spent <= 1, seen, math.inf) if rule == "best-feasible" else told
        place = int(score.argmin())
        handed.append((spent[place], BENCH.truth(archs)[place]) if math.isfinite(score[place]) else None)
    known = [one for one in handed if one is not None]
    found = missed.found_by(trace, "evolution", "cifar10", rule)
    assert found.nothing == handed.count(None) / 12
    for share, within in zip((0.0, 0.01, 0.05), found.within, strict=True):
        assert within == pytest.approx(sum(ratio <= 1 + share for ratio, _ in known) / 12)
    errors = [error for ratio, error in known if ratio <= 1]
    assert (found.regret is None) == (not errors)
    if errors:
        assert found.regret == pytest.approx(np.mean(errors) - lowest, abs=1e-9)
    assert found.longest == pytest.approx(max(1.0, *(ratio for ratio, _ in known)))


def test_the_best_by_the_soft_reward_does_not_depend_on_the_limit(missed) -> None:
    """The limit is a factor of all rewards, so one cell is best under each; what keeps limits misses none."""
    found = missed.exact("nb201/cifar10")
    error, latency = BENCH.truth(BENCH.everything()), BENCH.cost("latency", BENCH.everything())
    best = ((1 - error / 100) * latency**-0.07).argmax()
    limits = np.quantile(latency, np.arange(1, 100) / 100)
    soft = found["mnasnet-soft, -0.07"]
    assert soft.missed[0] == pytest.approx(np.mean(latency[best] > limits))
    assert soft.longest == pytest.approx(latency[best] / limits[0])
    assert found["feasibility-first"].missed == [0, 0, 0]
    assert found["feasibility-first"].regret == 0
    lowest = [error[latency <= limit].min() for limit in limits]
    assert soft.regret == pytest.approx(np.mean(error[best] - lowest))


def test_means_leave_out_limits_under_which_no_run_is_within(missed) -> None:
    """Of two limits one is kept by nobody: its regret is unknown, its shares are not."""
    rows = [
        missed.Found("a", "one", "best-feasible", 0.5, [0.5, 0.5, 0.5], 2.0, 1.0),
        missed.Found("a", "two", "best-feasible", 1.0, [0.0, 0.0, 0.0], None, None),
        missed.Found("a", "one", "best-told", 0.0, [0.2, 0.4, 0.6], 1.0, 1.5),
        missed.Found("a", "two", "best-told", 0.0, [0.0, 0.0, 0.2], None, 2.5),
    ]
    row = missed.means(rows)["a"]
    assert (row.nothing, row.regret, row.limits, row.regret_told, row.limits_told) == (0.75, 2.0, 1, 1.0, 1)
    assert row.within == pytest.approx([0.1, 0.2, 0.4])
    assert row.longest == 2.5
    assert "| a | 75.0 % | 2.00 (of 1) | 10.0 % | 20.0 % | 40.0 % | 1.00 (of 1) | 2.50 |" in missed.table({"a": row})
