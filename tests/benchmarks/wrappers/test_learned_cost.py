"""A cost that a model predicts: the model by itself, what it knows and does not, what it costs, and how wrong it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import kendalltau
from sklearn.linear_model import LinearRegression

import nassim
from nassim.benchmarks.table import TableBenchmark
from nassim.benchmarks.wrappers.learned_cost import LearnedCost, fitted
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError, UnknownNameError
from nassim.surrogates.learn import learn
from tests.core.test_cost_noise import EVERY as TOYS
from tests.core.test_cost_noise import LATENCY as TOY_LATENCY
from tests.core.test_cost_noise import bench as toy

TABLE = nassim.load("nb201/cifar10")
SPACE = TABLE.space
EVERY = SPACE.at(np.arange(SPACE.size))
LATENCY = TABLE.cost("latency", EVERY)


def learned(**options: Any) -> LearnedCost:
    """Return NAS-Bench-201 with a latency that a model predicts."""
    return LearnedCost(TABLE, cost="latency", **options)


def planted(weights: np.ndarray, noise: float = 0.0) -> TableBenchmark:
    """Return the toy table with a cost that adds up over genes."""
    return toy(7.0 + weights[np.arange(4), TOYS].sum(axis=1), noise={"latency": noise} if noise else {})


@pytest.mark.parametrize("count", [20, 40, 500])
def test_it_is_the_linear_model_of_scikit_learn(count: int) -> None:
    """Its predictions of all cells, with fewer architectures than weights too: the solution of least norm."""
    chosen = np.random.default_rng(count).choice(SPACE.size, count, replace=False)
    ours = fitted(SPACE, EVERY[chosen], LATENCY[chosen], "latency", "linear", 0)(EVERY)
    theirs = LinearRegression().fit(SPACE.encode(EVERY[chosen]), LATENCY[chosen]).predict(SPACE.encode(EVERY))
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_trees_are_those_of_surrogates() -> None:
    """The same predictions as of `learn`."""
    one = learned(model="xgboost", measured=60, seed=3)
    archs = measured_by(one)
    direct = learn(SPACE, archs, TABLE.cost("latency", archs), target="latency", seed=3)
    np.testing.assert_array_equal(one.cost("latency", EVERY[::50]), direct.predict(EVERY[::50]).mean)


def measured_by(one: LearnedCost) -> np.ndarray:
    """Return the architectures that a wrapper measures."""
    from nassim.benchmarks.wrappers.learned_cost import _distinct

    about = one.card.facts["learned_costs"]["latency"]
    return _distinct(SPACE, about["measured"], about["seed"])


def test_an_additive_cost_is_recovered() -> None:
    """From as many measurements as it has free weights and more, exactly; with noise, within its standard error."""
    weights = np.random.default_rng(5).uniform(0, 3, (4, 5))
    table = planted(weights)
    one = LearnedCost(table, cost="latency", measured=60)
    np.testing.assert_allclose(one.cost("latency", TOYS), table.measure("latency", TOYS), rtol=1e-12)
    about = one.card.facts["learned_costs"]["latency"]
    assert about["others"] == 60
    assert about["kendall"] == pytest.approx(1)
    assert about["mape"] < 1e-9
    noisy = LearnedCost(planted(weights, 0.1), cost="latency", measured=60)
    miss = noisy.cost("latency", TOYS) / table.measure("latency", TOYS) - 1
    assert 0.005 < np.abs(miss).mean() < 0.1  # 11 weights from 60 measurements of 10 %: about .1 (11 / 60)**.5 = 4 %


def test_its_error_is_that_of_all_others() -> None:
    """Kendall's tau and the mean relative error by hand, over what was not measured; in the trace too."""
    one = learned(measured=100)
    about = one.card.facts["learned_costs"]["latency"]
    rest = ~np.isin(np.arange(SPACE.size), SPACE.index(measured_by(one)))
    assert rest.sum() == about["others"] == SPACE.size - 100
    predicted = one.cost("latency", EVERY[rest])
    assert about["kendall"] == kendalltau(LATENCY[rest], predicted).statistic
    assert about["mape"] == pytest.approx(100 * (np.abs(predicted - LATENCY[rest]) / LATENCY[rest]).mean())
    trace = nassim.simulate("random_search", one, runs=1, evaluations=1)
    assert trace.provenance["learned_costs"]["latency"]["kendall"] == about["kendall"]  # type: ignore[typeddict-item]
    assert trace.provenance["benchmark"] == "nb201/cifar10[latency~linear,measured=100,seed=0]"


