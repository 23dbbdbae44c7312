"""DARTS: differentiable architecture search (Liu, Simonyan and Yang, ICLR 2019, arXiv:1806.09055).

DARTS minimises L_val(w*(alpha), alpha) over alpha, where w* minimises L_train(w, alpha) (equations 3 and 4). In a
table every w* is known: each row is a network trained to the end, so what is left is the upper level, the descent
on the expected error under the relaxed choices. This is what DARTS would do if its weights were always those of the
network they stand for.

Real DARTS shares one set of weights among all networks, and mixes features, not errors (its equation 2). On a benchmark
with weight sharing (`wrappers/weight_sharing.py`) the lower level is there too, as how long each option's
weights have been trained: T[g, o], in epochs. One epoch makes, with probabilities p(alpha),

    alpha <- alpha - Adam(grad_alpha E(p(alpha), T)),  T <- T + p(alpha)                                       (1)

which is the paper's first order: T, as w there, counts as constant. Each minibatch trains all options at once, so the
mixtures it asks for say `mixed`: such supernets know less of single networks. The second order differentiates through
one step of the lower level, of 1/`steps` epoch (its equations 6 and 7):

    grad_alpha E(p(alpha), T + p(alpha) / steps)                                                               (2)

Without weight sharing, E does not depend on T, and both are the same.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from nassim.core.arrays import Archs, Rows
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome, SupernetAnswer, SupernetState
from nassim.core.settings import Count, NonNegative, Positive
from nassim.core.space import Space
from nassim.core.strategy import CostOracle, Strategy
from nassim.strategies._alpha import Alpha
from nassim.strategies._expected_cost import ExpectedCost, of_settings


class Darts(Strategy[Mixture, RelaxedOutcome]):
    """Put a softmax over alpha on the options of each gene, and descend the expected error by alpha.

    The gradient is exact: d E / d alpha_o = p_o (dE/dp_o - sum over q of p_q dE/dp_q), from the answer.
    As published: 50 epochs, Adam with betas 0.5 and 0.999 and weight decay 1e-3, alpha starts at 1e-3 times a
    normal number, and each gene ends at its most probable option. The published learning rate is 3e-4 per minibatch
    of 64; one exact step per epoch stands for the 25,000 / 64 = 390 steps that an epoch takes, and Adam moves alpha
    by about its rate each step: hence 390 * 3e-4, rounded to 0.1. With weight sharing the minibatches matter, since
    their noise slows Adam: `steps` in an epoch have noise of their own, and 1/`steps` of the rate each.

    Cost: a search epoch computes every option of every gene, as much as one epoch of as many average networks
    as a gene has options (mean over the genes); the benchmark says how long an epoch is. The pass over the validation
    images, from which real DARTS takes the gradient by alpha, is not counted.

    With `cost_weight`, what is descended is the error plus that many points of it for the expected `cost`, in that of
    the even mixture: ProxylessNAS's loss, with the exact expectation. The cost must be known before training.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        epochs: Count = 50,
        order: Literal[1, 2] = 1,
        steps: Count = 1,
        learning_rate: Positive = 0.1,
        weight_decay: NonNegative = 1e-3,
        cost: str | None = None,
        cost_weight: NonNegative = 0.0,
    ) -> None:
        super().__init__(space, streams)
        self.max_evaluations = epochs
        self.weighed = cost, cost_weight
        self.expected_cost: ExpectedCost | None = None
        self.policy = Alpha(space, streams, learning_rate, weight_decay, steps)
        self.trained = np.zeros(self.policy.values.shape)
        self.ahead = 1.0 / steps if order == 2 else 0.0  # noqa: PLR2004  (second order)
        self.epoch_cost = float(np.mean(space.choices))

    def set_cost_oracle(self, oracle: CostOracle) -> None:
        """Take the benchmark's `cost`, and ask it what the expected cost is made of."""
        super().set_cost_oracle(oracle)
        self.expected_cost = of_settings(self.space, *self.weighed, self.cost)

    def ask(self, rows: Rows) -> Mixture:
        """Return the relaxed architecture of each row."""
        probabilities = self.policy.probabilities(rows)
        trained = self.trained[rows] + self.ahead * probabilities
        supernet = SupernetState(trained, mixed=np.ones(rows.size, dtype=np.bool_))
        return Mixture(probabilities, np.full(rows.size, self.epoch_cost), supernet=supernet)

    def tell(self, rows: Rows, asked: Mixture, answer: RelaxedOutcome) -> None:
        """Equations 1 and 2; by the chain rule, p counts in T too."""
        slope, said = answer.gradient, answer.supernet or SupernetAnswer()
        if said.by_trained is not None:
            slope = slope + self.ahead * said.by_trained
        beside = self.expected_cost.slope(asked.probabilities) if self.expected_cost else None
        self.policy.descend(rows, asked.probabilities, slope, said.gradient_noise, beside)
        self.trained[rows] += asked.probabilities

    def derive_architecture(self, rows: Rows) -> Archs:
        """Return the most probable option of each gene."""
        return self.policy.most_probable(rows)
