"""Kernel ridge regression, which is Gaussian process regression, of many runs at once, in closed form.

With K the kernel matrix of n observations, k that between them and the candidates, and noise variance s (Rasmussen
and Williams, Gaussian Processes for Machine Learning, MIT Press 2006, equations 2.23 to 2.26 and 2.30):

    mean = k' (K + s I)^-1 y        covariance = K_candidates - k' (K + s I)^-1 k

Each run's matrices are multiplied and solved by themselves, so a run does not depend on its neighbours.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr

from nassim.streams import Floats

ROOT = np.sqrt(5.0)
BELL = np.sqrt(2 * np.pi)


class Posterior(NamedTuple):
    """What is known of the candidates of each run."""

    mean: Floats  # (m, k)
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
    explained: Any = np.linalg.solve(noisy, cross)
    return Posterior((y[:, None, :] @ explained)[:, 0], explained)


def variance(posterior: Posterior, cross: Floats) -> Floats:
    """Return the variance of each candidate, (m, k), under a kernel of variance 1."""
    left: Floats = 1 - (posterior.explained * cross).sum(axis=1)
    return np.maximum(left, 0.0, out=left)


def covariance(posterior: Posterior, cross: Floats, among: Floats) -> Floats:
    """Return the covariance of the candidates, (m, k, k), given their kernel `among` themselves."""
    return among - cross.swapaxes(1, 2) @ posterior.explained


def log_likelihood(noisy: Floats, y: Floats) -> Floats:
    """Return the log marginal likelihood of observations y (m, n) under `noisy` K + s I (m, n, n), shape (m,)."""
    diagonal = np.diagonal(np.linalg.cholesky(noisy), axis1=1, axis2=2)
    weights = np.linalg.solve(noisy, y[:, :, None])[:, :, 0]
    fit = (y * weights).sum(axis=1)
    volume = np.log(np.ascontiguousarray(diagonal)).sum(axis=1)
    likelihood: Floats = -fit / 2 - volume - y.shape[1] * np.log(2 * np.pi) / 2
    return likelihood


def expected_improvement(gain: Floats, deviation: Floats) -> Floats:
    """Return the mean of max(0, x) for x normal with mean `gain` and this deviation."""
    deviation = np.maximum(deviation, 1e-9)
    z = gain / deviation
    improvement: Floats = gain * ndtr(z) + deviation * np.exp(-z * z / 2) / BELL
    return improvement