def test_the_truth_remains_the_tables() -> None:
    """Answers, objectives, limits and the reference are of the true cost; what is asked beforehand is predicted."""
    one = learned(measured=50)
    search: dict[str, Any] = {"runs": 20, "evaluations": 40, "constraints": {"latency": "20 %"}, "handling": "reject"}
    trace = nassim.simulate("random_search", one, objectives=["error", "latency"], **search)
    exact = nassim.simulate("random_search", TABLE, objectives=["error", "latency"], **search)
    cells = SPACE.index(trace.archs.reshape(-1, 6)).reshape(20, 40)
    bound = np.quantile(LATENCY, 0.2)
    np.testing.assert_array_equal(trace.objectives()[:, :, 1], LATENCY[cells])
    np.testing.assert_array_equal(trace.feasible(), LATENCY[cells] <= bound)
    assert (one.cost("latency", EVERY[cells.reshape(-1)]) <= bound).all()
    missed = 1 - trace.feasible().mean()
    assert 0.02 < missed < 0.5
    assert exact.feasible().all()
    assert trace.provenance["reference"] == exact.provenance["reference"]
    assert trace.provenance["limits"] == exact.provenance["limits"]
    assert one.card.measured == ("latency",)


def test_measurements_are_billed_if_asked() -> None:
    """Every run begins after all of them; a budget that they take whole is refused."""
    search: dict[str, Any] = {"runs": 3, "evaluations": 5}
    free = nassim.simulate("random_search", learned(measured=30), **search)
    paid = nassim.simulate("random_search", learned(measured=30, price=2.0), **search)
    np.testing.assert_allclose(paid.seconds, free.seconds + 60)
    with pytest.raises(SettingError, match="measurements before a run begins take 60 seconds, expected fewer than"):
        nassim.simulate("random_search", learned(measured=30, price=2.0), runs=1, seconds=50)
    twice = LearnedCost(learned(measured=30, price=2.0), cost="params", measured=10, price=1.0)
    assert twice.preparation == 70
    assert set(twice.card.facts["learned_costs"]) == {"latency", "params"}


def test_missing_costs_are_not_learned_from() -> None:
    """What a device does not support teaches nothing; where it supports nothing there is nothing to learn."""
    weights = np.random.default_rng(5).uniform(0, 3, (4, 5))
    latency = planted(weights).measure("latency", TOYS)
    some = np.where(np.arange(len(TOYS)) % 7 == 0, np.nan, latency)
    one = LearnedCost(toy(some, measured=["latency"]), cost="latency", measured=80)
    np.testing.assert_allclose(one.cost("latency", TOYS), latency, rtol=1e-12)
    trace = nassim.simulate("random_search", one, runs=4, evaluations=30, constraints={"latency": 100.0})
    gone = np.isnan(some)[one.space.index(trace.archs.reshape(-1, 4))].reshape(4, 30)
    np.testing.assert_array_equal(trace.feasible(), ~gone)
    with pytest.raises(SettingError, match="latency is missing of all 80 architectures"):
        LearnedCost(toy(np.full(len(TOYS), np.nan), measured=["latency"]), cost="latency", measured=80)


def test_what_cannot_be_is_refused() -> None:
    """In one line each."""
    with pytest.raises(UnknownNameError, match="unknown cost of nb201/cifar10 'latnecy'; did you mean 'latency'"):
        LearnedCost(TABLE, cost="latnecy")
    with pytest.raises(SettingError, match="asked to measure 121 different architectures, toy-3x2x5x4 has fewer"):
        LearnedCost(toy(TOY_LATENCY), cost="latency", measured=121)
    with pytest.raises(SettingError, match="learned_cost: setting 'measured' must be a whole number >= 1, got 0"):
        nassim.load("nb201/cifar10", wrap=[{"name": "learned_cost", "cost": "latency", "measured": 0}])


def test_other_options_are_another_benchmark() -> None:
    """By name and digest, and with other predictions; the same twice is the same."""
    first, again, other = learned(measured=30), learned(measured=30), learned(measured=30, seed=1)
    np.testing.assert_array_equal(first.cost("latency", EVERY), again.cost("latency", EVERY))
    assert len({one.card.sha256 for one in (first, other, learned(measured=31), learned(measured=30, price=1.0))}) == 4
    assert (first.cost("latency", EVERY) != other.cost("latency", EVERY)).any()
    part = first.cost("latency", EVERY[:7])
    np.testing.assert_array_equal(part, first.cost("latency", EVERY)[:7])
    assert first.evaluate(Query(EVERY[:3])).costs.tolist() == TABLE.evaluate(Query(EVERY[:3])).costs.tolist()
    assert replace(first.card, facts={}, sha256="") == replace(TABLE.card, facts={}, sha256="")
