"""The posterior: mean and deviation are scikit-learn's, draws have both, and the audit sees what cannot be learned."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from nassim.automl import posterior as module
from nassim.automl.posterior import Posterior, posterior

RANDOM = np.random.default_rng(0)
FEATURES = RANDOM.normal(size=(400, 6))
SLOPE = RANDOM.normal(size=6)
PLACES = np.arange(60)
ERROR = 20 + 3 * FEATURES[PLACES] @ SLOPE + np.random.default_rng(1).normal(size=60)
FAIR = np.ones(60, dtype=np.bool_)


@pytest.fixture(scope="module")
def learned() -> Posterior:
    """Return what sixty trainings tell of four hundred networks."""
    return posterior(FEATURES, PLACES, ERROR, FAIR, worlds=1500, seed=3)


def test_mean_and_deviation_are_those_of_scikit_learn(learned: Posterior) -> None:
    """To nine digits, with the kernel that was found, whose marginal likelihood its own optimiser does not better."""
    inputs = module._standardised(FEATURES)
    z = learned.scale.to(ERROR)
    kernel, noise = module._fitted(inputs[PLACES], z - z.mean())
    fixed = ConstantKernel(kernel.amplitude) * Matern(kernel.length, nu=2.5) + WhiteKernel(noise**2 + module.JITTER)
    process = GaussianProcessRegressor(fixed, optimizer=None, alpha=0).fit(inputs[PLACES], z - z.mean())
    mean, deviation = process.predict(inputs, return_std=True)
    np.testing.assert_allclose(learned.mean, mean + z.mean(), rtol=1e-9)
    np.testing.assert_allclose(learned.deviation**2, deviation**2 - noise**2 - module.JITTER, rtol=1e-6, atol=1e-9)


def test_draws_have_the_mean_the_deviation_and_the_correlations_of_the_process(learned: Posterior) -> None:
    """Within what 1,500 draws and 1,024 random features leave to chance."""
    error = learned.deviation / np.sqrt(1500)
    assert np.abs((learned.draws.mean(axis=0) - learned.mean) / error).mean() < 1.5
    ratio = learned.draws.std(axis=0) / learned.deviation
    assert abs(np.median(ratio) - 1) < 0.03
    assert np.quantile(abs(np.log(ratio)), 0.95) < 0.35
    inputs = module._standardised(FEATURES)
    kernel, noise = module._fitted(inputs[PLACES], learned.scale.to(ERROR) - learned.scale.to(ERROR).mean())
    one = inputs[[100, 101]]
    cross = kernel(one, inputs[PLACES])
    exact = kernel(one, one) - cross @ np.linalg.solve(
        kernel(inputs[PLACES], inputs[PLACES]) + noise**2 * np.eye(60), cross.T
    )
    found = np.cov(learned.draws[:, [100, 101]].T)
    assert abs(found[0, 1] - exact[0, 1]) < 0.2 * np.sqrt(exact[0, 0] * exact[1, 1])


def test_what_is_left_out_is_what_a_process_without_it_predicts() -> None:
    """The closed form equals fitting without one observation, one after the other."""
    inputs = module._standardised(FEATURES)[:12]
    kernel, noise, z = module.Kernel(1.3, 0.8), 0.4, ERROR[:12] - ERROR[:12].mean()
    covariance = kernel(inputs, inputs) + noise**2 * np.eye(12)
    found = module._left_out(np.linalg.cholesky(covariance), z)
    for one in range(12):
        rest = np.arange(12) != one
        plain = covariance[one, rest] @ np.linalg.solve(covariance[np.ix_(rest, rest)], z[rest])
        assert found[one] == pytest.approx(plain)


def test_the_audit_believes_what_can_be_learned_and_nothing_else(learned: Posterior) -> None:
    """A linear error is ranked with confidence; errors that have nothing to do with features are not."""
    assert learned.ranks
    assert learned.audit.value > 0.5
    noise = np.random.default_rng(5).normal(size=60) + 20
    assert not posterior(FEATURES, PLACES, noise, FAIR, worlds=2, seed=3).ranks
