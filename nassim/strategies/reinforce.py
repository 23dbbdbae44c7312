"""REINFORCE: policy gradient on independent choices (Williams, Machine Learning 8, 1992).

The papers: "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning"; as a search
strategy with one softmax per edge: NAS-Bench-201 (Dong and Yang, ICLR 2020, arXiv:2001.00326).
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from nassim.core.arrays import Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.core.settings import Fraction, NonNegative, Positive
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._optimisers import optimiser, span
from nassim.strategies._policy import Baseline, draw, entropy_slope, normal, one_hot, softmax


class Reinforce(Strategy[Query, Outcome]):
    """Draw each gene from its own softmax; raise the odds of what did better than usual.

    Williams' update is rate (R - b) d log p(arch) / d logits, for reward R = -error, baseline b and the probabilities
    p of the options. So the loss is -(R - b) log p(arch), and its slope by the logits (R - b) (p - one-hot(arch));
    `entropy` times the slope of the entropy of p is subtracted.

    The defaults are those of NATS-Bench (TPAMI 2021, arXiv:2009.00437): Adam at 0.01, baseline momentum 0.9, no
    entropy, logits that start at 1e-3 times a normal number. NAS-Bench-201 has the learning rate 0.5, with which most
    runs settle on an early find; for a few hundred evaluations, 0.05 is better than either. Adam does not see the
    scale of the reward; "sgd" and `entropy` do, here in the benchmark's unit.
    With several workers, an answer moves the policy as it is when the answer comes.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        learning_rate: Positive = 0.01,
        momentum: Fraction = 0.9,
        entropy: NonNegative = 0.0,
        optimizer: Literal["adam", "sgd"] = "adam",
    ) -> None:
        super().__init__(space, streams)
        self.logits = 1e-3 * normal(streams, np.arange(streams.runs), space.option_mask.shape)
        self.probabilities = softmax(self.logits, space.option_mask)
        self.optimiser = optimiser(optimizer, self.logits, learning_rate)
        self.baseline = Baseline(streams.runs, momentum)
        self.entropy = entropy
        self.told = 0

    def ask(self, rows: Rows) -> Query:
        """Return one draw from the policy of each row."""
        probabilities = self.probabilities[span(rows, self.streams.runs)]
        return Query(draw(probabilities, self.streams.uniform(rows, len(self.space.choices))))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Take one step up the policy gradient."""
        where = span(rows, self.streams.runs)
        advantage = self.baseline.advantage(where, answer.error)
        probabilities = self.probabilities[where]
        slope = advantage[:, None, None] * (probabilities - one_hot(asked.archs, self.space.widest))
        if self.entropy:
            slope -= self.entropy * entropy_slope(probabilities)
        self.told += 1
        self.optimiser.step(where, self.logits, slope, self.told)
        self.probabilities[where] = softmax(self.logits[where], self.space.option_mask)
