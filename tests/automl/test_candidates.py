"""Candidates: one of each network, none without a path, and strata that hold equally many."""

from __future__ import annotations

import numpy as np
import pytest

from nassim.automl.candidates import Candidates, stratified
from nassim.automl.latency import latency_model
from nassim.automl.limits import Limits
from nassim.core.errors import SettingError
from nassim.training.counting import parameters
from tests.automl.conftest import SKELETON


def test_each_living_network_is_there_once(candidates: Candidates) -> None:
    """The authors count 6,466 networks, of which five have no path; every architecture finds its own, or none."""
    space = candidates.space
    assert len(candidates) == 6461 == np.unique(candidates.networks).size
    everything = space.at(np.arange(space.size))
    found = candidates.place >= 0
    np.testing.assert_array_equal(candidates.networks[candidates.place[found]], space.canonical(everything)[found])
    np.testing.assert_array_equal(np.sort(space.index(everything[~found])), np.sort(space.index(space.unconnected)))


def test_costs_are_those_of_the_networks(candidates: Candidates) -> None:
    """As counted by the backend."""
    np.testing.assert_array_equal(candidates.costs["params"], parameters(candidates.archs, SKELETON))


def test_strata_hold_equally_many() -> None:
    """Of a hundred values ten strata give one of each ten; what is not allowed is not among them."""
    values, among = np.arange(100.0)[::-1].copy(), np.arange(100) % 2 == 0
    chosen = stratified(values, among, 10)
    assert sorted(values[chosen] // 10) == list(range(10))
    assert among[chosen].all()
    assert stratified(values, np.arange(100) < 3, 10).size == 3


def test_an_additive_latency_is_learned(candidates: Candidates) -> None:
    """From 64 of 6,461 networks; of noise, a margin is learned that most stay below."""
    weights = np.linspace(1, 3, 30)
    true = candidates.space.encode(candidates.archs, "onehot") @ weights
    timed = stratified(candidates.costs["flops"], np.ones(len(candidates), dtype=np.bool_), 64)
    model = latency_model(candidates, timed, true[timed])
    assert np.corrcoef(model.seconds, true)[0, 1] > 0.99
    assert model.margin < 0.05
    noisy = true[timed] * np.exp(0.1 * np.random.default_rng(0).normal(size=64))
    model = latency_model(candidates, timed, noisy)
    assert np.mean(true <= model.seconds * (1 + model.margin)) > 0.95


def test_limits_leave_what_keeps_them(candidates: Candidates) -> None:
    """A number, a quantile and both sides; what nothing keeps is refused, and the nearest network is named."""
    params = candidates.costs["params"]
    kept = Limits.of({"params": "20 K"}, candidates, "data", 0.0).keeping(candidates)
    np.testing.assert_array_equal(kept, params <= 20_000)
    both = Limits.of({"params": [">= 10 K", "<= 20 K"]}, candidates, "data", 0.0).keeping(candidates)
    np.testing.assert_array_equal(both, (params >= 10_000) & (params <= 20_000))
    with pytest.raises(SettingError, match=r"no network keeps params <= 10; nearest is .*, violated by"):
        Limits.of({"params": 10.0}, candidates, "data", 0.0)


def test_a_margin_narrows_what_was_predicted_alone(candidates: Candidates) -> None:
    """Latencies may be higher than predicted; what is counted is sure."""
    timed = candidates.with_costs({"latency": candidates.costs["flops"] / 1e9})
    bound = float(np.median(timed.costs["latency"]))
    narrow = Limits.of({"latency": bound}, timed, "data", 0.25)
    np.testing.assert_array_equal(narrow.keeping(timed), timed.costs["latency"] * 1.25 <= bound)
    assert narrow.judged({"latency": bound})[0]["kept"]
