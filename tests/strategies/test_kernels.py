"""Processes of many runs equal scikit-learn's of one as they grow, and Thompson's draws have its posterior."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, rankdata
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern
from sklearn.kernel_ridge import KernelRidge

from nassim.core.random_streams import Streams
from nassim.spaces.nb201 import NB201
from nassim.strategies._candidates import Candidates
from nassim.strategies._features import Features, normal_scores
from nassim.strategies._kernels import Materns, matern, posterior_mean, squared_distances
from nassim.strategies._points import Points
from nassim.strategies._processes import Processes
from nassim.strategies._scales import LENGTHS, Scales
from nassim.strategies.kernel_ridge_thompson import KernelRidgeThompson
from tests.toys import Toy

SPACE = Toy((3, 4, 2, 5))
ROWS = np.arange(3)


def pool_of(ids: np.ndarray) -> Candidates:
    """Return candidates (3, k) of which each run has asked for the first already."""
    fresh = np.ones(ids.shape, dtype=bool)
    fresh[:, 0] = False
    return Candidates(SPACE.at(ids), ids, fresh)


def test_growing_processes_equal_those_of_scikit_learn() -> None:
    """Mean, covariance and what lies behind observations, when observations come one by one or many at once, some
    twice, and when a run's scales change; the mean is that of KernelRidge too.
    """
    generator, features = np.random.default_rng(0), Features(SPACE)
    scales = Scales(3, refit=1)
    points = Points(3, features)
    processes = Processes(points, scales)
    ids = np.concatenate([np.zeros((3, 1), int), generator.integers(SPACE.size, size=(3, 70))], axis=1)
    for known in (5, 6, 7, 40, 41, 70):
        scales.length[:], scales.noise[:] = (0.8, 2.0, 0.5 if known < 40 else 1.0), (0.05, 0.2, 0.01)
        archs, y = SPACE.at(ids[:, :known]), generator.normal(size=(3, known))
        points.learn(ROWS, archs)
        pool = pool_of(generator.integers(SPACE.size, size=(3, 9)))
        asked = points.ask(pool)
        whole = processes.posterior(ROWS, asked, y)
        behind = posterior_mean(y, scales.noise[:, None], whole.weights)
        for run, said in enumerate(processes.each(ROWS, asked, y)):
            kernel, noise = Matern(scales.length[run], nu=2.5), scales.noise[run]
            seen, there = features(archs[run]), features(pool.archs[run, pool.worth[run]])
            process = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None).fit(seen, y[run])
            mean, covariance = process.predict(there, return_cov=True)
            np.testing.assert_allclose(said.mean, mean, atol=1e-9)
            np.testing.assert_allclose(kernel(there) - said.white @ said.white.T, covariance, atol=1e-9)
            np.testing.assert_allclose(whole.mean[said.part], mean, atol=1e-9)
            np.testing.assert_allclose(whole.variance[said.part], np.diag(covariance), atol=1e-9)
            np.testing.assert_allclose(behind[run], process.predict(seen), atol=1e-9)
            ridge = KernelRidge(kernel="precomputed", alpha=noise).fit(kernel(seen), y[run])
            np.testing.assert_allclose(ridge.predict(kernel(there, seen)), said.mean, atol=1e-9)


def test_a_pool_is_asked_about_once() -> None:
    """Of equal candidates the first that was not asked for; other places of the pool hold inf."""
    pool = pool_of(np.array([[4, 7, 4, 7, 5], [1, 1, 1, 1, 1], [3, 2, 2, 3, 0]]))
    pool = pool._replace(fresh=pool.ids != np.array([[4], [8], [3]]))
    expected = [
        [False, True, False, False, True],
        [True, False, False, False, False],
        [False, True, False, False, True],
    ]
    np.testing.assert_array_equal(pool.worth, expected)
    points = Points(3, Features(SPACE))
    points.learn(ROWS, pool.archs[:, :1])
    asked = points.ask(pool)
    assert asked.each(np.array([10.0, 20.0, 30.0])).tolist() == [10, 10, 20, 30, 30]
    spread = asked.spread(np.arange(5.0))
    assert spread[pool.worth].tolist() == [0, 1, 2, 3, 4]
    assert np.isinf(spread[~pool.worth]).all()


@pytest.mark.parametrize("space", [SPACE, NB201()])
def test_coordinates_keep_distances(space: Toy) -> None:
    """They lie as far apart as the features, in no more numbers; distances are those of the kernel's matrix product."""
    features, archs = Features(space), space.at(np.arange(0, space.size, space.size // 40))
    apart = squared_distances(features(archs)[None], features(archs)[None])[0]
    turned = features.coordinates(archs)
    assert turned.shape[1] < features.width
    points = Points(1, features)
    points.learn(np.arange(1), archs[None])
    np.testing.assert_allclose(points.among(0), apart, atol=1e-12)
    np.testing.assert_allclose(squared_distances(turned[None], turned[None])[0], apart, atol=1e-12)


def test_kernels_at_doubling_lengths_are_those_at_each() -> None:
    """One exponential serves all."""
    squared = np.square(np.random.default_rng(0).normal(size=(9, 9)))
    kernels = Materns(squared, LENGTHS)
    for length in (1.0, *LENGTHS):
        np.testing.assert_allclose(kernels.at(length), matern(squared, length), rtol=1e-13)


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
    pool, ids = np.repeat(asked[None], runs, axis=0), np.repeat(SPACE.index(asked)[None], runs, axis=0)
    drawn = strategy._function(rows, Candidates(pool, ids, np.ones(ids.shape, bool)))
    known, unknown = strategy.features(archs), strategy.features(asked)
    process = GaussianProcessRegressor(
        Matern(strategy.length, nu=2.5), alpha=strategy.processes.scales.noise[0], optimizer=None
    )
    process.fit(known, normal_scores(np.arange(len(archs))[None] % 5)[0])
    mean, expected = process.predict(unknown, return_cov=True)
    assert np.abs(drawn.mean(axis=0) - mean).max() < 5 / np.sqrt(runs)
    assert np.abs(np.cov(drawn.T) - expected).max() < 0.1
