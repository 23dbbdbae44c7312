"""What is known of networks that were not trained: a Gaussian process of the validation error, audited.

Mean, deviation and noise are scikit-learn's GaussianProcessRegressor's, with a Matern-5/2 kernel (Rasmussen and
Williams, 2006) over a space's features. What may be true all at once are draws of the whole function: a prior one by
random features (Rahimi and Recht, NIPS 2007), corrected by what was observed (Matheron's rule; Wilson et al., ICML
2020, arXiv:2002.09309). They take time and memory linear in the number of networks.
"""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.spatial.distance import cdist
from scipy.special import ndtri
from scipy.stats import chi2

from nassim.core.arrays import Flags, Floats, Ids
from nassim.core.random_streams import Streams
from nassim.stats.agreement import Estimate, kendall
from nassim.surrogates.scale import Scale

FEATURES = 1024  # random ones
DEGREES = 5  # of freedom: the spectrum of a Matern-5/2 kernel is that of Student's t
JITTER = 1e-8
FEWEST = 8  # trainings from which there is something to learn


class Kernel(NamedTuple):
    """A Matern-5/2 kernel."""

    amplitude: float  # the variance of what is true
    length: float

    def __call__(self, one: Floats, other: Floats) -> Floats:
        """Return the covariances (n, m) of what is true of inputs (n, p) and (m, p)."""
        apart = np.sqrt(DEGREES) * cdist(one, other) / self.length
        covariance: Floats = self.amplitude * (1 + apart + np.square(apart) / 3) * np.exp(-apart)
        return covariance


class Posterior(NamedTuple):
    """What is known of n networks, on the scale of z; `scale` brings it back to errors in percent."""

    scale: Scale
    mean: Floats  # (n,)
    deviation: Floats  # (n,) of what is true, without the noise of a training
    noise: float  # standard deviation of one training around it
    draws: Floats  # (worlds, n) what may be true
    audit: Estimate  # Kendall's tau of errors with what is predicted of each without it

    @property
    def ranks(self) -> bool:
        """Whether predictions rank networks better than chance does, with 95 % confidence."""
        return self.audit.low > 0


def posterior(features: Floats, places: Ids, error: Floats, fair: Flags, *, worlds: int, seed: int) -> Posterior:
    """Return what trainings tell of all networks.

    Args:
        features: (n, p) of each network.
        places: (m,) which network each training is of; several may be of one.
        error: (m,) their validation errors in percent, none nan, not all equal.
        fair: (m,) which trainings were chosen without a look at predictions: these alone audit.
        worlds: How many draws.
        seed: Of the draws.
    """
    inputs, scale = _standardised(features), Scale.of(error)
    level = float(scale.to(error).mean())
    z = scale.to(error) - level
    kernel, noise = _fitted(inputs[places], z)
    factor = cholesky(kernel(inputs[places], inputs[places]) + (noise**2 + JITTER) * np.eye(len(z)), lower=True)
    cross = kernel(inputs, inputs[places])
    mean = level + cross @ cho_solve((factor, True), z)
    explained = np.square(solve_triangular(factor, cross.T, lower=True)).sum(axis=0)
    deviation = np.sqrt(np.maximum(kernel.amplitude - explained, 0.0))
    draws = level + _draws(kernel, inputs, places, z, factor, noise, worlds, seed)
    audit = kendall(error[fair], scale.back(_left_out(factor, z) + level)[fair])
    return Posterior(scale, mean, deviation, noise, draws, audit)


def _standardised(features: Floats) -> Floats:
    """Return columns of mean 0 and variance 1, those that are constant left out, over the root of their number."""
    spread = features.std(axis=0)
    varied = (features[:, spread > 0] - features[:, spread > 0].mean(axis=0)) / spread[spread > 0]
    scaled: Floats = varied / np.sqrt(varied.shape[1])
    return scaled


def _fitted(inputs: Floats, z: Floats) -> tuple[Kernel, float]:
    """Return the kernel of highest marginal likelihood, and the noise."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    prior = ConstantKernel(1.0, (0.05, 20.0)) * Matern(1.0, (0.1, 20.0), nu=2.5) + WhiteKernel(0.1, (1e-3, 2.0))
    process = GaussianProcessRegressor(prior)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound is as good as any beyond
        process.fit(inputs, z)
    amplitude, length, white = np.exp(process.kernel_.theta).tolist()
    return Kernel(amplitude, length), float(np.sqrt(white))


def _draws(
    kernel: Kernel, inputs: Floats, places: Ids, z: Floats, factor: Floats, noise: float, worlds: int, seed: int
) -> Floats:
    """Return functions (worlds, n) that the process may have been, given the observations z (m,)."""
    rows = np.arange(worlds)
    basis = np.arange(FEATURES)
    of_basis, of_worlds = Streams(seed, "search features", basis), Streams(seed, "search worlds", rows)
    heavy = np.sqrt(DEGREES / chi2.ppf(of_basis.uniform(basis), DEGREES))[:, None]
    frequencies = ndtri(of_basis.uniform(basis, inputs.shape[1])) * heavy / kernel.length
    phase = 2 * np.pi * of_basis.uniform(basis)
    waves = np.sqrt(2 * kernel.amplitude / FEATURES) * np.cos(inputs @ frequencies.T + phase)
    before = waves @ ndtri(of_worlds.uniform(rows, FEATURES)).T
    missed = z[:, None] - before[places] - noise * ndtri(of_worlds.uniform(rows, len(z))).T
    drawn: Floats = (before + kernel(inputs, inputs[places]) @ cho_solve((factor, True), missed)).T
    return drawn


def _left_out(factor: Floats, z: Floats) -> Floats:
    """Return what is predicted of each observation (m,) without it (Rasmussen and Williams, 2006, eq. 5.12)."""
    inverse = cho_solve((factor, True), np.eye(len(z)))
    predicted: Floats = z - (inverse @ z) / np.diag(inverse)
    return predicted
