"""What policies over architectures share: softmax, drawing from it, its slopes, and a baseline for the reward.

Sums over options are folds in a fixed order, never numpy reductions: those may add in another order when there
are more runs, and a run must not depend on its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import accumulate
from math import prod
from typing import cast

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Reals, Rows
from nassim.core.genes import narrow
from nassim.core.hashing import normal_of
from nassim.core.random_streams import Streams
from nassim.strategies._optimisers import Where


def softmax(logits: Reals, option_mask: NDArray[np.bool_] | None = None) -> Reals:
    """Return the probabilities of logits (..., options); options outside of the mask get 0."""
    if option_mask is not None and not option_mask.all():
        logits = np.where(option_mask, logits, -np.inf)
    weights: Reals = np.exp(logits - _fold(np.maximum, logits)[..., None])
    weights /= _fold(np.add, weights)[..., None]
    return weights


def through_softmax(probabilities: Reals, slope: Reals) -> Reals:
    """Return the slope by each logit (..., options), given that by each probability: p (s - sum of p s)."""
    weighted = probabilities * slope
    weighted -= probabilities * _fold(np.add, weighted)[..., None]
    return weighted


def entropy_slope(probabilities: Reals) -> Reals:
    """Return the slope of the entropy -sum of p log p by each logit (..., options)."""
    return through_softmax(probabilities, -np.log(np.where(probabilities > 0, probabilities, 1)))


def draw(probabilities: Reals, uniform: Floats) -> Archs:
    """Return the option (...) at which the cumulative probabilities (..., options) exceed `uniform` (...)."""
    each = (probabilities[..., option].astype(np.float64, copy=False) for option in range(probabilities.shape[-1]))
    passed = list(accumulate(each, np.add))
    aim = uniform * passed[-1]  # scaled like this, rounding never reaches an option of probability 0
    drawn = np.zeros(uniform.shape, dtype=narrow(probabilities.shape[-1]))
    for below in passed[:-1]:
        drawn += below < aim
    return drawn


def one_hot(archs: Archs, widest: int) -> NDArray[np.bool_]:
    """Return which options architectures (..., genes) have, shape (..., genes, widest)."""
    return cast("NDArray[np.bool_]", archs[..., None] == np.arange(widest, dtype=narrow(widest)))


def most_probable(logits: Reals, option_mask: NDArray[np.bool_]) -> Archs:
    """Return each gene's best option in the mask (..., genes); of equals the first."""
    best: Archs = np.where(option_mask, logits, -np.inf).argmax(axis=-1).astype(narrow(option_mask.shape[-1]))
    return best


def normal(streams: Streams, rows: Rows, shape: tuple[int, ...]) -> Floats:
    """Return standard normal numbers (m, *shape) by the inverse of their distribution function; one word each."""
    words = np.ascontiguousarray(streams.random_words(rows, prod(shape)))
    return normal_of(words).reshape(-1, *shape)


class Baseline:
    """Each run's exponential moving average of the reward, and so how much better than usual an answer is.

    As in the code of NAS-Bench-201 and NATS-Bench (Dong and Yang), the average is corrected for its start at 0
    and takes in a reward before that reward is compared with it. The reward is minus the error: it differs from
    the accuracy in percent by a constant, which no advantage sees.
    """

    def __init__(self, runs: int, momentum: float) -> None:
        self.momentum = momentum
        self.sum, self.weight = np.zeros(runs), np.zeros(runs)
        self.worst = np.full(runs, np.nan)

    def advantage(self, where: Where, error: Floats) -> Floats:
        """Return reward - baseline (m,) after an error (m,) each, and move the baseline on.

        A failed training counts as the worst error its run has met, and teaches nothing before there is one.
        """
        worst = np.fmax(self.worst[where], error)
        reward = -np.where(np.isnan(error), worst, error)
        failed = np.isnan(reward)
        reward[failed] = 0
        fresh = np.where(failed, 0, 1 - self.momentum)
        keep = np.where(failed, 1, self.momentum)
        total, weight = keep * self.sum[where] + fresh * reward, keep * self.weight[where] + fresh
        self.worst[where], self.sum[where], self.weight[where] = worst, total, weight
        return np.where(failed, 0.0, reward - total / np.where(weight > 0, weight, 1))


def _fold(operation: Callable[[Reals, Reals], Reals], values: Reals) -> Reals:
    """Return the options (..., options) combined from the first to the last."""
    return reduce(operation, (values[..., option] for option in range(values.shape[-1])))
