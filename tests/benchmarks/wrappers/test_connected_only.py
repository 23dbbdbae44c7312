"""Unconnected cells excluded by name: nothing draws, lists, expects or refers to them, and every name says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture

WRAP = [{"name": "connected_only"}]
PLAIN = nassim.load("nb201/cifar10")
BENCH = nassim.load("nb201/cifar10", wrap=WRAP)
SPACE = BENCH.space
EVERY = SPACE.at(np.arange(SPACE.size))
LOST = np.isin(np.arange(SPACE.size), PLAIN.space.index(PLAIN.space.unconnected))
ROWS = np.arange(4000)


def lost(archs: np.ndarray) -> np.ndarray:
    """Return which architectures have no path, by brute force over the four ways through a cell."""
    ways = ((3,), (0, 4), (1, 5), (0, 2, 5))
    return ~np.any([(archs[:, way] != 0).all(axis=1) for way in ways], axis=0)


def test_the_excluded_are_those_without_a_path() -> None:
    """341 of them; what is left is valid."""
    assert LOST.sum() == 341
    np.testing.assert_array_equal(lost(EVERY), LOST)
    np.testing.assert_array_equal(SPACE.valid(EVERY), ~LOST)


def test_nothing_draws_or_lists_them() -> None:
    """Samples, mutants of each kind, children and neighbours; each by the streams of its own run."""
    archs = SPACE.sample(ROWS, Streams(0, "some", ROWS))
    assert not lost(archs).any()
    assert len(np.unique(SPACE.index(archs))) > 3000
    sparse = EVERY[~LOST & ((EVERY != 0).sum(axis=1) <= 2)][:500]
    rows = np.arange(len(sparse))
    for how in SPACE.mutations:
        assert not lost(SPACE.mutate(sparse, rows, Streams(0, how, rows), how)).any()
    assert not lost(SPACE.crossover(sparse, sparse[::-1], rows, Streams(0, "children", rows))).any()
    few = np.array([7, 100, 2000])
    np.testing.assert_array_equal(SPACE.sample(few, Streams(0, "some", ROWS)), archs[few])
    for arch in sparse[::25]:
        wanted = {tuple(row) for row in PLAIN.space.neighbours(arch).tolist() if not lost(np.array([row]))[0]}
        found = SPACE.neighbours(arch)
        assert len(found) == len(wanted) == SPACE.degree(arch[None])[0]
        assert {tuple(row) for row in found.tolist()} == wanted


def test_samples_are_uniform_over_the_rest() -> None:
    """What the whole space draws, without those: no architecture is favoured."""
    rows = np.arange(60_000)
    drawn = SPACE.index(SPACE.sample(rows, Streams(1, "some", rows)))
    counts = np.bincount(drawn, minlength=SPACE.size)[~LOST]
    expected = rows.size / counts.size
    statistic = ((counts - expected) ** 2 / expected).sum()
    assert abs(statistic - counts.size) < 4.5 * np.sqrt(2 * counts.size)


@pytest.mark.parametrize("strategy", ["random_search", "local_search", "nsga2", "mo_local_search", "bananas", "tpe"])
def test_searches_train_none(strategy: str) -> None:
    """But those that choose gene by gene, whose unconnected ones fail; none is handed in."""
    quick: dict[str, Any] = {"bananas": {"layers": 1, "members": 1, "epochs": 3}}.get(strategy, {})
    search: dict[str, Any] = {"runs": 6, "evaluations": 60, "objectives": ["error", "latency"], **quick}
    trace = nassim.simulate(strategy, BENCH, **search)
    gone = lost(trace.archs.reshape(-1, 6)).reshape(6, 60)
    assert np.isnan(trace.error[gone]).all()
    assert not gone.any() or strategy == "tpe"
    assert not gone[np.arange(6), trace.incumbent()[:, -1]].any()


def test_reference_front_and_quantiles_are_of_the_rest() -> None:
    """On CIFAR-10 none is in the front of error and latency, but all have errors above those of the rest."""
    search: dict[str, Any] = {"runs": 1, "evaluations": 2, "objectives": ["error", "latency"]}
    found = nassim.simulate("random_search", BENCH, **search).provenance["reference"]
    whole = nassim.simulate("random_search", PLAIN, **search).provenance["reference"]
    latency, error = PLAIN.cost("latency", EVERY), PLAIN.truth(EVERY)
    assert found["low"] == whole["low"]
    assert found["high"][0] == pytest.approx(error[~LOST].max(), abs=1e-4)
    assert whole["high"][0] == pytest.approx(error.max(), abs=1e-4)
    assert round(error[~LOST].max()) == 68
    assert round(error[LOST].min()) == round(error.max()) == 90
    assert found["front"] == whole["front"]
    limited = nassim.simulate("random_search", BENCH, runs=1, evaluations=2, constraints={"latency": "10 %"})
    assert limited.provenance["limits"] == [f"latency <= {np.quantile(latency[~LOST], 0.1):.6g}"]


@pytest.mark.parametrize("seeded", [False, True])
def test_expectations_count_them_as_the_worst(seeded: bool) -> None:
    """By brute force over all 15,625 cells, and the gradient by finite differences."""
    generator = np.random.default_rng(0)
    probabilities = generator.dirichlet(np.full(5, 0.4), size=(3, 6))
    seeds = generator.integers(0, 2**32, 3, dtype=np.uint32) if seeded else None
    worst = np.nanmax(PLAIN.evaluate(Query(EVERY[~LOST])).error)

    def expected(mixture: np.ndarray) -> np.ndarray:
        total = []
        for run, one in enumerate(mixture):
            words = None if seeds is None else np.full(len(EVERY), seeds[run])
            error = np.where(LOST, worst, PLAIN.evaluate(Query(EVERY), words).error)
            total.append((error * one[np.arange(6), EVERY].prod(axis=1)).sum())
        return np.array(total)

    answer = BENCH.relax(Mixture(probabilities, np.full(3, 200.0)), seeds)
    np.testing.assert_allclose(answer.error, expected(probabilities), rtol=1e-10)
    for gene, option in ((0, 0), (3, 0), (3, 2), (5, 4)):
        step = np.zeros((6, 5))
        step[gene, option] = 1e-3
        slope = (expected(probabilities + step) - expected(probabilities - step)) / 2e-3
        np.testing.assert_allclose(answer.gradient[:, gene, option], slope, rtol=1e-7)


def test_its_name_says_so_everywhere() -> None:
    """In the trace, the card and the digest of its data."""
    trace = nassim.simulate("darts", BENCH, runs=2, epochs=3)
    assert trace.provenance["benchmark"] == "nb201/cifar10[unconnected=excluded]"
    assert trace.provenance["data_sha256"] != PLAIN.card.sha256
    assert BENCH.card.title.endswith("without 341 unconnected architectures")


def test_where_it_does_not_fit_it_is_refused() -> None:
    """A space that knows of none; and around shared weights, within which it belongs."""
    with pytest.raises(SettingError, match="space fcnet knows of no unconnected architecture"):
        nassim.load("fcnet/slice", wrap=WRAP)
    with pytest.raises(SettingError, match="write connected_only before weight_sharing"):
        nassim.load("nb201/cifar10", wrap=[{"name": "weight_sharing"}, *WRAP])
    shared = nassim.load("nb201/cifar10", wrap=[*WRAP, {"name": "weight_sharing"}])
    assert nassim.simulate("darts", shared, runs=2, epochs=3).lengths.tolist() == [3, 3]


def test_limits_may_be_kept_by_drawing_again_too() -> None:
    """A search that rejects what misses a limit, on a space that leaves some out: both hold for all that it trains."""
    bench = nassim.load("nb201/cifar10", wrap=[{"name": "connected_only"}])
    for strategy in ("random_search", "regularized_evolution", "genetic_algorithm"):
        trace = nassim.simulate(
            strategy, bench, runs=4, evaluations=40, constraints={"latency": "10 %"}, handling="reject"
        )
        archs = trace.archs.reshape(-1, trace.archs.shape[2])
        assert bench.space.valid(archs).all()
        assert trace.feasible().all()
