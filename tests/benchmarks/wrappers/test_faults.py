"""Faults: failures, lost workers and stragglers at the rates named, as a pure function."""

from __future__ import annotations

import numpy as np
import pytest

import nassim
from nassim.benchmarks.wrappers.faults import Faults
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from tests.toys import toy_benchmark

BENCH = toy_benchmark((4, 4, 4, 4, 4))
ROWS = np.arange(20_000)
ARCHS = BENCH.space.sample(ROWS, Streams(0, "trouble", ROWS))
TRAINING_SEEDS = Streams(0, "luck", ROWS).random_words(ROWS, 1)[:, 0].copy()
PLAIN = BENCH.evaluate(Query(ARCHS), TRAINING_SEEDS)


def test_without_rates_nothing_changes():
    """Rates of zero leave every answer as it was."""
    for field, before in zip(Faults(BENCH).evaluate(Query(ARCHS), TRAINING_SEEDS), PLAIN, strict=True):
        np.testing.assert_array_equal(field, before)


@pytest.mark.parametrize("training_seed", [TRAINING_SEEDS, None])
@pytest.mark.parametrize("epochs", [None, np.full(ROWS.size, 3)])
def test_failures_have_their_rate_and_cost_their_seconds(training_seed, epochs):
    """A tenth of the trainings fail, of the luck's or of the architectures' choosing; all take as long as before."""
    query = Query(ARCHS, epochs)
    outcome = Faults(BENCH, failed=0.1).evaluate(query, training_seed)
    assert abs(np.isnan(outcome.error).mean() - 0.1) < (0.01 if training_seed is not None else 0.05)
    np.testing.assert_array_equal(outcome.seconds, BENCH.evaluate(query, training_seed).seconds)


def test_lost_workers_stop_at_some_moment():
    """A lost worker has worked for a part of the training, uniformly drawn; then it takes time to replace it."""
    outcome = Faults(BENCH, lost=0.2, replacement=100.0).evaluate(Query(ARCHS), TRAINING_SEEDS)
    lost = np.isnan(outcome.error)
    assert abs(lost.mean() - 0.2) < 0.01
    np.testing.assert_array_equal(outcome.seconds[~lost], PLAIN.seconds[~lost])
    moments = (outcome.seconds - 100.0)[lost] / PLAIN.seconds[lost]
    assert abs(moments.mean() - 0.5) < 0.02
    assert 0 < moments.min() < 0.01
    assert 0.99 < moments.max() < 1


def test_stragglers_take_longer():
    """A quarter of the trainings take four times as long, and give the same result."""
    outcome = Faults(BENCH, delayed=0.25, slowdown=4.0).evaluate(Query(ARCHS), TRAINING_SEEDS)
    slow = outcome.seconds != PLAIN.seconds
    assert abs(slow.mean() - 0.25) < 0.01
    np.testing.assert_array_equal(outcome.seconds[slow], 4 * PLAIN.seconds[slow])
    np.testing.assert_array_equal(outcome.error, PLAIN.error)


def test_an_answer_depends_on_its_own_row_alone():
    """Any part of a query is answered alike, and kinds of trouble are drawn independently."""
    bench = Faults(BENCH, failed=0.3, lost=0.3, delayed=0.3)
    whole, part = bench.evaluate(Query(ARCHS), TRAINING_SEEDS), ROWS[7::1000]
    for field, alone in zip(whole[:3], bench.evaluate(Query(ARCHS[part]), TRAINING_SEEDS[part])[:3], strict=True):
        np.testing.assert_array_equal(field[part], alone)
    assert abs(np.isnan(whole.error).mean() - 0.51) < 0.02


def test_isomorphic_architectures_share_their_trouble_where_they_share_their_training():
    """Under identity = isomorphism the networks fail, under identity = string the architectures."""
    bench = Faults(nassim.load("nb201/cifar10"), failed=0.3)
    space = bench.space
    archs = space.at(np.arange(space.size))
    networks = space.canonical(archs)
    for which, shared in ((bench.per_network(), True), (bench, False)):
        failed = np.isnan(which.evaluate(Query(archs), np.full(space.size, 5, dtype=np.uint32)).error)
        assert (failed == failed[networks]).all() == shared


def test_what_is_known_without_training_is_known_in_trouble_too():
    """Costs need no training, and so meet no trouble."""
    np.testing.assert_array_equal(Faults(BENCH, failed=1.0).cost("params", ARCHS), BENCH.cost("params", ARCHS))


@pytest.mark.parametrize("workers", [1, 16])
def test_a_search_in_trouble_goes_on_to_its_end(workers):
    """Failures take their place in the budget and are no incumbents; the report split is as ever."""
    bench = Faults(BENCH, failed=0.1, lost=0.1, delayed=0.1, replacement=5.0)
    trace = nassim.simulate("regularized_evolution", bench, runs=20, evaluations=100, workers=workers)
    assert (trace.lengths == 100).all()
    assert 0.1 < np.isnan(trace.error).mean() < 0.3
    assert np.isfinite(np.take_along_axis(trace.error, trace.incumbent()[:, -1:], axis=1)).all()
    np.testing.assert_array_equal(trace.truth[0], BENCH.truth(trace.archs[0]))
    assert trace.provenance["benchmark"] == f"{BENCH.name}[failed=0.1,lost=0.1,delayed=0.1,replacement=5,slowdown=4]"


@pytest.mark.parametrize("rates", [{"failed": 1.5}, {"lost": -0.1}, {"slowdown": 0.5}, {"replacement": "5"}])
def test_wrong_rates_are_named(rates):
    """What is out of range is refused in one line."""
    with pytest.raises(SettingError, match=f"faults: '{next(iter(rates))}' must be"):
        Faults(BENCH, **rates)
