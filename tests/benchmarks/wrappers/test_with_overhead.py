"""WithOverhead: every evaluation takes a cost in seconds besides its training."""

from __future__ import annotations

from copy import copy

import numpy as np
import pytest

import nassim
from nassim.benchmarks.monte_carlo import draw
from nassim.benchmarks.wrappers.with_overhead import WithOverhead
from nassim.core.benchmark import Query
from nassim.core.errors import NassimError, SettingError
from nassim.core.relaxation import Mixture
from tests.benchmarks.test_networks import table as networks
from tests.toys import toy_benchmark

TABLE = nassim.load("nb201/cifar10")
LATENCY = WithOverhead(TABLE, cost="latency")
TRAINING_SEED = np.array([7], dtype=np.uint32)
ARCHS = TABLE.space.at(np.arange(0, 15_625, 700))


def test_overhead_is_a_part_of_every_evaluation() -> None:
    """Also of one that is resumed, of a mixture, and of isomorphic cells; nothing else changes but the digest."""
    query = Query(ARCHS, np.full(len(ARCHS), 200), np.full(len(ARCHS), 200))
    latency = TABLE.cost("latency", ARCHS)
    assert np.allclose(LATENCY.evaluate(query).seconds, latency, rtol=1e-12)
    assert np.array_equal(LATENCY.evaluate(query).error, TABLE.evaluate(query).error)
    corner = Mixture(np.eye(5)[ARCHS.astype(int)], np.full(len(ARCHS), 100.0))
    assert np.allclose(LATENCY.relax(corner).seconds, TABLE.relax(corner).seconds + latency, rtol=1e-9)
    alike = LATENCY.per_network().evaluate(query).seconds
    assert np.allclose(alike, TABLE.per_network().cost("latency", ARCHS), rtol=1e-12)
    assert LATENCY.card.sha256 != TABLE.card.sha256
    assert LATENCY.longest > TABLE.longest
    assert np.array_equal(TABLE.evaluate(query).seconds, np.zeros(len(ARCHS)))


@pytest.mark.parametrize("mean", [False, True])
def test_overhead_is_a_part_of_what_answers_rest_on(mean: bool) -> None:
    """Each training has been evaluated once; isomorphic cells that share their trainings count once."""
    every = TABLE.space.at(np.arange(TABLE.space.size))
    for bench, plain in ((LATENCY, TABLE), (LATENCY.per_network(), TABLE.per_network())):
        told, before = bench.training_set(mean=mean), plain.training_set(mean=mean)
        first = np.unique(before.which, return_index=True)[1]
        expected = before.seconds + TABLE.cost("latency", every[first]) * before.times
        np.testing.assert_allclose(told.seconds, expected, rtol=1e-12)
        assert np.array_equal(told.which, before.which)


def test_a_table_of_networks_pays_what_it_estimates() -> None:
    """Of a space too large to list: the mean over the very architectures that its answer is an estimate from."""
    bench = networks()
    paid, nothing = WithOverhead(bench, cost="params"), np.zeros((3, 26), dtype=np.int8)
    mixture = Mixture(np.where(bench.space.option_mask, 0.5, 0.0)[None], np.ones(1))
    drawn = draw(mixture.probabilities, TRAINING_SEED)[0]
    expected = bench.relax(mixture, TRAINING_SEED).seconds + np.nan_to_num(bench.cost("params", drawn)).mean()
    assert paid.relax(mixture, TRAINING_SEED).seconds == pytest.approx(expected)
    assert np.array_equal(paid.evaluate(Query(nothing)).seconds, bench.evaluate(Query(nothing)).seconds)
    more = paid.training_set(mean=False).seconds - bench.training_set(mean=False).seconds
    np.testing.assert_allclose(more, bench.cost("params", bench.everything()), rtol=1e-9)


def test_what_is_learned_from_unknown_trainings_has_an_unknown_overhead() -> None:
    """A surrogate says how many trainings it was learned from, but not which."""
    learned = nassim.fit(toy_benchmark((4, 5, 4)), train=40)
    paid = WithOverhead(learned, cost="params")
    assert np.isnan(paid.training_set(mean=False).seconds).all()
    assert np.isfinite(paid.evaluate(Query(learned.space.at([0]))).seconds).all()


def test_a_copy_and_what_wraps_it_stay_apart() -> None:
    """A copy of a wrapper holds a copy of what it wraps."""
    assert copy(LATENCY).benchmark is not LATENCY.benchmark
    assert LATENCY.kinds == (WithOverhead, type(TABLE))


def test_what_cannot_be_charged_is_refused() -> None:
    """A cost that some architectures lack, or that there is not."""
    bench = toy_benchmark((2, 3))
    bench._costs[1, 0] = np.nan
    with pytest.raises(SettingError, match="is not known of every architecture"):
        WithOverhead(bench, cost=bench.costs[0])
    with pytest.raises(NassimError, match="unknown cost of nb201/cifar10 'latenzy'; did you mean 'latency'"):
        WithOverhead(TABLE, cost="latenzy")
