"""DARTS: gradient descent on the exact expected error of a relaxed architecture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Query
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture
from nassim.strategies._policy import softmax, through_softmax
from nassim.strategies.darts import Darts
from tests.toys import toy_benchmark

BENCHMARK = toy_benchmark((4, 2, 1, 3, 5))
RUNS = np.arange(6)
TRAINING_SEEDS = Streams(0, "luck", RUNS).random_words(RUNS, 1)[:, 0].copy()


def new(**options: Any) -> Darts:
    """Return the strategy for six runs."""
    return Darts(BENCHMARK.space, Streams(0, "darts", RUNS), **options)


def test_the_slope_by_alpha_equals_finite_differences() -> None:
    """The chain rule from alpha over the softmax to the exact expectation is right to 1e-6."""
    option_mask = BENCHMARK.space.option_mask
    alpha, cost = np.random.default_rng(0).normal(size=(RUNS.size, *option_mask.shape)), np.ones(RUNS.size)
    probabilities = softmax(alpha, option_mask)
    slope = through_softmax(probabilities, BENCHMARK.relax(Mixture(probabilities, cost), TRAINING_SEEDS).gradient)
    for place in np.ndindex(*option_mask.shape):
        nudge = np.zeros(option_mask.shape)
        nudge[place] = 1e-5
        ahead, back = (
            BENCHMARK.relax(Mixture(softmax(alpha + sign * nudge, option_mask), cost), TRAINING_SEEDS).error
            for sign in (1, -1)
        )
        np.testing.assert_allclose(slope[(slice(None), *place)], (ahead - back) / 2e-5, atol=1e-6)


def test_a_decided_alpha_is_an_architecture() -> None:
    """When alpha leaves no doubt, what it asks is the vertex of what it hands in, with that training's error."""
    strategy = new()
    strategy.policy.values = 1e4 * np.random.default_rng(1).normal(size=strategy.policy.values.shape)
    asked, archs = strategy.ask(RUNS), strategy.derive_architecture(RUNS)
    np.testing.assert_array_equal(asked.probabilities, archs[:, :, None] == np.arange(BENCHMARK.space.widest))
    error = BENCHMARK.relax(asked, TRAINING_SEEDS).error
    np.testing.assert_allclose(error, BENCHMARK.evaluate(Query(archs), TRAINING_SEEDS).error, rtol=1e-12)


def test_a_search_takes_so_many_epochs_and_pays_for_every_option() -> None:
    """It ends by itself after its epochs; each costs as many epochs of an average network as genes have options."""
    trace = nassim.simulate("darts", BENCHMARK, runs=5, epochs=7, signal="mean")
    assert (trace.lengths == 7).all()
    assert new().ask(RUNS).epochs.tolist() == [3.0] * 6
    uniform = np.where(BENCHMARK.space.option_mask, 1 / np.array(BENCHMARK.space.choices)[:, None], 0)[None]
    seconds = BENCHMARK.relax(Mixture(uniform, np.ones(1))).seconds * 3
    np.testing.assert_allclose(trace.seconds[:, 0], np.repeat(seconds, 5), rtol=0.01)


def test_it_goes_down_to_a_local_optimum() -> None:
    """The expected error falls to nearly that of the architecture found, and no neighbour of that is much better."""
    trace = nassim.simulate("darts", BENCHMARK, runs=6, epochs=200, weight_decay=0.0)
    assert (trace.error[:, -1] < trace.error[:, 0]).all()
    for run in range(6):
        found = trace.archs[run, -1]
        around = BENCHMARK.space.neighbours(found)
        error = BENCHMARK.evaluate(Query(around), np.full(len(around), TRAINING_SEEDS[run])).error
        assert trace.error[run, -1] < error.min() + 1


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_a_run_alone_equals_its_row_bit_for_bit(size: int) -> None:
    """Batches of 1, 2, 7 and 64 runs give the same errors, to the last bit."""
    numbers = np.random.default_rng(0).permutation(64)
    whole = nassim.simulate("darts", BENCHMARK, runs=64)
    part = nassim.simulate("darts", BENCHMARK, runs=numbers[:size])
    for field in ("archs", "error", "seconds"):
        np.testing.assert_array_equal(getattr(part, field), getattr(whole, field)[numbers[:size]])
