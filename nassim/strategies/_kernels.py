"""The Matern kernel, and what follows from a Gaussian process's posterior.

The equations are those of Rasmussen and Williams, Gaussian Processes for Machine Learning, MIT Press 2006.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from nassim.core.arrays import Floats

ROOT = np.sqrt(5.0)
BELL = np.sqrt(2 * np.pi)
OWN = 1 / 3  # share of the noise that is an architecture's own, and is there in the mean of three trainings too


def squared_distances(first: Floats, second: Floats) -> Floats:
    """Return the squared Euclidean distances of (m, n, features) and (m, k, features), (m, n, k)."""
    squares = [np.square(points).sum(axis=2) for points in (first, second)]
    apart: Floats = first @ second.swapaxes(1, 2)
    apart *= -2
    apart += squares[0][:, :, None]
    apart += squares[1][:, None, :]
    return np.maximum(apart, 0.0, out=apart)


def matern(squared: Floats, length: Floats | float) -> Floats:
    """Return the Matern kernel with nu = 5/2 of squared distances r^2.

    It is (1 + d + d^2 / 3) exp(-d), with d = sqrt(5) r / length.
    """
    scaled = np.sqrt(squared)
    scaled *= ROOT / length
    kernel: Floats = np.exp(-scaled)
    kernel *= 1 + scaled + scaled * scaled / 3
    return kernel


class Materns:
    """The Matern kernels of squared distances (n, n) at lengths that are each half of the next: one exponential
    serves all, since exp(-2 d) is the square of exp(-d). What is `beside` is added to each.
    """

    def __init__(self, squared: Floats, lengths: tuple[float, ...], beside: Floats | float = 0.0) -> None:
        self._beside = beside
        self._scaled: Floats = ROOT * np.sqrt(squared)
        self._bells: dict[float, Floats] = {lengths[-1]: np.exp(self._scaled / -lengths[-1])}
        self._kernels: dict[float, Floats] = {}

    def at(self, length: float) -> Floats:
        """Return the kernel at a length, (n, n)."""
        if length not in self._kernels:
            scaled = self._scaled / length
            kernel: Floats = scaled / 3
            kernel += 1
            kernel *= scaled
            kernel += 1
            kernel *= self._bell(length)
            kernel += self._beside
            self._kernels[length] = kernel
        return self._kernels[length]

    def _bell(self, length: float) -> Floats:
        if length not in self._bells:
            self._bells[length] = np.square(self._bell(2 * length))
        return self._bells[length]


def posterior_mean(y: Floats, noise: Floats | float, weight: Floats, own: float = 0.0) -> Floats:
    """Return the mean of what lies behind observations y (m, n) of these weights (m, n): y - s (K + s I)^-1 y.

    `own` is the share of s that is no noise but an architecture's own, which the kernel does not see.
    """
    mean: Floats = y - (1 - own) * noise * weight
    return mean


def expected_improvement(gain: Floats, deviation: Floats) -> Floats:
    """Return the mean of max(0, x) for x normal with mean `gain` and this deviation."""
    deviation = np.maximum(deviation, 1e-9)
    z = gain / deviation
    improvement: Floats = gain * ndtr(z) + deviation * np.exp(-z * z / 2) / BELL
    return improvement
