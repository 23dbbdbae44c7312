"""DARTS: differentiable architecture search (Liu, Simonyan and Yang, ICLR 2019, arXiv:1806.09055).

DARTS minimises L_val(w*(alpha), alpha) over alpha, where w* minimises L_train(w, alpha) (equations 3 and 4). In a
table every w* is known: each row is a network trained to the end, so what is left is the upper level, the descent
on the expected error under the relaxed choices. This is what DARTS would do if its weights were always those of the
network they stand for. Real DARTS shares one set of weights among all networks, approximates w* by one training
step (its equation 6), mixes features, not errors (its equation 2), and so is drawn to operations that train fast, such
as skip_connect: as published it ends in cells of skips alone on NAS-Bench-201. None of that is in a table.
"""

from __future__ import annotations

import numpy as np

from nassim.benchmark import Mixture, Slope
from nassim.settings import Count, NonNegative, Positive
from nassim.space import Archs, Space
from nassim.strategies._optimisers import Adam, span
from nassim.strategies._policy import most_probable, normal, softmax, through_softmax
from nassim.strategy import Strategy
from nassim.streams import Rows, Streams


class Darts(Strategy):
    """Put a softmax over alpha on the options of each gene, and descend the expected error by alpha.

    The gradient is exact: d E / d alpha_o = p_o (dE/dp_o - sum over q of p_q dE/dp_q), from the Slope.
    As published: 50 epochs, Adam with betas 0.5 and 0.999 and weight decay 1e-3, alpha starts at 1e-3 times a
    normal number, and each gene ends at its most probable option. The published learning rate is 3e-4 per minibatch
    of 64; one exact step per epoch stands for the 25,000 / 64 = 390 steps that an epoch takes, and Adam moves alpha
    by about its rate each step: hence 390 * 3e-4, rounded to 0.1.

    Cost: a search epoch computes every option of every gene, as much as one epoch of as many average networks
    as a gene has options (mean over the genes); the benchmark says how long an epoch is. The pass over the validation
    images, from which real DARTS takes the gradient by alpha, is not counted.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        epochs: Count = 50,
        learning_rate: Positive = 0.1,
        weight_decay: NonNegative = 1e-3,
    ) -> None:
        super().__init__(space, streams)
        self.limit = epochs
        self.alpha = 1e-3 * normal(streams, np.arange(streams.runs), space.alive.shape)
        self.adam = Adam(self.alpha, learning_rate, betas=(0.5, 0.999), decay=weight_decay)
        self.cost = float(np.mean(space.choices))
        self.told = 0

    def ask(self, rows: Rows) -> Mixture:
        """Return the relaxed architecture of each row."""
        probabilities = softmax(self.alpha[span(rows, self.streams.runs)], self.space.alive)
        return Mixture(probabilities, np.full(rows.size, self.cost))

    def tell(self, rows: Rows, asked: Mixture, answer: Slope) -> None:
        """Take one step down the gradient by alpha."""
        self.told += 1
        gradient = through_softmax(asked.probabilities, answer.gradient)
        self.adam.step(span(rows, self.streams.runs), self.alpha, gradient, self.told)

    def discretise(self, rows: Rows) -> Archs:
        """Return the most probable option of each gene."""
        return most_probable(self.alpha[rows], self.space.alive)
