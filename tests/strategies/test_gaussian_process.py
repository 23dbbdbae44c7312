"""The Gaussian process chooses by scikit-learn's marginal likelihood, and its improvement is an expectation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

import nassim
from nassim.core.trace_schema import RECOMMENDED
from nassim.strategies._features import Features
from nassim.strategies._kernels import (
    LENGTHS,
    NOISES,
    OWN,
    Scales,
    expected_improvement,
    log_likelihood,
    matern,
    recommended,
    squared_distances,
    with_noise,
)
from tests.toys import Failing, Toy, toy_benchmark

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
    scales = Scales(3, refit=10)
    points = Features(SPACE)(SPACE.at(generator.integers(SPACE.size, size=(3, 30))))
    y = np.stack([generator.normal(size=30), points[1].sum(axis=1), np.sin(40 * points[2, :, 0])])
    scales.fit(rows, squared_distances(points, points), y)
    grid = [(length, noise) for length in LENGTHS for noise in NOISES]
    for run in rows:
        likelihoods = [
            GaussianProcessRegressor(Matern(length, nu=2.5), alpha=noise, optimizer=None)
            .fit(points[run], y[run])
            .log_marginal_likelihood_value_
            for length, noise in grid
        ]
        assert (scales.length[run], scales.noise[run]) == grid[int(np.argmax(likelihoods))]


def test_what_the_model_hands_in_is_the_best_of_function_and_own_part() -> None:
    """By the posterior of a process whose kernel has each architecture's own part added, one run at a time."""
    generator = np.random.default_rng(2)
    points, y = generator.normal(size=(5, 20, 3)), generator.normal(size=(5, 20))
    kernel = matern(squared_distances(points, points), 0.7)
    prior, noise = generator.normal(size=(5, 20)), np.array([0.1, 0.2, 0.5, 1.0, 2.0])
    found = recommended(kernel, noise[:, None], y, prior)
    for run in range(5):
        whole = Matern(0.7, nu=2.5)(points[run]) + OWN * noise[run] * np.eye(20)
        inverse = np.linalg.inv(whole + (1 - OWN) * noise[run] * np.eye(20))
        assert found[run] == (prior[run] + whole @ inverse @ (y[run] - prior[run])).argmin()


@pytest.mark.parametrize("name", ["gaussian_process", "zero_cost_prior"])
def test_handing_in_by_the_model_changes_nothing_else(name: str) -> None:
    """The same architectures are trained; only what is handed in may be another, alone as in a batch."""
    bench = Failing(toy_benchmark((3, 2, 5, 4), replicas=3))
    how: Any = {"runs": [0, 5], "evaluations": 30, "workers": 2}
    lowest, model = (nassim.simulate(name, bench, **how, hands_in=which) for which in ("lowest", "model"))
    np.testing.assert_array_equal(lowest.archs, model.archs)
    incumbent = model.incumbent()
    assert set(model.diagnostics) - set(lowest.diagnostics) == {RECOMMENDED}
    assert (incumbent <= np.arange(30)).all()
    assert not np.isnan(np.take_along_axis(model.error, incumbent[:, -1:], axis=1)).any()
    alone = nassim.simulate(name, bench, **how | {"runs": [5]}, hands_in="model")
    np.testing.assert_array_equal(alone.incumbent()[0], incumbent[1])


def test_expected_improvement_is_the_integral() -> None:
    """It is the mean of the positive part of a normal variable; without deviation, the positive part itself."""
    for gain, deviation in ((0.3, 0.5), (-1.0, 0.2), (0.0, 1.0)):
        integral = quad(lambda x, g=gain, d=deviation: x * norm.pdf(x, g, d), 0, gain + 12 * deviation)[0]
        found = expected_improvement(np.array(gain), np.array(deviation))
        np.testing.assert_allclose(found, integral, atol=1e-8)
    np.testing.assert_allclose(expected_improvement(np.array([2.0, -2.0]), np.zeros(2)), [2, 0], atol=1e-8)
