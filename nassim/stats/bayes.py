"""How probable is it that one strategy is better, or that the difference does not matter in practice?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LARGE = 1e300  # stands for the difference between a failed run and any other
TOGETHER = 500  # posterior draws held at once


class Posterior(NamedTuple):
    """Probabilities of the three cases, which add up to 1."""

    lower: float  # x is lower than y by more than the region of practical equivalence
    equal: float  # they differ by less
    higher: float


def bayesian_signed_rank(x: Floats, y: Floats, rope: float, *, draws: int = 4000, seed: int = 0) -> Posterior:
    """Return how probable it is that paired x (n,) are lower than, practically equal to, or higher than y.

    rope  half the width of the region of practical equivalence, in the unit of x and y

    The Bayesian signed-rank test of Benavoli et al. (2014, ICML; 2017, JMLR 18): a Dirichlet process over the
    differences with one pseudo-observation of weight 0.5 at zero. nan is higher than any number, and equals nan.
    """
    x, y = (np.where(np.isnan(sample), np.inf, sample) for sample in (x, y))
    difference = np.subtract(x, y, out=np.zeros(x.size), where=x != y).clip(-LARGE, LARGE)
    order = np.argsort(np.append(0.0, difference), kind="stable")
    values, strength = np.append(0.0, difference)[order], np.append(0.5, np.ones(x.size))[order]
    generator = np.random.default_rng(seed)
    counts = np.diff([*range(0, draws, TOGETHER), draws]).tolist()
    winners = np.concatenate([_winners(generator.dirichlet(strength, count), values, rope) for count in counts])
    return Posterior(*(np.bincount(winners, minlength=3) / draws).tolist())


def _winners(weights: Floats, values: Floats, rope: float) -> NDArray[np.intp]:
    """Return the most probable case 0, 1 or 2 in each draw of weights (draws, values)."""
    higher = _above(weights, values, 2 * rope)
    lower = _above(weights[:, ::-1], -values[::-1], 2 * rope)
    shares = np.stack([lower, np.where(rope > 0, 1 - lower - higher, 0), higher])
    return np.asarray(shares.argmax(axis=0))


def _above(weights: Floats, values: Floats, bound: float) -> Floats:
    """Return the weight of the pairs of sorted values whose sum is above a bound, equality counted half, (draws,)."""
    total = np.concatenate([np.zeros((len(weights), 1)), weights.cumsum(axis=1)], axis=1)
    edges = (np.searchsorted(values, bound - values, side=side) for side in ("left", "right"))
    tails = [1 - total[:, edge] for edge in edges]
    return np.asarray((weights * (tails[0] + tails[1]) / 2).sum(axis=1))
