"""GDAS: search with a differentiable architecture sampler (Dong and Yang, CVPR 2019, arXiv:1910.04465).

The paper: "Searching for a Robust Neural Architecture in Four GPU Hours". As in `darts`, the table holds the answer
to the lower-level problem: every sampled network has its own trained weights, where GDAS shares one set of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.benchmark import Mixture, Slope
from nassim.settings import Count, NonNegative, Positive
from nassim.space import Archs, Space
from nassim.strategies._optimisers import Adam, span
from nassim.strategies._policy import most_probable, normal, one_hot, softmax, through_softmax
from nassim.strategy import Strategy
from nassim.streams import Floats, Rows, Streams


class Sample(NamedTuple):
    """What some rows asked at one step."""

    rows: Rows  # (m,)
    hard: Floats  # (m, genes, widest) one-hot: the architecture
    soft: Floats  # (m, genes, widest): what stands for it in the gradient
    temperature: float
    waiting: NDArray[np.bool_]  # (m,) for an answer


class Gdas(Strategy):
    """Sample one architecture by Gumbel noise g; descend its error through the softmax that stands for it.

    With the temperature tau, the paper's sample, its relaxation and the straight-through gradient (the published
    code has log softmax(alpha) for alpha, which is the same but for a constant per gene) are

        soft = softmax((alpha + g) / tau),  hard = one-hot(argmax(alpha + g)),
        d E / d alpha_o = soft_o / tau (dE/dhard_o - sum over q of soft_q dE/dhard_q)

    dE/dhard is the exact slope of the expected error at the sampled vertex. It knows the error of every architecture
    that is one option away, which GDAS, computing none but the sampled options, can only guess from its features.

    As published: tau falls linearly from 10 to 0.1, Adam has betas 0.5 and 0.999 and weight decay 1e-3, alpha starts
    at 1e-3 times a normal number, and each gene ends at its most probable option. Learning rate and epochs are those
    of `darts`, for its reasons: one step stands for a whole epoch (published: 3e-4 per minibatch, 240 epochs).
    Cost: a search epoch trains one sampled architecture for one epoch; the pass for alpha is not counted.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        epochs: Count = 50,
        learning_rate: Positive = 0.1,
        weight_decay: NonNegative = 1e-3,
        hottest: Positive = 10.0,
        coldest: Positive = 0.1,
    ) -> None:
        super().__init__(space, streams)
        self.limit = epochs
        self.temperatures = np.linspace(hottest, coldest, epochs)
        self.alpha = 1e-3 * normal(streams, np.arange(streams.runs), space.alive.shape)
        self.adam = Adam(self.alpha, learning_rate, betas=(0.5, 0.999), decay=weight_decay)
        self.samples: list[Sample] = []  # not answered by all runs yet, oldest first
        self.asked = self.told = 0

    def ask(self, rows: Rows) -> Mixture:
        """Return one sampled architecture per row, as a mixture of nothing else."""
        shape = (rows.size, *self.space.alive.shape)
        uniform = np.ascontiguousarray(self.streams.uniform(rows, shape[1] * shape[2])).reshape(shape)
        noisy = self.alpha[rows] - np.log(-np.log(uniform))
        temperature = float(self.temperatures[min(self.asked, len(self.temperatures) - 1)])
        hard = one_hot(most_probable(noisy, self.space.alive), self.space.widest).astype(np.float64)
        soft = softmax(noisy / temperature, self.space.alive)
        self.samples.append(Sample(rows, hard, soft, temperature, np.ones(rows.size, dtype=np.bool_)))
        self.asked += 1
        return Mixture(hard.copy(), np.ones(rows.size))

    def tell(self, rows: Rows, asked: Mixture, answer: Slope) -> None:
        """Take one step down the straight-through gradient by alpha."""
        soft, temperature = self._recall(rows, asked.probabilities)
        gradient = through_softmax(soft, answer.gradient) / temperature[:, None, None]
        self.told += 1
        self.adam.step(span(rows, self.streams.runs), self.alpha, gradient, self.told)

    def discretise(self, rows: Rows) -> Archs:
        """Return the most probable option of each gene."""
        return most_probable(self.alpha[rows], self.space.alive)

    def _recall(self, rows: Rows, hard: Floats) -> tuple[Floats, Floats]:
        """Return soft and temperature of the oldest waiting sample of each row that is this one-hot.

        With several workers, equal architectures take equally long, so the one asked first is answered first.
        """
        soft, temperature, missing = np.empty_like(hard), np.empty(rows.size), np.ones(rows.size, dtype=np.bool_)
        for sample in self.samples:
            at = np.searchsorted(sample.rows, rows).clip(max=sample.rows.size - 1)
            found = missing & (sample.rows[at] == rows) & sample.waiting[at]
            found &= (sample.hard[at] == hard).all(axis=(1, 2))
            soft[found], temperature[found] = sample.soft[at[found]], sample.temperature
            sample.waiting[at[found]] = False
            missing &= ~found
        self.samples = [sample for sample in self.samples if sample.waiting.any()]
        return soft, temperature
