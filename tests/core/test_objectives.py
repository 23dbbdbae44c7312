"""Objectives and limits: what texts stand for, what answers hold, what traces keep and hand in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Query
from nassim.core.errors import NassimError, SettingError, UnknownNameError
from nassim.core.objectives import Limit, Objectives, unit_of
from nassim.core.trace import Trace

BENCH = nassim.load("nb201/cifar10")
GRAPH = nassim.load("graph/cora")
EVERY = BENCH.space.at(np.arange(BENCH.space.size))
LATENCY = BENCH.cost("latency", EVERY)


def limits(**constraints: Any) -> tuple[Limit, ...]:
    """Return what constraints stand for on NAS-Bench-201, whose latency is in seconds."""
    return Objectives.of(BENCH, ["error"], constraints).limits


@pytest.mark.parametrize(
    ("said", "bound", "at_least"),
    [
        (0.005, 0.005, False),
        (1, 1.0, False),
        ("0.005", 0.005, False),
        ("5 ms", 0.005, False),
        ("<= 5ms", 0.005, False),
        (">= 5000 us", 0.005, True),
        (" 5e-3 s ", 0.005, False),
        ("0 %", LATENCY.min(), False),
        ("30 %", np.quantile(LATENCY, 0.3), False),
        (">= 100 %", LATENCY.max(), True),
    ],
)
def test_limits_of_seconds(said: Any, bound: float, at_least: bool) -> None:
    """A number is in the unit of the card; a text may have a unit, or be a quantile of the space."""
    (limit,) = limits(latency=said)
    assert limit.cost == "latency"
    assert limit.bound == pytest.approx(bound, rel=1e-12)
    assert limit.at_least is at_least


def test_limits_of_counts_and_of_the_error() -> None:
    """Counts may be in thousands, millions and billions; the error is in the unit of the card."""
    assert [limits(params=said)[0].bound for said in ("1,073,466", "0.5 M", "300K", "1_000")] == [
        1073466,
        5e5,
        3e5,
        1e3,
    ]
    assert limits(error=10)[0] == Limit("error", 10.0)
    assert unit_of(BENCH.card, "latency") == "s"
    assert unit_of(BENCH.card, "params") == unit_of(BENCH.card, "none such") == ""


def test_a_list_holds_two_limits() -> None:
    """A cost may have to be within two bounds."""
    assert [str(limit) for limit in limits(latency=[">= 8 ms", "<= 9 ms"])] == ["latency >= 0.008", "latency <= 0.009"]


@pytest.mark.parametrize(
    ("names", "constraints", "message"),
    [
        ([], {}, "objectives: expected 1 to 8, got 0"),
        (["error"] * 9, {}, "objectives: expected 1 to 8, got 9"),
        (["error", "error"], {}, "expected each once, got error, error"),
        (["latency", "-latency"], {}, "expected each once"),
        (["error", "latnecy"], {}, "unknown objective of nb201/cifar10 'latnecy'; did you mean 'latency'"),
        (["error"], {"flops": 1}, "unknown objective of nb201/cifar10 'flops'"),
        (
            ["error"],
            {"latency": "5 mJ"},
            "latency of .* is in s, got a limit in 'mJ'; known are s, ms, us and %",
        ),
        (
            ["error"],
            {"params": "5 ms"},
            "params of .* is a count, got a limit in 'ms'; known are K, M, G and %",
        ),
        (["error"], {"latency": "fast"}, "the limit of latency must be a number in the card's unit, or .* got 'fast'"),
        (["error"], {"latency": float("nan")}, "the limit of latency must be .* got nan"),
        (["error"], {"latency": float("inf")}, "the limit of latency must be .* got inf"),
        (["error"], {"latency": "1e999"}, "the limit of latency must be .* got '1e999'"),
        (["error"], {"latency": "101 %"}, "a quantile from 0 % to 100 %, got 101 %"),
        (["error"], {"error": "10 %"}, "the error has no quantile"),
        (["error"], {"latency": [">= 9 ms", "<= 8 ms"]}, "no latency keeps both limits, >= 0.009 and <= 0.008"),
    ],
)
def test_what_cannot_be_is_refused(names: list[str], constraints: dict[str, Any], message: str) -> None:
    """In a line that says what was expected and what came."""
    with pytest.raises((SettingError, UnknownNameError), match=message) as caught:
        Objectives.of(BENCH, names, constraints)
    assert "\n" not in str(caught.value)


def test_answers_hold_objectives_and_violations() -> None:
    """Columns are in the order asked for, a minus turns one round, and violations add up as shares of their bounds."""
    wanted = Objectives.of(BENCH, ["error", "-latency", "params"], {"latency": "10 ms", "params": ">= 1 M"})
    outcome = wanted.told(BENCH.evaluate(Query(EVERY)))
    params = BENCH.cost("params", EVERY)
    assert outcome.objectives is not None
    assert outcome.violation is not None
    np.testing.assert_array_equal(outcome.objectives, np.column_stack([outcome.error, -LATENCY, params]))
    missed = np.maximum(LATENCY / 0.01 - 1, 0) + np.maximum(1 - params / 1e6, 0)
    np.testing.assert_allclose(outcome.violation, missed, atol=1e-12)


def test_a_missing_cost_is_no_number() -> None:
    """It is an objective of nan, and misses every limit by more than any number."""
    wanted = Objectives.of(BENCH, ["error", "latency"], {"latency": 1.0})
    found = wanted.violation(np.zeros(2), np.array([[5.0, np.nan], [5.0, 0.5]]))
    assert found.tolist() == [np.inf, 0.0]
    assert np.isnan(wanted.values(np.zeros(1), np.array([[5.0, np.nan]]))).tolist() == [[False, True]]


def test_quantiles_of_what_was_not_trained_are_of_the_rest() -> None:
    """Architectures without a cost do not count."""
    every = GRAPH.space.at(np.arange(GRAPH.space.size))
    known = GRAPH.cost("latency", every[GRAPH.space.valid(every)])
    (limit,) = Objectives.of(GRAPH, ["error"], {"latency": "25 %"}).limits
    assert limit.bound == np.nanquantile(known, 0.25)


def test_a_trace_keeps_what_was_minimised(tmp_path: Path) -> None:
    """Objectives as told and as judged, and what keeps the limits; in its file too, and joined with others."""
    search = {
        "evaluations": 60,
        "objectives": ["error", "latency"],
        "constraints": {"latency": "12 ms", "params": "1 M"},
    }
    trace = nassim.simulate("random_search", BENCH, runs=[0, 1, 2], **search)
    parts = [nassim.simulate("random_search", BENCH, runs=[run], **search) for run in (0, 1, 2)]
    trace.save(tmp_path / "trace.parquet")
    cells = BENCH.space.index(trace.archs.reshape(-1, 6)).reshape(3, 60)
    params = BENCH.cost("params", EVERY)
    for found in (trace, Trace.load(tmp_path / "trace.parquet"), Trace.join(parts)):
        assert found.objective_names == ["error", "latency"]
        np.testing.assert_array_equal(found.objectives(), np.stack([trace.error, LATENCY[cells]], axis=2))
        np.testing.assert_array_equal(found.objectives(true=True), np.stack([trace.truth, LATENCY[cells]], axis=2))
        np.testing.assert_array_equal(found.feasible(), (LATENCY[cells] <= 0.012) & (params[cells] <= 1e6))


def test_only_what_keeps_the_limits_is_handed_in() -> None:
    """The incumbent is the lowest error among feasible evaluations, and none before there is one."""
    trace = nassim.simulate("random_search", BENCH, runs=50, evaluations=40, constraints={"latency": "10 %"})
    feasible, incumbent = trace.feasible(), trace.incumbent()
    for run in range(50):
        for event in (0, 5, 39):
            seen = np.flatnonzero(feasible[run, : event + 1])
            assert incumbent[run, event] == (seen[trace.error[run, seen].argmin()] if seen.size else -1)
    assert np.isnan(trace.incumbent_truth()[incumbent < 0]).all()


def test_without_objectives_nothing_changes() -> None:
    """A search for the error alone keeps no costs, and objectives that are asked for do not change what it does."""
    plain = nassim.simulate("regularized_evolution", BENCH, runs=5, evaluations=50)
    beside = nassim.simulate("regularized_evolution", BENCH, runs=5, evaluations=50, objectives=["error", "latency"])
    assert not plain.diagnostics
    assert plain.objective_names == ["error"]
    np.testing.assert_array_equal(plain.objectives()[:, :, 0], plain.error)
    np.testing.assert_array_equal(plain.archs, beside.archs)


@pytest.mark.parametrize(
    "given", [{"objectives": []}, {"constraints": {"latency": None}}, {"constraints": {"latency": True}}]
)
def test_wrong_types_are_refused(given: dict[str, Any]) -> None:
    """An argument of another type is named."""
    with pytest.raises(NassimError, match=r"objective|latency"):
        nassim.simulate("random_search", BENCH, runs=1, evaluations=1, **given)
