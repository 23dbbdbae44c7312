"""The interval over benchmarks and runs agrees with a plain loop, and covers benchmarks that are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from nassim.stats.hierarchical import hierarchical_interval


def test_it_is_the_loop_over_benchmarks_and_runs() -> None:
    """Benchmarks are drawn, and runs within each: the quantiles are those of a plain loop, but for its draws."""
    generator = np.random.default_rng(4)
    values = generator.normal(size=(7, 30, 2)) + generator.normal(size=(7, 1, 2)) * [1.0, 0.1]
    found = hierarchical_interval(values, resamples=20_000)
    means = []
    for _ in range(20_000):
        drawn = values[generator.integers(7, size=7)]
        runs = generator.integers(30, size=(7, 30))
        means.append(drawn[np.arange(7)[:, None], runs].mean(axis=(0, 1)))
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    np.testing.assert_allclose(found.mean, values.mean(axis=(0, 1)))
    np.testing.assert_allclose([found.low, found.high], [low, high], atol=0.02)


def test_one_benchmark_says_nothing_of_others() -> None:
    """There is a mean and no interval."""
    found = hierarchical_interval(np.ones((1, 5, 3)))
    assert found.mean.tolist() == [1.0] * 3
    assert np.isnan([found.low, found.high]).all()


def test_it_covers_what_many_benchmarks_say() -> None:
    """Of 150 samples of twenty benchmarks, nine in ten and more intervals hold the mean of all there are."""
    generator = np.random.default_rng(5)
    held = 0
    for seed in range(150):
        values = generator.normal(size=(20, 1, 1)) + generator.normal(size=(20, 10, 1))
        found = hierarchical_interval(values, resamples=200, seed=seed)
        held += bool(found.low[0] <= 0 <= found.high[0])
    assert held / 150 == pytest.approx(0.94, abs=0.05)
