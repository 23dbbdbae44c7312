"""ENAS: efficient neural architecture search via parameter sharing (Pham et al., ICML 2018, arXiv:1802.03268)."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Rows
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome, SupernetState
from nassim.core.settings import Count, Fraction, NonNegative, Positive
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._controller import Controllers
from nassim.strategies._lstm import LSTM
from nassim.strategies._one_shot import best_candidate, candidates_of, errors_seen
from nassim.strategies._policy import Baseline, one_hot


class Enas(Strategy[Mixture, RelaxedOutcome]):
    """An LSTM writes `children`; an epoch trains the shared weights of these, which then judge them for the LSTM.

    Where a share f of the children has option o of gene g, T[g, o] <- T[g, o] + f epochs. Once per epoch, Adam steps
    along the mean gradient of (R - b) log p(child) + `entropy` * H(p), with reward R = -error by the shared weights and
    an exponential moving average b. The best child of the last epoch is handed in.

    Published for NAS-Bench-201: 250 epochs, 50 steps of 20 children each after every one of them, Adam at 0.001,
    average 0.99, two layers of 32 at temperature 5 and tanh constant 2.5; here it is one layer at temperature 1, one
    step stands for all steps of an epoch, and the rate is 50 * 0.001 / 5, for the temperature. Cost: training one
    average network.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        epochs: Count = 250,
        children: Count = 20,
        learning_rate: Positive = 0.01,
        hidden: Count = 32,
        momentum: Fraction = 0.9,
        entropy: NonNegative = 0.01,
        temperature: Positive = 1.0,
        tanh_constant: NonNegative = 2.5,
    ) -> None:
        super().__init__(space, streams)
        self.max_evaluations, self.children, self.entropy = epochs, children, entropy
        lstm = LSTM(space.choices, hidden, temperature, tanh_constant)
        self.controllers = Controllers(lstm, streams, learning_rate)
        self.baseline = Baseline(streams.runs, momentum)
        self.trained = np.zeros((streams.runs, *space.option_mask.shape))
        self.found = np.zeros((streams.runs, len(space.choices)), dtype=space.dtype)

    def ask(self, rows: Rows) -> Mixture:
        """Return the mixture that each row's children are, and the children to be judged."""
        children = self.controllers.write(rows, self.children)
        shares = one_hot(children, self.space.widest).mean(axis=1)
        self.trained[rows] += shares
        return Mixture(shares, np.ones(rows.size), supernet=SupernetState(self.trained[rows], children))

    def tell(self, rows: Rows, asked: Mixture, answer: RelaxedOutcome) -> None:
        """Keep the best child, and take one step up the policy gradient."""
        errors = errors_seen(rows, self.streams, answer)
        self.found[rows] = best_candidate(asked, errors)
        advantage = np.stack([self.baseline.advantage(rows, error) for error in errors.T], axis=1)
        self.controllers.learn(rows, np.asarray(candidates_of(asked)), advantage, self.entropy)

    def derive_architecture(self, rows: Rows) -> Archs:
        """Return the best child of the last epoch."""
        return self.found[rows]
