"""SETN: one-shot search via a self-evaluated template network (Dong and Yang, ICCV 2019, arXiv:1910.05733)."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Rows
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome, SupernetState
from nassim.core.settings import Count, NonNegative, Positive
from nassim.core.space import Space
from nassim.core.strategy import Strategy
from nassim.strategies._alpha import Alpha
from nassim.strategies._one_shot import best_candidate, errors_seen, gradient_noise
from nassim.strategies._policy import draw


class Setn(Strategy[Mixture, RelaxedOutcome]):
    """Train the shared weights of uniformly drawn architectures; learn alpha as `darts` does; judge candidates.

    An epoch trains option o of gene g for T[g, o] <- T[g, o] + 1 / options of g epochs, whatever alpha is: no option
    is left behind. Candidates are drawn from softmax(alpha), and the best by the shared weights is handed in.

    Published for NAS-Bench-201: 250 epochs, 100 candidates; `steps` and `learning_rate` are as in `darts`. An epoch
    costs one of an average network for the weights, and one of every option for alpha.
    """

    def __init__(
        self,
        space: Space,
        streams: Streams,
        *,
        epochs: Count = 250,
        steps: Count = 1,
        learning_rate: Positive = 0.1,
        weight_decay: NonNegative = 1e-3,
        candidates: Count = 100,
    ) -> None:
        super().__init__(space, streams)
        self.max_evaluations, self.candidates = epochs, candidates
        self.policy = Alpha(space, streams, learning_rate, weight_decay, steps)
        self.gain = space.option_mask / np.array(space.choices)[:, None]
        self.epoch_cost = 1.0 + float(np.mean(space.choices))
        self.trained = np.zeros(self.policy.values.shape)
        self.found = np.zeros((streams.runs, len(space.choices)), dtype=space.dtype)

    def ask(self, rows: Rows) -> Mixture:
        """Return the relaxed architecture of each row, and candidates drawn from it."""
        probabilities = self.policy.probabilities(rows)
        shape = (rows.size, self.candidates, len(self.space.choices))
        uniform = np.ascontiguousarray(self.streams.uniform(rows, shape[1] * shape[2])).reshape(shape)
        self.trained[rows] += self.gain
        supernet = SupernetState(self.trained[rows], draw(probabilities[:, None], uniform))
        return Mixture(probabilities, np.full(rows.size, self.epoch_cost), supernet=supernet)

    def tell(self, rows: Rows, asked: Mixture, answer: RelaxedOutcome) -> None:
        """Step alpha, and keep the best candidate."""
        self.policy.descend(rows, asked.probabilities, answer.gradient, gradient_noise(answer))
        self.found[rows] = best_candidate(asked, errors_seen(rows, self.streams, answer))

    def derive_architecture(self, rows: Rows) -> Archs:
        """Return the best candidate of the last epoch."""
        return self.found[rows]
