"""Learning-curve stopping for one run; its power laws as a Student-t process instead of a regression."""

from __future__ import annotations

from math import exp, inf, sqrt

import numpy as np
from scipy.stats import multivariate_t, t

from tests.oracles.asha import Stopping
from tests.oracles.random import Random
from tests.oracles.space import PlainSpace

EXPONENTS = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0)
DEGREES, NOISE, WEAK = 2.0, 0.02, 0.01  # degrees of freedom and scale of the noise's prior; precision of c's and a's


def chance_below(curve: list[float], epochs: list[int], target: float) -> float:
    """Return the probability that a curve, known after the first of these epochs, ends below the target.

    Integrated over c, a and the noise, errors are jointly Student t with the covariance of the features 1 and
    (t / now)**-b (Shah et al., AISTATS 2014, Lemma 3): the evidence of b is its density, the end its conditional.
    """
    now, high = len(curve), max(curve)
    unit = max(high - min(curve), 1e-9 * abs(high))
    z = (np.array(curve) - curve[-1]) / unit
    goal, total, below = (target - curve[-1]) / unit, 0.0, 0.0
    for exponent in EXPONENTS:
        features = np.array([[1, (epoch / epochs[now - 1]) ** -exponent] for epoch in [*epochs[:now], epochs[-1]]])
        kernel = NOISE**2 * (np.eye(now + 1) + features @ features.T / WEAK)
        seen, across, end = kernel[:now, :now], kernel[:now, now], kernel[now, now]
        weight = exp(multivariate_t.logpdf(z, np.zeros(now), seen, DEGREES))
        pull = np.linalg.solve(seen, across)
        stretched = (DEGREES + z @ np.linalg.solve(seen, z)) / (DEGREES + now)
        spread = sqrt(stretched * (end - across @ pull))
        total += weight
        below += weight * t.cdf((goal - pull @ z) / spread, DEGREES + now)
    return below / total


class LcStopping(Stopping):
    """A training goes on unless its curve hardly leads below the best of those that have ended."""

    name = "lc_stopping"

    def __init__(self, space: PlainSpace, random: Random, rungs: list[int], chance: float = 0.05) -> None:
        super().__init__(space, random, rungs)
        self.chance = chance

    def goes_on(self, training: int, level: int) -> bool:
        """Extrapolate what was looked at three times, once a training has ended."""
        lowest = min(self.rungs[-1].values(), default=inf)
        curve = [self.rungs[at][training] for at in range(level + 1)]
        return level < 2 or lowest == inf or chance_below(curve, self.epochs[1:], lowest) >= self.chance
