"""The controllers of many runs: LSTMs that write architectures, each learning by policy gradient (see `_lstm`)."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Floats, Reals, Rows, Slice
from nassim.core.genes import narrow
from nassim.core.random_streams import Streams
from nassim.strategies._lstm import LSTM
from nassim.strategies._optimisers import Adam, Where, span

BLOCK = 64  # runs whose networks are worked on together, to stay in cache
CHUNK = 64  # words drawn at once for the first parameters


class Controllers:
    """One network per run, whose parameters start uniform in [-0.1, 0.1], and Adam.

    A run has about 4 hidden (hidden + sum of options) parameters in float32, three times over with Adam's moments.
    """

    def __init__(self, lstm: LSTM, streams: Streams, learning_rate: float) -> None:
        self.lstm, self.streams = lstm, streams
        self.parameters = first_parameters(streams, lstm.size)
        self.adam = Adam(self.parameters, learning_rate)
        self.updates = 0

    def write(self, rows: Rows, count: int) -> Archs:
        """Return `count` architectures that each row's network writes, (m, count, genes)."""
        shape = (rows.size, count, len(self.lstm.choices))
        uniform = self.streams.uniform(rows, shape[1] * shape[2]).reshape(shape)
        written = np.empty(shape, dtype=narrow(max(self.lstm.choices)))
        for mine, block in self._blocks(rows):
            written[mine] = self.lstm.sample(self.parameters[block], uniform[mine])
        return written

    def learn(self, rows: Rows, archs: Archs, advantage: Floats, entropy: float) -> None:
        """Take one step up the policy gradient of architectures (m, count, genes) with their advantage (m, count)."""
        self.updates += 1
        for mine, block in self._blocks(rows):
            gradient = self.lstm.gradient(self.parameters[block], archs[mine], advantage[mine], entropy)
            self.adam.step(block, self.parameters, gradient, self.updates)

    def _blocks(self, rows: Rows) -> list[tuple[Slice, Where]]:
        """Return the positions in `rows` and the rows of each block; all rows are slices."""
        where = span(rows, self.streams.runs)
        parts = [slice(at, at + BLOCK) for at in range(0, rows.size, BLOCK)]
        return [(part, part if isinstance(where, slice) else where[part]) for part in parts]


def first_parameters(streams: Streams, size: int) -> Reals:
    """Return parameters (runs, size) in float32, uniform in [-0.1, 0.1]."""
    rows, parameters = np.arange(streams.runs), np.empty((streams.runs, size), dtype=np.float32)
    for start in range(0, size, CHUNK):
        part = parameters[:, start : start + CHUNK]
        part[:] = 0.2 * streams.uniform(rows, part.shape[1]) - 0.1
    return parameters
