"""What is known without training helps where it tells something, and is unlearned where it does not."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from sklearn.gaussian_process.kernels import DotProduct, Matern

import nassim
from nassim.core.errors import NassimError
from nassim.core.random_streams import Streams
from nassim.strategies import _processes, zero_cost_prior
from nassim.strategies._features import normal_scores
from nassim.strategies.zero_cost_prior import ZeroCostPrior
from tests.toys import toy_benchmark

TOY = toy_benchmark((3, 2, 5, 4), replicas=3)
ROWS = np.arange(2)


def knowing(sign: float) -> Any:
    """Return the toy benchmark whose params are its errors, or their opposite."""
    told = copy.copy(TOY)
    told._costs = sign * TOY.truth(TOY.space.at(np.arange(TOY.space.size)))[:, None]
    return told


def test_it_begins_with_the_highest() -> None:
    """The first architectures are the best of a hundred random ones, best first, if the cost tells the error."""
    trace = nassim.simulate("zero_cost_prior", knowing(-1), runs=5, evaluations=10)
    assert (np.diff(trace.truth, axis=1) >= 0).all()
    assert trace.truth.mean() < np.quantile(TOY.truth(TOY.space.at(np.arange(TOY.space.size))), 0.1)


def test_it_unlearns_a_cost_that_misleads() -> None:
    """If errors rise with the cost, it still finds better than evolution does."""
    how: Any = {"runs": 30, "evaluations": 45}
    misled = nassim.simulate("zero_cost_prior", knowing(1), **how).regret()[:, -1].mean()
    assert misled < nassim.simulate("regularized_evolution", TOY, **how).regret()[:, -1].mean()


def test_its_model_is_the_process_with_a_prior_slope(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gain and deviation are those of scikit-learn's process with an added linear kernel, around the prior mean."""
    strategy = ZeroCostPrior(TOY.space, Streams(0, "zero_cost_prior", ROWS))
    strategy.set_cost_oracle(TOY.cost)
    archs = TOY.space.at(np.arange(0, TOY.space.size, 10))
    for number, arch in enumerate(archs):
        strategy.batches.history.tell(ROWS, np.repeat(arch[None], 2, axis=0), np.full(2, (number * 7) % 5))
    seen: dict[str, Any] = {}
    monkeypatch.setattr(zero_cost_prior, "candidates", lambda *args, **how: keep(seen, original(*args, **how)))
    monkeypatch.setattr(_processes, "expected_improvement", lambda *both: seen.update(gain=both) or both[0])
    strategy._propose(ROWS)
    pool = seen["pool"].archs[0, seen["pool"].worth[0]]
    trust = strategy.trust
    score, at_pool = strategy._score(archs[None])[0], strategy._score(pool[None])[0]
    points, there = strategy.features(archs), strategy.features(pool)
    y = normal_scores((np.arange(len(archs)) * 7 % 5)[None].astype(float))[0] + trust * score
    covariance, noise = Matern(strategy.processes.scales.length[0], nu=2.5), strategy.processes.scales.noise[0]
    linear = DotProduct(0.0)

    def kernel(a: Any, za: Any, b: Any, zb: Any) -> Any:
        return covariance(a, b) + linear(trust * za[:, None], trust * zb[:, None])

    inner = kernel(points, score, points, score)
    solved = np.linalg.solve(
        inner + noise * np.eye(len(y)), np.column_stack([y, kernel(points, score, there, at_pool)])
    )
    mean = kernel(there, at_pool, points, score) @ solved[:, 0] - trust * at_pool
    lowest = (inner @ solved[:, 0] - trust * score).min()
    deviation = np.sqrt(
        np.diag(kernel(there, at_pool, there, at_pool) - kernel(there, at_pool, points, score) @ solved[:, 1:])
    )
    np.testing.assert_allclose(seen["gain"][0][: len(pool)], lowest - mean, atol=1e-9)
    np.testing.assert_allclose(seen["gain"][1][: len(pool)], deviation, atol=1e-7)


original = zero_cost_prior.candidates


def keep(seen: dict[str, Any], pool: Any) -> Any:
    """Remember a pool."""
    seen["pool"] = pool
    return pool


def test_it_needs_a_cost_that_is_known() -> None:
    """A cost that the benchmark does not have, and a search by hand that is told none, are refused in one line."""
    with pytest.raises(NassimError, match="flops"):
        nassim.simulate("zero_cost_prior", TOY, runs=1, evaluations=1, cost="flops")
    with pytest.raises(NassimError, match="nothing is known without training"):
        nassim.solo("zero_cost_prior", TOY.space).ask()
