"""How probable is it that one strategy is better, or that the difference does not matter in practice?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.stats.arrays import Floats
from nassim.stats.ranks import paired_differences

LARGE = 1e300  # stands for the difference between a failed run and any other
NOISE = 1e-12  # of sums of weights
TOGETHER = 500  # posterior draws held at once


class Posterior(NamedTuple):
    """Probabilities of the three cases, which add up to 1."""

    lower: float  # x is lower than y by more than the region of practical equivalence
    equal: float  # they differ by less
    higher: float


def bayesian_signed_rank(x: Floats, y: Floats, rope: float, *, draws: int = 4000, seed: int = 0) -> Posterior:
    """Return how probable it is that paired x (n,) are lower than, practically equal to, or higher than y.

    The Bayesian signed-rank test of Benavoli et al. (2014, ICML; 2017, JMLR 18): a Dirichlet process over the
    differences with one pseudo-observation of weight 0.5 at zero. nan is higher than any number, and equals nan. Where
    lower and higher are as probable as each other, the samples are equal: so are identical ones, also without a region.

    Args:
        x: (n,) of one.
        y: (n,) of the other, run by run.
        rope: Half the width of the region of practical equivalence, in the unit of x and y.
        draws: Of the posterior.
        seed: Of the draws.
    """
    difference = paired_differences(x, y).clip(-LARGE, LARGE)
    values, place = np.unique(np.append(0.0, difference), return_inverse=True)
    strength = np.bincount(place, np.append(0.5, np.ones(x.size)))  # equal differences share one weight
    if values.size == 1:
        return Posterior(0.0, 1.0, 0.0)
    generator = np.random.default_rng(seed)
    counts = np.diff([*range(0, draws, TOGETHER), draws]).tolist()
    winners = np.concatenate([_winners(generator.dirichlet(strength, count), values, rope) for count in counts])
    return Posterior(*(np.bincount(winners, minlength=3) / draws).tolist())


def _winners(weights: Floats, values: Floats, rope: float) -> NDArray[np.intp]:
    """Return the most probable case 0, 1 or 2 in each draw of weights (draws, values)."""
    higher = _above(weights, values, 2 * rope)
    lower = _above(weights[:, ::-1], -values[::-1], 2 * rope)
    shares = np.stack([lower, np.where(rope > 0, 1 - lower - higher, 0), higher])
    level = (np.abs(lower - higher) < NOISE) & (np.maximum(lower, higher) > shares[1])
    return np.where(level, 1, shares.argmax(axis=0))


def _above(weights: Floats, values: Floats, bound: float) -> Floats:
    """Return the weight of the pairs of sorted values whose sum is above a bound, equality counted half, (draws,)."""
    total = np.concatenate([np.zeros((len(weights), 1)), weights.cumsum(axis=1)], axis=1)
    edges = (np.searchsorted(values, bound - values, side=side) for side in ("left", "right"))
    tails = [1 - total[:, edge] for edge in edges]
    return np.asarray((weights * (tails[0] + tails[1]) / 2).sum(axis=1))
