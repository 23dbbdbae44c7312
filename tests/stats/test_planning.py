"""The number of runs asked for gives the power promised."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from nassim.stats.paired import signed_rank
from nassim.stats.planning import runs_needed


def test_normal_differences_need_what_the_formula_says() -> None:
    """For normal differences p = Phi(sqrt(2) shift / deviation), Noether's own example of the signed-rank test."""
    pilot = norm.ppf((np.arange(4000) + 0.5) / 4000)
    p = norm.cdf(math.sqrt(2) * 0.4)
    expected = (norm.ppf(0.975) + norm.ppf(0.8)) ** 2 / (3 * (p - 0.5) ** 2)
    assert runs_needed(pilot, 0.4) == pytest.approx(expected, abs=1)


def test_the_power_is_what_was_asked_for() -> None:
    """Of 1,000 studies with so many runs, about 80 % see the difference."""
    pilot = np.random.default_rng(0).laplace(size=3000)
    runs, generator = int(runs_needed(pilot, 0.2)), np.random.default_rng(3)
    seen = [signed_rank(generator.laplace(0.2, size=runs), np.zeros(runs)).p < 0.05 for _ in range(1000)]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.03)


def test_the_edges() -> None:
    """No difference is never seen; a huge one needs eleven, the least of the formula; sign does not matter."""
    pilot = np.random.default_rng(1).normal(size=100)
    assert runs_needed(np.array([-1.0, 0.0, 1.0]), 0.0) == math.inf
    assert runs_needed(pilot, 1e9) == 11
    assert runs_needed(pilot, -0.3) == runs_needed(pilot, 0.3)
    assert runs_needed(np.zeros(5), 0.1) == 11
