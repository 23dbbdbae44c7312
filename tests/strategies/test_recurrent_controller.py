"""The recurrent controller: drawing in batches, crediting answers, learning what depends on what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Outcome
from nassim.core.random_streams import Streams
from nassim.strategies._controller import first_parameters
from nassim.strategies.recurrent_controller import RecurrentController
from tests.toys import toy_benchmark, toy_space

CHOICES = (4, 2, 1, 3)
RUNS = np.arange(3)


def new(**options: Any) -> RecurrentController:
    """Return a small controller for three runs."""
    streams = Streams(0, "recurrent_controller", RUNS)
    return RecurrentController(toy_space(CHOICES), streams, **{"batch": 4, "hidden": 3} | options)


def outcome(error: Any) -> Outcome:
    """Return an answer of these errors."""
    return Outcome(np.asarray(error, dtype=np.float64), np.zeros(len(error)), np.zeros((len(error), 0)))


def test_the_first_parameters_are_uniform() -> None:
    """Each run has its own, between -0.1 and 0.1, one word of its stream each."""
    parameters = first_parameters(Streams(0, "a", np.arange(50)), 1000)
    assert parameters.dtype == np.float32
    assert np.abs(parameters).max() <= 0.1
    assert parameters.std() == pytest.approx(0.1 / np.sqrt(3), rel=0.01)
    assert np.unique(parameters[:, :3]).size == 150
    np.testing.assert_array_equal(first_parameters(Streams(0, "a", [7]), 1000)[0], parameters[7])


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2]])
def test_answers_in_any_order_are_credited_to_their_architectures(order: list[int]) -> None:
    """The update is the gradient for exactly the architectures told, with the advantages of their answers."""
    strategy, errors = new(), np.random.default_rng(0).uniform(10, 60, (4, RUNS.size))
    before, asked = strategy.controllers.parameters.copy(), [strategy.ask(RUNS) for _ in range(4)]
    average, told = np.zeros((2, RUNS.size)), []
    for number in order:
        strategy.tell(RUNS, asked[number], outcome(errors[number]))
        average = 0.9 * average + 0.1 * np.stack([-errors[number], np.ones(RUNS.size)])
        told.append(-errors[number] - average[0] / average[1])
    archs = np.stack([asked[number].archs for number in order], axis=1)
    gradient = strategy.controllers.lstm.gradient(before, archs, np.stack(told, axis=1), strategy.entropy)
    np.testing.assert_allclose(strategy.controllers.adam.first, 0.1 * gradient, rtol=1e-4, atol=1e-7)
    moved = strategy.controllers.parameters - before
    clear = np.abs(gradient) > 1e-3
    np.testing.assert_array_equal(np.sign(moved[clear]), -np.sign(gradient[clear]))


def test_one_batch_is_one_policy() -> None:
    """Architectures are drawn a batch at a time, and the network changes only when a batch has been answered."""
    strategy, before = new(), new().controllers.parameters
    for number in range(8):
        asked = strategy.ask(RUNS)
        assert np.array_equal(strategy.controllers.parameters, before) == (number < 4)
        strategy.tell(RUNS, asked, outcome(np.arange(3.0) + number))


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_a_run_alone_equals_its_row_bit_for_bit(size: int) -> None:
    """Batches of 1, 2, 7 and 64 runs give the same architectures, although runs are worked on in blocks."""
    benchmark, numbers = toy_benchmark((5,) * 6), np.random.default_rng(0).permutation(100)
    whole = nassim.simulate("recurrent_controller", benchmark, runs=100, evaluations=60)
    part = nassim.simulate("recurrent_controller", benchmark, runs=numbers[:size], evaluations=60)
    np.testing.assert_array_equal(part.archs, whole.archs[numbers[:size]])


def test_it_learns_what_depends_on_what() -> None:
    """Rewarded when two genes agree, which no independent policy can express, it soon draws only such pairs."""
    strategy = RecurrentController(
        toy_space((3, 3)), Streams(0, "recurrent_controller", np.arange(20)), learning_rate=0.03, entropy=0.1
    )
    rows, agreed = np.arange(20), []
    for _ in range(600):
        asked = strategy.ask(rows)
        agreed.append(asked.archs[:, 0] == asked.archs[:, 1])
        strategy.tell(rows, asked, outcome(np.where(agreed[-1], 0.0, 1.0)))
    assert np.mean(agreed[:50]) < 0.5
    assert np.mean(agreed[-50:]) > 0.9
    last = np.array([strategy.ask(rows).archs[:, 0] for _ in range(30)])
    assert np.mean([np.unique(column).size > 1 for column in last.T]) > 0.5
