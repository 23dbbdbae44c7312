"""Ensembles of small feedforward networks of many runs at once, trained by Adam on the mean absolute error.

All weights of a network lie in one row of a flat array, so that one step of Adam is few operations. Runs are trained
in blocks that fit into a processor's cache; every network's matrices are multiplied by themselves, so neither blocks
nor neighbours change a bit.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nassim.core.arrays import Floats, Reals, Rows, Singles, Slice
from nassim.core.random_streams import Streams
from nassim.strategies._optimisers import Adam

BLOCK = 16  # runs trained together
BATCH = 32  # architectures per step
Layers = list[tuple[Singles, Singles]]  # weights (m, members, inputs, outputs) and biases (m, members, 1, outputs)


class Networks:
    """`members` networks per run, of `layers` layers of `width` rectified units and a linear output."""

    def __init__(self, runs: int, inputs: int, *, members: int, layers: int, width: int) -> None:
        sizes = [inputs, *[width] * layers, 1]
        self.shapes = [shape for size, outputs in pairwise(sizes) for shape in ((size, outputs), (1, outputs))]
        self.ends = np.cumsum([rows * columns for rows, columns in self.shapes]).tolist()
        self.members = members
        self.flat = np.zeros((runs, members, self.ends[-1]), dtype=np.float32)

    def start(self, rows: Rows, streams: Streams) -> None:
        """Draw fresh weights, uniform within +- sqrt(6 / (inputs + outputs)) (Glorot and Bengio, 2010); no bias."""
        spread = np.concatenate([np.full(a * b, 0.0 if a == 1 else np.sqrt(6 / (a + b))) for a, b in self.shapes])
        for block in _blocks(rows.size):
            uniform = streams.uniform(rows[block], self.members * spread.size)
            drawn = (2 * uniform.reshape(-1, self.members, spread.size) - 1) * spread
            self.flat[rows[block]] = drawn.astype(np.float32)

    def train(
        self, rows: Rows, features: Floats, target: Floats, streams: Streams, *, epochs: int, rate: float
    ) -> None:
        """Go `epochs` times through features (m, n, inputs) and targets (m, n), in batches of 32 of a random order."""
        order = np.argsort(streams.uniform(rows, target.shape[1]), axis=1, kind="stable")
        for block in _blocks(rows.size):
            x = np.take_along_axis(features[block], order[block][:, :, None], axis=1).astype(np.float32)
            y = np.take_along_axis(target[block], order[block], axis=1).astype(np.float32)
            flat = self.flat[rows[block]]
            _descend(flat, self._layers(flat), x[:, None], y[:, None, :, None], epochs, rate)
            self.flat[rows[block]] = flat

    def predict(self, rows: Rows, features: Floats) -> Floats:
        """Return what each member says of features (m, k, inputs), shape (m, members, k)."""
        found = [
            _forward(self._layers(self.flat[rows[block]]), features[block].astype(np.float32)[:, None])[-1][..., 0]
            for block in _blocks(rows.size)
        ]
        return np.concatenate(found).astype(np.float64)

    def _layers(self, flat: Singles) -> Layers:
        """Return the weights in `flat` (m, members, size), as views."""
        places = zip([0, *self.ends], self.ends, self.shapes, strict=False)
        parts = [flat[:, :, start:end].reshape(*flat.shape[:2], *shape) for start, end, shape in places]
        return list(zip(parts[::2], parts[1::2], strict=True))


def _descend(flat: Singles, layers: Layers, x: Singles, y: Singles, epochs: int, rate: float) -> None:
    """Change `flat`, whose views `layers` are, by Adam."""
    adam, slope, number = Adam(flat, rate), np.empty_like(flat), 0
    starts = range(0, x.shape[2], BATCH)
    for _ in range(epochs):
        for start in starts:
            some = slice(start, start + BATCH)
            _gradient(layers, x[:, :, some], y[:, :, some], slope)
            number += 1
            adam.step(slice(None), flat, slope, number)


def _gradient(layers: Layers, x: Singles, y: Singles, slope: Singles) -> None:
    """Write the slope of mean |output - y| by all weights into `slope`, in the order of the flat array."""
    states = _forward(layers, x)
    by_state = np.sign(states[-1] - y) / np.float32(y.shape[2])
    end = slope.shape[2]
    for (weights, _), state, after in zip(reversed(layers), reversed(states[:-1]), _then_none(states), strict=True):
        if after is not None:
            by_state *= after > 0
        parts: tuple[Reals, ...] = (by_state.sum(axis=2), state.swapaxes(2, 3) @ by_state)
        for part in parts:
            flat = part.reshape(*slope.shape[:2], -1)
            slope[:, :, end - flat.shape[2] : end] = flat
            end -= flat.shape[2]
        if end:
            by_state = by_state @ weights.swapaxes(2, 3)


def _forward(layers: Layers, x: Singles) -> list[Singles]:
    """Return the input and what comes out of every layer."""
    states = [x]
    for number, (weights, biases) in enumerate(layers, start=1):
        out = states[-1] @ weights
        out += biases
        states.append(np.maximum(out, 0, out=out) if number < len(layers) else out)
    return states


def _then_none(states: list[Singles]) -> list[Singles | None]:
    """Return the rectified states behind each layer, from the last layer to the first; the last is linear."""
    return [None, *reversed(states[1:-1])]


def _blocks(count: int) -> list[Slice]:
    return [slice(start, start + BLOCK) for start in range(0, count, BLOCK)]
