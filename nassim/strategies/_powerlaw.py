"""How a learning curve will end: a Bayesian mixture of power laws e(t) = c + a t**-b, in closed form.

For every exponent b of a grid, c and a have a normal-inverse-gamma prior, so the last error's predictive distribution
is a Student t, and the exponent's weight is its evidence (Bishop, 2006, sections 3.3 and 3.4; Gelman et al., 2013,
section 14.2). Power laws are one of the families that Domhan et al. (IJCAI 2015) extrapolate with.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from nassim.core.arrays import Floats, Ids

EXPONENTS = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0)
WEAK = 1e-2  # precision of the prior of c and a, in units of a curve's range and of an observation's precision
SHAPE = 1.0  # of the noise's prior: as good as two observations
NOISE = 0.02  # standard deviation of an observation by that prior, as a share of the curve's range


def chance_below(curve: Floats, epochs: Sequence[int], seen: Ids, target: Floats) -> Floats:
    """Return how probable it is that each curve ends below its target, (m,).

    Args:
        curve: (m, steps) errors after these `epochs`, of which only the first `seen` (m,) are there.
        target: (m,).
    """
    curve = np.ascontiguousarray(curve)  # sums along it must not depend on how many curves there are
    known = np.arange(len(epochs)) < seen[:, None]
    here = np.arange(len(seen)), seen - 1
    high = np.where(known, curve, -np.inf).max(axis=1)
    low = np.where(known, curve, np.inf).min(axis=1)
    unit = np.maximum(high - low, 1e-9 * np.abs(high) + 1e-300)
    z = np.where(known, curve - curve[here][:, None], 0.0) / unit[:, None]
    goal = (target - curve[here]) / unit
    time = np.asarray(epochs, dtype=np.float64)
    ratio = np.where(known, time[None] / time[seen - 1][:, None], 1.0)
    last = time[-1] / time[seen - 1]
    weights, chances = zip(*(_power(z, known, ratio, last, goal, b) for b in EXPONENTS), strict=True)
    weight = np.stack(weights)
    weight = np.exp(weight - weight.max(axis=0))
    total: Floats = (weight * np.stack(chances)).sum(axis=0) / weight.sum(axis=0)
    return total


def _power(
    z: Floats, known: NDArray[np.bool_], ratio: Floats, last: Floats, goal: Floats, exponent: float
) -> tuple[Floats, Floats]:
    """Return the logarithm of an exponent's evidence, and its chance of ending below the goal, each (m,)."""
    u = np.where(known, ratio**-exponent, 0.0)
    count = known.sum(axis=1)
    n, su, suu = count + WEAK, u.sum(axis=1), (u * u).sum(axis=1) + WEAK  # X'X + WEAK I for the columns 1 and u
    sz, suz = z.sum(axis=1), (u * z).sum(axis=1)
    determinant = n * suu - su * su
    c, a = (suu * sz - su * suz) / determinant, (n * suz - su * sz) / determinant
    shape = SHAPE + count / 2
    rate = SHAPE * NOISE**2 + np.maximum((z * z).sum(axis=1) - c * sz - a * suz, 0.0) / 2
    evidence = -np.log(determinant) / 2 - shape * np.log(rate)
    end = last**-exponent
    spread = np.sqrt(rate / shape * (1 + (suu - 2 * end * su + end * end * n) / determinant))
    return evidence, stdtr(2 * shape, (goal - c - a * end) / spread)
