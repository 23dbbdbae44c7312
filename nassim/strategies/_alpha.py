"""Alpha, the logits of differentiable search: a softmax over the options of each gene, moved down the error's slope."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Archs, Floats, Rows
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from nassim.strategies._optimisers import Adam, span
from nassim.strategies._policy import most_probable, normal, softmax, through_softmax


class Alpha:
    """Alpha (runs, genes, widest) starts at 1e-3 times a normal number; Adam has betas 0.5 and 0.999.

    An epoch makes `steps` steps, each at 1/`steps` of the rate.
    """

    def __init__(self, space: Space, streams: Streams, rate: float, decay: float, steps: int) -> None:
        self.option_mask, self.streams, self.steps = space.option_mask, streams, steps
        self.values = 1e-3 * normal(streams, np.arange(streams.runs), space.option_mask.shape)
        self.adam = Adam(self.values, rate / steps, betas=(0.5, 0.999), decay=decay)
        self.taken = 0

    def probabilities(self, rows: Rows) -> Floats:
        """Return the probability of each option, (m, genes, widest)."""
        return softmax(self.values[span(rows, self.streams.runs)], self.option_mask)

    def descend(
        self, rows: Rows, soft: Floats, slope: Floats, noise: Floats | None, beside: Floats | None = None
    ) -> None:
        """Step down `slope` (m, genes, widest), that by the probabilities `soft`, an epoch long.

        Args:
            noise: (m,) standard deviation of what each step's minibatch adds to every entry of the slope; None =
                nothing.
            beside: (m, genes, widest) slope by alpha of what else is descended; None = nothing.
        """
        where = span(rows, self.streams.runs)
        for _ in range(self.steps):
            seen = slope
            if noise is not None:
                seen = slope + noise[:, None, None] * normal(self.streams, rows, self.option_mask.shape)
            self.taken += 1
            by_alpha = through_softmax(soft, seen)
            self.adam.step(where, self.values, by_alpha if beside is None else by_alpha + beside, self.taken)

    def most_probable(self, rows: Rows) -> Archs:
        """Return each gene's most probable option, (m, genes)."""
        return most_probable(self.values[rows], self.option_mask)
