"""GDAS: Gumbel samples, the straight-through gradient, and a falling temperature."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome
from nassim.strategies.gdas import Gdas
from tests.toys import toy_benchmark

BENCHMARK = toy_benchmark((4, 2, 1, 3))
CHOICES = BENCHMARK.space.choices
RUNS = np.arange(5)


def new(runs: Any = RUNS, **options: Any) -> Gdas:
    """Return the strategy on a space of unequal genes."""
    return Gdas(BENCHMARK.space, Streams(0, "gdas", runs), **options)


def gumbel(strategy: Gdas) -> np.ndarray:
    """Return the noise of the first question of a fresh strategy: the draws after those of its alpha."""
    rows, count = np.arange(strategy.streams.runs), strategy.policy.values[0].size
    streams = Streams(0, "gdas", strategy.streams.ids)
    streams.uniform(rows, count)
    return -np.log(-np.log(streams.uniform(rows, count))).reshape(strategy.policy.values.shape)


def straight_through(torch: Any, alpha: Any, noise: Any, temperature: float, run: int) -> Any:
    """Return the error of one run as the published code forms it: hard + soft - soft.detach() times the table."""
    table = torch.tensor(BENCHMARK._tables(None)[0].reshape(CHOICES))
    for gene in reversed(range(len(CHOICES))):
        logits = (alpha[gene, : CHOICES[gene]].log_softmax(0) + noise[run, gene, : CHOICES[gene]]) / temperature
        soft = logits.softmax(0)
        hard = torch.nn.functional.one_hot(soft.argmax(), CHOICES[gene]).to(soft.dtype)
        table = table @ (hard - soft.detach() + soft)
    return table


@pytest.mark.parametrize("temperature", [10.0, 1.0, 0.2])
def test_the_gradient_is_that_of_torch(temperature: float) -> None:
    """The straight-through gradient by alpha equals that of torch on the published expression."""
    torch = pytest.importorskip("torch")
    strategy = new(hottest=temperature, weight_decay=0.0)
    strategy.policy.values[:] = np.random.default_rng(3).normal(size=strategy.policy.values.shape)
    noise, start = torch.tensor(gumbel(strategy)), strategy.policy.values.copy()
    asked = strategy.ask(RUNS)
    strategy.tell(RUNS, asked, BENCHMARK.relax(asked))
    for run in RUNS:
        alpha = torch.tensor(start[run], requires_grad=True)
        error = straight_through(torch, alpha, noise, temperature, run)
        error.backward()
        assert error.item() == pytest.approx(BENCHMARK.relax(asked).error[run])
        np.testing.assert_allclose(strategy.policy.adam.first[run], 0.5 * alpha.grad.numpy(), rtol=1e-9, atol=1e-10)


def test_it_asks_for_single_architectures_drawn_by_alpha() -> None:
    """Every question is a vertex for one epoch; options come as often as the softmax of alpha says."""
    strategy = new(np.arange(20_000))
    strategy.policy.values[:] = [[1.0, 0, -1, 0.5]] * 4
    asked = strategy.ask(np.arange(20_000))
    assert ((asked.probabilities == 0) | (asked.probabilities == 1)).all()
    assert (asked.probabilities.sum(axis=2) == 1).all()
    assert (asked.epochs == 1).all()
    for gene, count in enumerate(CHOICES):
        weights = np.exp(strategy.policy.values[0, gene, :count])
        np.testing.assert_allclose(
            asked.probabilities[:, gene, :count].mean(axis=0), weights / weights.sum(), atol=0.016
        )


def test_the_temperature_falls_from_hottest_to_coldest() -> None:
    """Linearly over the epochs, after which the search ends."""
    strategy = new(epochs=4)
    temperatures = [strategy.ask(RUNS).tag[0, 1, 0, 0] for _ in range(4)]
    assert temperatures == pytest.approx([10, 6.7, 3.4, 0.1])
    assert (nassim.simulate("gdas", BENCHMARK, runs=3, epochs=4).lengths == 4).all()


def test_answers_in_any_order_are_credited_to_their_samples() -> None:
    """Each answer meets the softmax and the temperature that its own architecture was drawn with."""
    asked = [(strategy := new(epochs=3)).ask(RUNS), strategy.ask(RUNS)]
    other = new(epochs=3)
    other.ask(RUNS)
    slope = BENCHMARK.relax(asked[1])
    strategy.tell(RUNS, asked[1], slope)
    other.tell(RUNS, other.ask(RUNS), slope)
    np.testing.assert_array_equal(strategy.policy.values, other.policy.values)


def test_rows_that_have_ended_are_not_missed() -> None:
    """A part of the runs goes on alone, and moves as it does among all."""
    whole, part = new(), new()
    for rows in (RUNS, np.array([1, 4]), np.array([1, 4])):
        for strategy, acting in ((whole, RUNS), (part, rows)):
            asked = strategy.ask(acting)
            strategy.tell(acting, asked, BENCHMARK.relax(asked))
    np.testing.assert_array_equal(part.policy.values[[1, 4]], whole.policy.values[[1, 4]])
    assert isinstance(asked, Mixture)
    assert isinstance(BENCHMARK.relax(asked), RelaxedOutcome)


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_a_run_alone_equals_its_row_bit_for_bit(size: int) -> None:
    """Batches of 1, 2, 7 and 64 runs give the same errors, to the last bit."""
    numbers = np.random.default_rng(0).permutation(64)
    whole = nassim.simulate("gdas", BENCHMARK, runs=64)
    part = nassim.simulate("gdas", BENCHMARK, runs=numbers[:size])
    for field in ("archs", "error", "seconds"):
        np.testing.assert_array_equal(getattr(part, field), getattr(whole, field)[numbers[:size]])
