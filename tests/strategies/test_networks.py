"""Ensembles of networks follow the slope of their error, learn, and keep runs apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from nassim.core.random_streams import Streams
from nassim.strategies._networks import Networks, _gradient

ROWS = np.arange(18)  # more than one block


@pytest.fixture
def data() -> tuple[Any, Any]:
    """Return features (18, 40, 6) and targets (18, 40) that depend on them."""
    features = np.random.default_rng(0).normal(size=(18, 40, 6))
    return features, np.abs(features[:, :, 0]) + features[:, :, 1]


def made(rows: Any = ROWS, layers: int = 3) -> tuple[Networks, Streams]:
    """Return fresh networks of these runs."""
    streams = Streams(0, "test", rows)
    networks = Networks(len(rows), 6, members=2, layers=layers, width=8)
    networks.start(np.arange(len(rows)), streams)
    return networks, streams


@pytest.mark.parametrize("layers", [1, 3])
def test_the_slope_is_that_of_torch(data: Any, layers: int) -> None:
    """Every derivative of the mean absolute error is the one that torch finds."""
    networks, _ = made(layers=layers)
    x, y = (part[:2].astype(np.float32) for part in data)
    slope = np.zeros_like(networks.flat[:2])
    _gradient(networks._layers(networks.flat[:2]), x[:, None], y[:, None, :, None], slope)
    for run, member in np.ndindex(2, 2):
        flat = torch.tensor(networks.flat[run, member], requires_grad=True)
        parts = zip([0, *networks.ends], networks.ends, networks.shapes, strict=False)
        tensors = [flat[start:end].reshape(shape) for start, end, shape in parts]
        state = torch.tensor(x[run])
        for number in range(0, len(tensors), 2):
            state = state @ tensors[number] + tensors[number + 1]
            state = torch.relu(state) if number < len(tensors) - 2 else state
        (state[:, 0] - torch.tensor(y[run])).abs().mean().backward()
        np.testing.assert_allclose(slope[run, member], flat.grad, atol=1e-6)


def test_they_learn(data: Any) -> None:
    """After training, every member of every run explains most of what it has seen."""
    networks, streams = made()
    networks.train(ROWS, *data, streams, epochs=150, rate=0.01)
    left = np.abs(networks.predict(ROWS, data[0]) - data[1][:, None]).mean(axis=2)
    assert left.max() < 0.3 * np.abs(data[1] - data[1].mean()).mean()


def test_members_differ_and_runs_do_not_mix(data: Any) -> None:
    """A run's networks alone are those of its row, bit for bit; two members are not alike."""
    networks, streams = made()
    networks.train(ROWS, *data, streams, epochs=3, rate=0.01)
    said = networks.predict(ROWS, data[0])
    assert not np.array_equal(said[:, 0], said[:, 1])
    alone, streams = made(ROWS[17:])
    alone.train(ROWS[:1], data[0][17:], data[1][17:], streams, epochs=3, rate=0.01)
    np.testing.assert_array_equal(alone.predict(ROWS[:1], data[0][17:])[0], said[17])


def test_some_rows_may_be_trained_alone(data: Any) -> None:
    """The networks of rows that are left out stay as they were."""
    networks, streams = made()
    before, some = networks.flat.copy(), np.array([2, 5])
    networks.train(some, data[0][some], data[1][some], streams, epochs=1, rate=0.01)
    changed = (networks.flat != before).any(axis=(1, 2))
    assert np.flatnonzero(changed).tolist() == some.tolist()
