"""The Gaussian process chooses by scikit-learn's marginal likelihood, and its improvement is an expectation."""

from __future__ import annotations

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

from nassim.strategies._kernels import expected_improvement, log_likelihood, matern, squared_distances, with_noise
from nassim.strategies.gaussian_process import LENGTHS, NOISES, GaussianProcess
from nassim.streams import Streams
from tests.toys import Toy

SPACE = Toy((3, 4, 2, 5))


def test_marginal_likelihoods_equal_those_of_scikit_learn() -> None:
    """For each run and kernel."""
    generator = np.random.default_rng(0)
    points, y = generator.normal(size=(2, 15, 3)), generator.normal(size=(2, 15))
    found = log_likelihood(with_noise(matern(squared_distances(points, points), 0.7), 0.1), y)
    for run in range(2):
        process = GaussianProcessRegressor(Matern(0.7, nu=2.5), alpha=0.1, optimizer=None).fit(points[run], y[run])
        np.testing.assert_allclose(found[run], process.log_marginal_likelihood_value_, rtol=1e-9)


def test_each_run_has_its_own_best_kernel() -> None:
    """Length scale and noise are those of the grid that scikit-learn finds likeliest."""
    rows, generator = np.arange(3), np.random.default_rng(1)
    strategy = GaussianProcess(SPACE, Streams(0, "gaussian_process", rows))
    archs = SPACE.at(generator.integers(SPACE.size, size=(3, 30)))
    points = strategy.features(archs)
    y = np.stack([generator.normal(size=30), points[1].sum(axis=1), np.sin(40 * points[2, :, 0])])
    strategy._choose(rows, squared_distances(points, points), y)
    grid = [(length, noise) for length in LENGTHS for noise in NOISES]
    for run in rows:
        likelihoods = [
            GaussianProcessRegressor(Matern(length, nu=2.5), alpha=noise, optimizer=None)
            .fit(points[run], y[run])
            .log_marginal_likelihood_value_
            for length, noise in grid
        ]
        assert (strategy.length[run], strategy.noise[run]) == grid[int(np.argmax(likelihoods))]


def test_expected_improvement_is_the_integral() -> None:
    """It is the mean of the positive part of a normal variable; without deviation, the positive part itself."""
    for gain, deviation in ((0.3, 0.5), (-1.0, 0.2), (0.0, 1.0)):
        integral = quad(lambda x, g=gain, d=deviation: x * norm.pdf(x, g, d), 0, gain + 12 * deviation)[0]
        found = expected_improvement(np.array(gain), np.array(deviation))
        np.testing.assert_allclose(found, integral, atol=1e-8)
    np.testing.assert_allclose(expected_improvement(np.array([2.0, -2.0]), np.zeros(2)), [2, 0], atol=1e-8)
