"""What every benchmark and every wrapper promises of costs: objectives, limits, missing ones, and failed trainings."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import nassim
from nassim import catalog
from nassim.benchmarks.wrapping import wrapped
from nassim.core.benchmark import Benchmark, Query
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.random_streams import Streams
from tests.contracts.test_wrappers import AROUND, NEEDED
from tests.toys import Failing, Unsupported

ROWS = np.arange(300)
SEEDS = Streams(0, "luck", ROWS).random_words(ROWS, 1)[:, 0]
SEARCH: dict[str, Any] = {"runs": 3, "evaluations": 25}
OWN = {"block_latency"}  # needs what is imported: tests/benchmarks/wrappers/test_block_latency.py
WRAPPED = [f"within {name}" for name in catalog.names("wrappers") if name not in OWN]
EVERYTHING = [*catalog.names("benchmarks"), *WRAPPED]


@cache
def bench(name: str) -> Benchmark:
    """Return a benchmark, or one in a wrapper."""
    wrapper = name.removeprefix("within ")
    if wrapper == name:
        return nassim.load(name)
    return nassim.load(AROUND.get(wrapper, "nb201/cifar10"), wrap=[{"name": wrapper, **NEEDED.get(wrapper, {})}])


def some(it: Benchmark) -> np.ndarray:
    """Return random architectures."""
    return it.space.sample(ROWS, Streams(0, "contract", ROWS))


def cost_of(it: Benchmark) -> str:
    """Return a cost that differs between architectures, and that few lack; the test is skipped where none does."""
    for name in it.costs:
        values = it.measure(name, some(it))
        if np.unique(values[np.isfinite(values)]).size > 10:
            return name
    return pytest.skip(f"{it.name} has no cost that differs")


@pytest.mark.parametrize("name", EVERYTHING)
def test_what_is_measured_is_what_answers_have(name: str) -> None:
    """Of each cost, with the same seeds and without, in any batch; what is known beforehand is the same."""
    it = bench(name)
    archs = some(it)
    for column, cost in enumerate(it.costs):
        for seeds in (None, SEEDS):
            answer = it.evaluate(Query(archs), seeds).costs[:, column]
            measured = it.measure(cost, archs, seeds)
            np.testing.assert_array_equal(measured, answer)
            part = it.measure(cost, archs[5:9], None if seeds is None else seeds[5:9])
            np.testing.assert_array_equal(part, measured[5:9])
        if cost not in it.card.measured:
            np.testing.assert_array_equal(it.cost(cost, archs), measured)
    with pytest.raises(UnknownNameError, match=r"unknown cost of .* 'no such cost'"):
        it.measure("no such cost", archs)


@pytest.mark.parametrize("name", EVERYTHING)
def test_objectives_limits_and_what_is_handed_in(name: str) -> None:
    """A search for the error and a cost within a limit: the trace has what the benchmark has, and a reference of it."""
    it = bench(name)
    cost = cost_of(it)
    trace = nassim.simulate("nsga2", it, objectives=["error", cost], constraints={cost: "60 %"}, population=8, **SEARCH)
    archs = trace.archs.reshape(-1, trace.archs.shape[2])
    values = it.measure(cost, archs).reshape(3, 25)
    valid = it.space.valid(archs).reshape(3, 25)
    np.testing.assert_array_equal(trace.objectives(true=True)[:, :, 1][valid], values[valid])
    (limit,) = trace.provenance["limits"]
    bound = float(limit.rpartition(" ")[2])
    inside = ~np.isnan(trace.error) & (values <= bound * (1 + 1e-5))
    outside = np.isnan(trace.error) | ~(values <= bound * (1 - 1e-5))
    assert (trace.feasible(true=True) <= inside).all()
    assert (trace.feasible(true=True) >= ~outside).all()
    last = trace.incumbent()[:, -1]
    assert trace.feasible()[np.flatnonzero(last >= 0), last[last >= 0]].all()
    reference = trace.provenance["reference"]
    assert len(reference["low"]) == len(reference["high"]) == 2
    assert all(low < high for low, high in zip(reference["low"], reference["high"], strict=True))


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_limit_that_nothing_keeps_is_one_line(name: str) -> None:
    """Where all can be listed before anything is simulated, with what is nearest; else nothing is handed in."""
    it = bench(name)
    cost = cost_of(it)
    values = it.measure(cost, some(it))
    bound = float(np.nanmin(values) - 10 * (np.nanmax(values) - np.nanmin(values)))
    search = {**SEARCH, "constraints": {cost: bound}}
    if it.space.listed and it.space.size <= 1 << 17:
        with pytest.raises(SettingError, match=r"no architecture of .* keeps .* is nearest and misses by") as caught:
            nassim.simulate("random_search", it, **search)
        assert "\n" not in str(caught.value)
        return
    trace = nassim.simulate("random_search", it, **search)
    assert (trace.incumbent() == -1).all()
    found = trace.nearest()
    assert found is not None
    assert found[1] > 0


@pytest.mark.parametrize("strategy", ["random_search", "nsga2"])
@pytest.mark.parametrize("name", EVERYTHING)
def test_missing_costs_and_failures_are_no_numbers(name: str, strategy: str) -> None:
    """Of a benchmark that lacks costs of some and cannot train others: neither is feasible, or handed in."""
    wrapper = name.removeprefix("within ")
    plain = bench(name) if wrapper == name else nassim.load(AROUND.get(wrapper, "nb201/cifar10"))
    lacking = Unsupported(plain)
    failing = Failing(lacking)
    try:
        wraps = [] if wrapper == name else [{"name": wrapper, **NEEDED.get(wrapper, {})}]
        it = wrapped(failing, wraps)
    except SettingError as refused:
        reasons = ("is not known of every architecture", "has no one-shot table")
        assert any(reason in str(refused) for reason in reasons)  # noqa: PT017  (either is right)
        return
    cost = cost_of(plain)
    trace = nassim.simulate(strategy, it, objectives=["error", cost], constraints={cost: "90 %"}, **SEARCH)
    archs = trace.archs.reshape(-1, trace.archs.shape[2])
    missing, failed = (which(archs).reshape(3, 25) for which in (lacking.lacks, failing.fails))
    assert missing.any()
    assert np.isnan(trace.objectives()[:, :, 1][missing]).all()
    failed &= not it.card.supernet  # where a supernet answers, nothing is trained that could fail
    assert np.isnan(trace.error[failed]).all()
    assert not trace.feasible()[missing | failed].any()
    assert np.isfinite(trace.provenance["reference"]["high"]).all()
    assert np.isfinite(trace.incumbent_truth()[:, -1]).all()
