"""GDAS: search with a differentiable architecture sampler (Dong and Yang, CVPR 2019, arXiv:1910.04465).

The paper: "Searching for a Robust Neural Architecture in Four GPU Hours". As in `darts`, the table holds the answer
to the lower-level problem: every sampled network has its own trained weights, where GDAS shares one set of them. On a
benchmark with weight sharing (`wrappers/weight_sharing.py`), T[g, o] is how many epochs option o of gene g was
trained for. The many samples of an epoch have it in a share of p(alpha), so T <- T + p(alpha).
"""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Rows
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome, SupernetState
from nassim.core.settings import Count, NonNegative, Positive
from nassim.core.space import Space
from nassim.core.strategy import CostOracle, Strategy
from nassim.strategies._alpha import Alpha
from nassim.strategies._expected_cost import ExpectedCost, of_settings
from nassim.strategies._one_shot import gradient_noise
from nassim.strategies._policy import most_probable, one_hot, softmax


class Gdas(Strategy[Mixture, RelaxedOutcome]):
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
    `cost` and `cost_weight` are those of `darts`: the expectation is over softmax(alpha), not over the sample.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        epochs: Count = 50,
        steps: Count = 1,
        learning_rate: Positive = 0.1,
        weight_decay: NonNegative = 1e-3,
        hottest: Positive = 10.0,
        coldest: Positive = 0.1,
        cost: str | None = None,
        cost_weight: NonNegative = 0.0,
    ) -> None:
        super().__init__(space, streams)
        self.max_evaluations = epochs
        self.weighed = cost, cost_weight
        self.expected_cost: ExpectedCost | None = None
        self.temperatures = np.linspace(hottest, coldest, epochs)
        self.policy = Alpha(space, streams, learning_rate, weight_decay, steps)
        self.trained = np.zeros(self.policy.values.shape)
        self.asked = 0

    def set_cost_oracle(self, oracle: CostOracle) -> None:
        """Take the benchmark's `cost`, and ask it what the expected cost is made of."""
        super().set_cost_oracle(oracle)
        self.expected_cost = of_settings(self.space, *self.weighed, self.cost)

    def ask(self, rows: Rows) -> Mixture:
        """Return one sampled architecture per row, as a mixture of nothing else, tagged with what it stands for."""
        shape = (rows.size, *self.space.option_mask.shape)
        uniform = np.ascontiguousarray(self.streams.uniform(rows, shape[1] * shape[2])).reshape(shape)
        noisy = self.policy.values[rows] - np.log(-np.log(uniform))
        temperature = self.temperatures[min(self.asked, len(self.temperatures) - 1)]
        hard = one_hot(most_probable(noisy, self.space.option_mask), self.space.widest).astype(np.float64)
        tag = np.stack([softmax(noisy / temperature, self.space.option_mask), np.full(shape, temperature)], axis=1)
        self.asked += 1
        return Mixture(hard, np.ones(rows.size), tag, SupernetState(self.trained[rows]))

    def tell(self, rows: Rows, asked: Mixture, answer: RelaxedOutcome) -> None:
        """Step down the straight-through gradient by alpha; see `Alpha.descend`."""
        soft, temperature = np.asarray(asked.tag).swapaxes(0, 1)
        noise = gradient_noise(answer)
        noise = None if noise is None else noise / temperature[:, 0, 0]
        beside = self.expected_cost.slope(self.policy.probabilities(rows)) if self.expected_cost else None
        self.policy.descend(rows, soft, answer.gradient / temperature, noise, beside)
        self.trained[rows] += self.policy.probabilities(rows)

    def derive_architecture(self, rows: Rows) -> Archs:
        """Return the most probable option of each gene."""
        return self.policy.most_probable(rows)
