"""Do tests reject as often, and intervals cover as often, as they say? On simulated searches, not on made-up noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import nassim
from nassim.stats.aggregates import iqm, profile, stratified_interval
from nassim.stats.bayes import bayesian_signed_rank
from nassim.stats.intervals import mean_interval
from nassim.stats.many import friedman
from nassim.stats.paired import signed_rank

COMPARISONS, RUNS = 2000, 60
EVALUATIONS = 40

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def finals() -> np.ndarray:
    """Return final regrets of two copies of one strategy, which differ in nothing but their runs, (2, 2000, 60)."""
    trace = nassim.simulate(
        "random_search", "nb201/imagenet16-120", runs=2 * COMPARISONS * RUNS, evaluations=EVALUATIONS, seed=11
    )
    return trace.regret()[:, -1].reshape(2, COMPARISONS, RUNS)


def bayes_as_test(x: np.ndarray, y: np.ndarray) -> float:
    """Return twice the smaller posterior probability: what a two-sided p value would be."""
    lower, _, higher = bayesian_signed_rank(x, y, 0.0, draws=400)
    return 2 * min(lower, higher)


TESTS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "signed rank": lambda x, y: signed_rank(x, y).p,
    "friedman": lambda x, y: friedman(np.stack([x, y])).p,
    "bayesian signed rank": bayes_as_test,
}


@pytest.mark.parametrize("test", TESTS.values(), ids=TESTS)
def test_two_copies_are_told_apart_by_chance_only(test, finals: np.ndarray) -> None:
    """At the 5 % level, 5 % +- 1 % of 2,000 comparisons of a strategy with itself are significant."""
    rejected = np.mean([test(x, y) < 0.05 for x, y in zip(*finals, strict=True)])
    assert rejected == pytest.approx(0.05, abs=0.01)


def covered(intervals: list[np.ndarray], true: float) -> float:
    """Return the share of intervals (mean, low, high) that hold a value."""
    _, low, high = np.array(intervals).T
    return float(((low <= true) & (true <= high)).mean())


@pytest.fixture(scope="module")
def samples(finals: np.ndarray) -> np.ndarray:
    """Return 2,000 samples of 120 runs."""
    return np.concatenate(finals, axis=1)


def test_intervals_of_means_cover(samples: np.ndarray) -> None:
    """95 % +- 1.5 % of them hold the mean of all runs."""
    found = np.stack(mean_interval(samples.T))
    assert covered(list(found.T), samples.mean()) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(
    "statistic", [iqm, lambda scores: profile(scores, np.array([1.5]))[..., 0]], ids=["iqm", "profile"]
)
def test_stratified_intervals_cover(statistic, samples: np.ndarray) -> None:
    """So do those of aggregates, here of three benchmarks with 40 runs each."""
    true = float(statistic(samples.reshape(1, -1)))
    found = [np.stack(stratified_interval(statistic, one.reshape(3, 40), resamples=400)) for one in samples]
    assert covered(found, true) == pytest.approx(0.95, abs=0.015)
