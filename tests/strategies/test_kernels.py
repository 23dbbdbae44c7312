"""Kernel regression of many runs equals that of scikit-learn for one, and Thompson's draws have its posterior."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm, rankdata
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern
from sklearn.kernel_ridge import KernelRidge

from nassim.core.random_streams import Streams
from nassim.strategies._candidates import Candidates
from nassim.strategies._features import Features, normal_scores
from nassim.strategies._kernels import (
    condition,
    covariance,
    matern,
    posterior_mean,
    squared_distances,
    variance,
    with_noise,
)
from nassim.strategies.kernel_ridge_thompson import KernelRidgeThompson
from tests.toys import Toy

LENGTH, NOISE = 0.8, 0.05
SPACE = Toy((3, 4, 2, 5))


@pytest.fixture
def points() -> tuple[Any, Any, Any]:
    """Return observed points (3, 12, 4) of three runs, their values, and candidates (3, 7, 4)."""
    generator = np.random.default_rng(0)
    return generator.normal(size=(3, 12, 4)), generator.normal(size=(3, 12)), generator.normal(size=(3, 7, 4))


def test_posteriors_equal_those_of_scikit_learn(points: Any) -> None:
    """Mean, variance and covariance are those of a GaussianProcessRegressor; the mean is that of KernelRidge."""
    known, y, unknown = points
    cross = matern(squared_distances(known, unknown), LENGTH)
    posterior = condition(with_noise(matern(squared_distances(known, known), LENGTH), NOISE), cross, y)
    among = matern(squared_distances(unknown, unknown), LENGTH)
    for run in range(3):
        process = GaussianProcessRegressor(Matern(LENGTH, nu=2.5), alpha=NOISE, optimizer=None).fit(known[run], y[run])
        mean, expected = process.predict(unknown[run], return_cov=True)
        np.testing.assert_allclose(posterior.mean[run], mean, atol=1e-10)
        np.testing.assert_allclose(covariance(posterior, cross, among)[run], expected, atol=1e-10)
        np.testing.assert_allclose(variance(posterior, cross)[run], np.diag(expected), atol=1e-10)
        ridge = KernelRidge(kernel="precomputed", alpha=NOISE).fit(Matern(LENGTH, nu=2.5)(known[run]), y[run])
        np.testing.assert_allclose(ridge.predict(cross[run].T), posterior.mean[run], atol=1e-10)
        np.testing.assert_allclose(
            posterior_mean(y, NOISE, posterior.weights)[run], process.predict(known[run]), atol=1e-10
        )


def test_normal_scores_are_normal_quantiles_of_mean_ranks() -> None:
    """Each row by itself; equal errors share the mean of their ranks."""
    error = np.array([[3.0, 1, 2, 1], [9, 9, 9, 9], [0, -5, 7, 8]])
    expected = norm.ppf((rankdata(error, axis=1) - 0.5) / 4)
    np.testing.assert_allclose(normal_scores(error), expected, atol=1e-12)


def test_features_are_standardised() -> None:
    """Over the space, the features' variances add up to 1, so random architectures lie about root 2 apart."""
    features = Features(SPACE)(SPACE.at(np.arange(SPACE.size)))
    assert features.shape == (SPACE.size, sum(SPACE.choices))
    assert features.var(axis=0).sum() == pytest.approx(1, abs=0.05)


def test_random_functions_have_the_posterior() -> None:
    """Over many runs with one history, the drawn values have the posterior's mean and covariance."""
    runs = 4000
    rows = np.arange(runs)
    strategy = KernelRidgeThompson(SPACE, Streams(0, "kernel_ridge_thompson", rows))
    archs = SPACE.at(np.arange(0, SPACE.size, 9))
    for number, arch in enumerate(archs):
        strategy.batches.history.tell(rows, np.repeat(arch[None], runs, axis=0), np.full(runs, number % 5))
    asked = SPACE.at(np.array([1, 2, 50, 9]))
    pool = np.repeat(asked[None], runs, axis=0)
    drawn = strategy._function(rows, Candidates(pool, np.zeros(pool.shape[:2], int), np.ones(pool.shape[:2], bool)))
    known, unknown = strategy.features(archs), strategy.features(asked)
    process = GaussianProcessRegressor(Matern(strategy.length, nu=2.5), alpha=strategy.noise, optimizer=None)
    process.fit(known, normal_scores(np.arange(len(archs))[None] % 5)[0])
    mean, expected = process.predict(unknown, return_cov=True)
    assert np.abs(drawn.mean(axis=0) - mean).max() < 5 / np.sqrt(runs)
    assert np.abs(np.cov(drawn.T) - expected).max() < 0.1
