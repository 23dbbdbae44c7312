"""Recurrent controller: an LSTM that writes architectures (Zoph and Le, ICLR 2017, arXiv:1611.01578).

The papers: "Neural Architecture Search with Reinforcement Learning"; and, for the form of the controller, ENAS: Pham
et al., "Efficient Neural Architecture Search via Parameter Sharing", ICML 2018, arXiv:1802.03268. ENAS' other half,
weights shared among all networks, is in `enas`: here every architecture is trained by itself.
"""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, Fraction, NonNegative, Positive
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._controller import Controllers
from nassim.strategies._lstm import LSTM
from nassim.strategies._optimisers import span
from nassim.strategies._policy import Baseline


class RecurrentController(Strategy[Query, Outcome]):
    """Emit the genes one after another, each knowing those before it; learn by policy gradient (see `_lstm`).

    Every `batch` answers, Adam steps along the mean gradient of (R - b) log p(arch) + `entropy` * H(p), with reward
    R = -error and an exponential moving average b. With several workers, the last answers may be to questions of an
    earlier policy: their gradient is taken at the present one.

    Defaults: batch 10, tanh constant 2.5 (paper) and start in [-0.1, 0.1] are those of ENAS, whose code uses 10
    or 20 children per update (Zoph and Le: 8 per replica); entropy 1e-4 per unit of accuracy is 0.01 in percent;
    hidden 32 is the controller with which NAS-Bench-201 ran ENAS (two layers, temperature 5; Zoph and Le: two
    layers of 35; ENAS: 64 in code, 100 in the paper); here it is one layer at temperature 1. Momentum 0.9 is the
    baseline of `reinforce` (ENAS: 0.99). The learning rate is higher than the published 0.0006 (Zoph and Le), 0.001
    (NAS-Bench-201) and 0.0035 (ENAS' code), which are for thousands of updates, where 300 evaluations make 30.

    A run has about 4 hidden (hidden + sum of options) parameters in float32, three times over with Adam's moments:
    at the defaults, 0.1 MB in NAS-Bench-201.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        learning_rate: Positive = 0.01,
        batch: Count = 10,
        hidden: Count = 32,
        momentum: Fraction = 0.9,
        entropy: NonNegative = 0.01,
        temperature: Positive = 1.0,
        tanh_constant: NonNegative = 2.5,
    ) -> None:
        super().__init__(space, streams)
        lstm = LSTM(space.choices, hidden, temperature, tanh_constant)
        self.controllers = Controllers(lstm, streams, learning_rate)
        self.baseline = Baseline(streams.runs, momentum)
        self.batch, self.entropy = batch, entropy
        shape = (streams.runs, batch, len(space.choices))
        self.drawn, self.archs = np.zeros(shape, dtype=space.dtype), np.zeros(shape, dtype=space.dtype)
        self.advantage = np.zeros(shape[:2])
        self.asked = self.told = 0

    def ask(self, rows: Rows) -> Query:
        """Return what each row's network wrote; it writes `batch` architectures at a time."""
        number = self.asked % self.batch
        if number == 0:
            self.drawn[span(rows, self.streams.runs)] = self.controllers.write(rows, self.batch)
        self.asked += 1
        return Query(self.drawn[span(rows, self.streams.runs), number].copy())

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Keep the answer; learn from every `batch` of them."""
        where, number = span(rows, self.streams.runs), self.told % self.batch
        self.archs[where, number] = asked.archs
        self.advantage[where, number] = self.baseline.advantage(where, answer.error)
        self.told += 1
        if self.told % self.batch == 0:
            self.controllers.learn(rows, self.archs[where], self.advantage[where], self.entropy)
