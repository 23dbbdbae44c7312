"""Noisy costs: what a run is told is a draw by its seed, and the mean is what judges it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import nassim
from nassim.benchmarks.learning import fit
from nassim.benchmarks.table import TableBenchmark
from nassim.benchmarks.wrappers.faults import Faults
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.trace import Trace
from tests.toys import toy_benchmark

TOY = toy_benchmark((3, 2, 5, 4))
EVERY = TOY.space.at(np.arange(TOY.space.size))
LATENCY = np.random.default_rng(1).uniform(1, 5, TOY.space.size)
MANY = np.arange(20_000)
SEEDS = Streams(0, "luck", MANY).random_words(MANY, 1)[:, 0]


def bench(latency: np.ndarray = LATENCY, **facts: Any) -> TableBenchmark:
    """Return the toy table with a latency, measured as the facts say."""
    error = TOY.evaluate(Query(EVERY))
    return TableBenchmark(
        "toy/noisy",
        TOY.space,
        replace(TOY.card, facts=facts),
        epochs=(9,),
        error=error.error[None, :, None],
        seconds=error.seconds[None, :, None],
        counts=np.ones(len(EVERY), dtype=np.int64),
        costs={"latency": latency, "params": error.costs[:, 0]},
        test=TOY.truth(EVERY),
    )


def told(one: Any, arch: int, seeds: np.ndarray | None = SEEDS) -> np.ndarray:
    """Return the latency of an architecture as many runs are told it."""
    archs = np.repeat(EVERY[[arch]], len(MANY), axis=0)
    latency: np.ndarray = one.evaluate(Query(archs), seeds).costs[:, 0]
    return latency


@pytest.mark.parametrize("noise", [0.05, 0.5])
def test_stated_noise_has_its_mean_and_deviation(noise: float) -> None:
    """Over 20,000 runs: the moments of a log-normal number, which is never negative; other costs are exact."""
    one = bench(noise={"latency": noise})
    assert one.card.measured == ("latency",)
    for arch in (0, 50):
        seen = told(one, arch) / LATENCY[arch]
        assert (seen > 0).all()
        assert seen.mean() == pytest.approx(1, abs=4.5 * noise / np.sqrt(len(MANY)))
        assert seen.std() == pytest.approx(noise, rel=0.06)
        assert np.log(seen).std() == pytest.approx(np.sqrt(np.log1p(noise**2)), rel=0.03)
        assert told(one, arch, None).tolist() == [LATENCY[arch]] * len(MANY)
    answer = one.evaluate(Query(EVERY), SEEDS[: len(EVERY)])
    np.testing.assert_array_equal(answer.costs[:, 1], TOY.evaluate(Query(EVERY)).costs[:, 0])


def test_it_is_a_draw_of_run_and_architecture() -> None:
    """Asked again it is the same; from architecture to architecture it is independent, and of the training too."""
    one = bench(noise={"latency": 0.2})
    np.testing.assert_array_equal(told(one, 3), told(one, 3))
    assert abs(np.corrcoef(told(one, 3), told(one, 4))[0, 1]) < 0.03
    np.testing.assert_array_equal(told(Faults(one, failed=0.2), 3), told(one, 3))


def test_measurements_are_drawn_evenly() -> None:
    """One of those that there are, each as often; the mean is over them; what has none is missing."""
    several = np.column_stack([LATENCY, LATENCY + 1, LATENCY + 5])
    several[1, 1:] = np.nan
    several[2, 0] = np.nan
    several[3] = np.nan
    one = bench(several, measured=["latency"])
    for arch, there in ((0, [0, 1, 5]), (1, [0]), (2, [1, 5])):
        found, counts = np.unique(told(one, arch) - LATENCY[arch], return_counts=True)
        np.testing.assert_allclose(found, there, atol=1e-9)
        assert np.abs(counts / len(MANY) - 1 / len(there)).max() < 4.5 * np.sqrt(0.25 / len(MANY))
        assert one.measure("latency", EVERY[[arch]])[0] == pytest.approx(LATENCY[arch] + np.mean(there))
    assert np.isnan(told(one, 3)).all()
    shared = one.per_network()
    np.testing.assert_array_equal(told(shared, 0), told(one, 0))


def test_a_search_sees_its_draws_and_the_judge_the_mean(tmp_path: Any) -> None:
    """Objectives and limits as told and as true; a run alone equals its row; the file keeps both."""
    one = bench(noise={"latency": 0.3})
    search: dict[str, Any] = {
        "evaluations": 40,
        "objectives": ["error", "latency"],
        "constraints": {"latency": 3.0},
    }
    trace = nassim.simulate("nsga2", one, runs=[0, 1, 2], population=8, **search)
    alone = nassim.simulate("nsga2", one, runs=[1], population=8, **search)
    trace.save(tmp_path / "trace.parquet")
    cells = TOY.space.index(trace.archs.reshape(-1, 4)).reshape(3, 40)
    np.testing.assert_array_equal(alone.objectives()[0], trace.objectives()[1])
    for found in (trace, Trace.load(tmp_path / "trace.parquet")):
        np.testing.assert_array_equal(found.objectives(true=True)[:, :, 1], LATENCY[cells])
        np.testing.assert_array_equal(found.feasible(true=True), LATENCY[cells] <= 3)
        seen = found.objectives()[:, :, 1]
        assert 0.1 < np.std(seen / LATENCY[cells]) < 0.5
        np.testing.assert_array_equal(found.feasible(), seen <= 3)
    front = trace.provenance["reference"]["front"]
    kept = LATENCY <= 3
    assert front is not None
    assert min(point[1] for point in front) == LATENCY[kept].min()


def test_without_noise_nothing_is_kept_twice() -> None:
    """A trace of exact costs has them once."""
    trace = nassim.simulate("random_search", bench(), runs=2, evaluations=5, objectives=["error", "latency"])
    assert list(trace.diagnostics) == ["cost latency"]
    np.testing.assert_array_equal(trace.objectives()[:, :, 1], trace.objectives(true=True)[:, :, 1])


def test_a_mean_signal_is_told_the_mean() -> None:
    """Who sees the mean of all trainings sees that of all measurements."""
    one = bench(noise={"latency": 0.3})
    trace = nassim.simulate("random_search", one, runs=2, evaluations=9, signal="mean", objectives=["error", "latency"])
    cells = TOY.space.index(trace.archs.reshape(-1, 4)).reshape(2, 9)
    np.testing.assert_array_equal(trace.objectives()[:, :, 1], LATENCY[cells])


def test_a_surrogate_has_the_noise_of_what_it_learned(tmp_path: Any) -> None:
    """Learned, saved and read again: its predictions are told with the stated noise, and are measured."""
    found = fit(bench(noise={"latency": 0.2}), train=100, encoding="onehot")
    found.save(tmp_path / "learned")
    for one in (found, type(found).load(tmp_path / "learned", TOY.space)):
        seen = told(one, 7)
        assert seen.std() / told(one, 7, None)[0] == pytest.approx(0.2, rel=0.05)
        assert one.card.measured == ("latency",)
        with pytest.raises(SettingError, match="latency is measured after training"):
            one.cost("latency", EVERY)


def test_a_surrogate_has_no_cost_where_none_was_measured(tmp_path: Any) -> None:
    """What a device does not run is missing in its predictions too, saved and per network: it is infeasible."""
    lacks = EVERY[:, 0] == 1
    one = bench(np.where(lacks, np.nan, LATENCY))
    found = fit(one, train=100, encoding="onehot")
    assert found.costs == one.costs
    found.save(tmp_path / "learned")
    again = type(found).load(tmp_path / "learned", TOY.space)
    for learned in (found, again, found.per_network()):
        np.testing.assert_array_equal(np.isnan(learned.cost("latency", EVERY)), lacks)
        np.testing.assert_array_equal(np.isnan(learned.evaluate(Query(EVERY)).costs[:, 0]), lacks)
        assert np.isfinite(learned.cost("params", EVERY)).all()
    trace = nassim.simulate("random_search", found, runs=3, evaluations=30, constraints={"latency": 100.0})
    missing = lacks[TOY.space.index(trace.archs.reshape(-1, 4))].reshape(3, 30)
    np.testing.assert_array_equal(trace.feasible(), ~missing)
    whole = fit(bench(), train=100, encoding="onehot")
    assert set(whole.models) == {"error", "seconds", "latency", "params"}
