"""Kernel ridge regression, which is Gaussian process regression, of many runs at once, in closed form.

With K the kernel matrix of n observations, k that between them and the candidates, and noise variance s (Rasmussen
and Williams, Gaussian Processes for Machine Learning, MIT Press 2006, equations 2.23 to 2.26 and 2.30):

    mean = k' (K + s I)^-1 y        covariance = K_candidates - k' (K + s I)^-1 k

Each run's matrices are multiplied and solved by themselves, so a run does not depend on its neighbours.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from nassim.core.arrays import Floats, Reals, Rows

LENGTHS = (0.5, 1.0, 2.0, 4.0)  # of the kernel; two random architectures lie about root 2 apart
NOISES = (0.01, 0.05, 0.2, 0.5)  # variance of an observation, in that of the errors' normal scores
ROOT = np.sqrt(5.0)
BELL = np.sqrt(2 * np.pi)
OWN = 1 / 3  # share of the noise that is an architecture's own, and is there in the mean of three trainings too


class Posterior(NamedTuple):
    """What is known of the candidates of each run."""

    mean: Floats  # (m, k)
    weights: Floats  # (m, n): (K + s I)^-1 y
    explained: Floats  # (m, n, k): (K + s I)^-1 k


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


def with_noise(kernel: Floats, noise: Floats | float) -> Floats:
    """Return K + s I of each run, (m, n, n); `noise` is s, a number or (m, 1)."""
    noisy = kernel.copy()
    diagonal = np.arange(kernel.shape[1])
    noisy[:, diagonal, diagonal] += noise
    return noisy


def condition(noisy: Floats, cross: Floats, y: Floats) -> Posterior:
    """Return the posterior of candidates: `noisy` K + s I (m, n, n), `cross` k (m, n, k), observations y (m, n)."""
    solved: Floats = np.linalg.solve(noisy, np.concatenate([cross, y[:, :, None]], axis=2))
    explained, weights = solved[:, :, :-1], np.ascontiguousarray(solved[:, :, -1])
    return Posterior((weights[:, None, :] @ cross)[:, 0], weights, explained)


def variance(posterior: Posterior, cross: Floats, prior: Floats | float = 1.0) -> Floats:
    """Return the variance of each candidate, (m, k), given that before anything was observed."""
    left: Floats = prior - (posterior.explained * cross).sum(axis=1)
    return np.maximum(left, 0.0, out=left)


def weights(noisy: Floats, y: Floats) -> Floats:
    """Return (K + s I)^-1 y, (m, n), for `noisy` K + s I (m, n, n)."""
    solved: Reals = np.linalg.solve(noisy, y[:, :, None])
    found: Floats = solved[:, :, 0]
    return found


def posterior_mean(y: Floats, noise: Floats | float, weight: Floats, own: float = 0.0) -> Floats:
    """Return the mean of what lies behind observations y (m, n) of these weights (m, n): y - s (K + s I)^-1 y.

    `own` is the share of s that is no noise but an architecture's own, which the kernel does not see.
    """
    mean: Floats = y - (1 - own) * noise * weight
    return mean


def covariance(posterior: Posterior, cross: Floats, among: Floats) -> Floats:
    """Return the covariance of the candidates, (m, k, k), given their kernel `among` themselves."""
    return among - cross.swapaxes(1, 2) @ posterior.explained


def recommended(kernel: Floats, noise: Floats | float, y: Floats, prior: Floats | float = 0.0) -> NDArray[np.intp]:
    """Return which of the observations y (m, n) of a process with mean `prior` is of the lowest mean, (m,).

    Its own part counts: of two that the kernel cannot tell apart, the lower is the better.
    """
    behind: Floats = posterior_mean(y, noise, weights(with_noise(kernel, noise), y - prior), OWN)
    lowest: NDArray[np.intp] = behind.argmin(axis=1)
    return lowest


def log_likelihood(noisy: Floats, y: Floats) -> Floats:
    """Return the log marginal likelihood of observations y (m, n) under `noisy` K + s I (m, n, n), shape (m,)."""
    diagonal = np.diagonal(np.linalg.cholesky(noisy), axis1=1, axis2=2)
    fit = (y * weights(noisy, y)).sum(axis=1)
    volume = np.log(np.ascontiguousarray(diagonal)).sum(axis=1)
    likelihood: Floats = -fit / 2 - volume - y.shape[1] * np.log(2 * np.pi) / 2
    return likelihood


class Scales:
    """Length scale and noise of each run: those of the highest marginal likelihood on a grid, of equals the first.

    They are chosen anew for every `refit`-th model.
    """

    def __init__(self, runs: int, refit: int) -> None:
        self.refit, self.models = refit, 0
        self.length, self.noise = np.ones(runs), np.full(runs, NOISES[1])

    def fit(self, rows: Rows, apart: Floats, y: Floats, beside: Floats | float = 0.0) -> None:
        """Choose by observations y (m, n) with these squared distances; `beside` is a kernel added to the Matern."""
        if self.models % self.refit == 0:
            self._choose(rows, apart, y, beside)
        self.models += 1

    def kernel(self, rows: Rows, squared: Floats) -> Floats:
        """Return the Matern kernel of squared distances (m, n, k) with each row's length scale."""
        return matern(squared, self.length[rows, None, None])

    def _choose(self, rows: Rows, apart: Floats, y: Floats, beside: Floats | float) -> None:
        best = np.full(rows.size, -np.inf)
        for length in LENGTHS:
            kernel = matern(apart, length) + beside
            for noise in NOISES:
                likelihood = log_likelihood(with_noise(kernel, noise), y)
                better = rows[likelihood > best]
                self.length[better], self.noise[better] = length, noise
                best = np.maximum(best, likelihood)


def expected_improvement(gain: Floats, deviation: Floats) -> Floats:
    """Return the mean of max(0, x) for x normal with mean `gain` and this deviation."""
    deviation = np.maximum(deviation, 1e-9)
    z = gain / deviation
    improvement: Floats = gain * ndtr(z) + deviation * np.exp(-z * z / 2) / BELL
    return improvement


def improvement(kernel: Floats, cross: Floats, noise: Floats, y: Floats) -> Floats:
    """Return the expected improvement of candidates on the lowest mean among those observed, (m, k).

    Args:
        kernel: Of the observed architectures, (m, n, n).
        cross: Between these and the candidates, (m, n, k).
        noise: Variance of an observation, (m, 1).
        y: Observations, (m, n).
    """
    posterior = condition(with_noise(kernel, noise), cross, y)
    lowest = posterior_mean(y, noise, posterior.weights).min(axis=1)[:, None]
    return expected_improvement(lowest - posterior.mean, np.sqrt(variance(posterior, cross)))
