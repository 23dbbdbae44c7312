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
from nassim.strategies import _scales
from nassim.strategies._features import Features
from nassim.strategies._kernels import OWN, expected_improvement, matern, squared_distances
from nassim.strategies._points import Points
from nassim.strategies._processes import Processes
from nassim.strategies._scales import LENGTH, NOISE, Scales, factored
from tests.toys import Failing, Toy, toy_benchmark

SPACE = Toy((3, 4, 2, 5))


def test_marginal_likelihoods_equal_those_of_scikit_learn() -> None:
    """By the factor that is bordered by the observations."""
    generator = np.random.default_rng(0)
    points, y = generator.normal(size=(15, 3)), generator.normal(size=15)
    lower, solved = factored(matern(squared_distances(points[None], points[None])[0], 0.7), 0.1, y)
    found = -solved @ solved / 2 - np.log(lower.diagonal()[:-1]).sum() - 15 * np.log(2 * np.pi) / 2
    process = GaussianProcessRegressor(Matern(0.7, nu=2.5), alpha=0.1, optimizer=None).fit(points, y)
    np.testing.assert_allclose(found, process.log_marginal_likelihood_value_, rtol=1e-9)


def test_each_run_has_its_own_best_kernel_though_little_is_factored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Length scale and noise are those of the grid that scikit-learn finds likeliest, of all of the grid, again and
    again as observations come and all earlier ones change; but of those less than the whole grid is factored.
    """
    rows, generator, features = np.arange(3), np.random.default_rng(1), Features(SPACE)
    points = Points(3, features)
    processes, done = Processes(points, Scales(3, refit=1)), []
    monkeypatch.setattr(_scales, "factored", lambda *args: done.append(1) or factored(*args))
    archs = SPACE.at(generator.integers(SPACE.size, size=(3, 80)))
    seen = features(archs)
    y = np.stack([generator.normal(size=80), seen[1].sum(axis=1), np.sin(40 * seen[2, :, 0])])
    known = [10, 12, 20, 40, 41, 60, 80]
    for count in known:
        points.learn(rows, archs[:, :count])
        y[:2] += generator.normal(scale=0.1, size=(2, 80))
        processes.fit(rows, y[:, :count])
        for run in rows:
            likelihoods = [
                GaussianProcessRegressor(Matern(length, nu=2.5), alpha=noise, optimizer=None)
                .fit(seen[run, :count], y[run, :count])
                .log_marginal_likelihood_value_
                for length, noise in zip(LENGTH, NOISE, strict=True)
            ]
            best = int(np.argmax(likelihoods))
            assert (processes.scales.length[run], processes.scales.noise[run]) == (LENGTH[best], NOISE[best])
    assert len(done) < 0.7 * len(known) * 3 * LENGTH.size


def test_what_the_model_hands_in_is_the_best_of_function_and_own_part() -> None:
    """By the posterior of a process whose kernel has each architecture's own part and slope added, one by one."""
    generator, features, rows = np.random.default_rng(2), Features(SPACE), np.arange(5)
    archs, y = SPACE.at(generator.integers(SPACE.size, size=(5, 20))), generator.normal(size=(5, 20))
    slopes, scales, points = generator.normal(size=(5, 20)), Scales(5, refit=1), Points(5, features)
    scales.length[:], scales.noise[:] = 0.7, (0.1, 0.2, 0.5, 1.0, 2.0)
    points.learn(rows, archs, slopes)
    found = Processes(points, scales).recommended(rows, y)
    for run in rows:
        kernel, noise = (
            Matern(0.7, nu=2.5)(features(archs[run])) + np.outer(slopes[run], slopes[run]),
            scales.noise[run],
        )
        whole = kernel + OWN * noise * np.eye(20)
        inverse = np.linalg.inv(whole + (1 - OWN) * noise * np.eye(20))
        assert found[run] == (whole @ inverse @ (y[run] + slopes[run]) - slopes[run]).argmin()


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
