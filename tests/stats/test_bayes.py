"""The Bayesian signed-rank test agrees with baycomp, and says what it should where the answer is known."""

import baycomp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from nassim.stats.bayes import bayesian_signed_rank

NAN = np.nan


@pytest.mark.parametrize("rope", [0.0, 0.1, 0.3])
@pytest.mark.parametrize("digits", [1, 9])
def test_agrees_with_baycomp(rope: float, digits: int) -> None:
    """With and without ties on the edge of the region, up to the luck of the draws."""
    x, y = np.random.default_rng(7).normal(size=(2, 25)).round(digits)
    theirs = baycomp.SignedRankTest.probs(y, x - 0.2, rope=rope, nsamples=20_000, random_state=1)
    mine = bayesian_signed_rank(x - 0.2, y, rope, draws=20_000)
    # baycomp speaks of higher as better, and of y - x
    expected = theirs if rope else (theirs[0], 0.0, theirs[1])
    assert_allclose(sorted(mine), sorted(expected), atol=0.02)


def test_direction() -> None:
    """Where x is far below y it is lower; a tiny difference is equal; turned round it is higher."""
    x = np.random.default_rng(1).normal(size=40)
    assert bayesian_signed_rank(x, x + 1, 0.5).lower > 0.99
    assert bayesian_signed_rank(x + 1, x, 0.5).higher > 0.99
    assert bayesian_signed_rank(x, x + 0.01, 0.5).equal > 0.99


def test_probabilities_add_up() -> None:
    """To 1, whatever the number of draws."""
    x, y = np.random.default_rng(2).normal(size=(2, 10))
    assert sum(bayesian_signed_rank(x, y, 0.2, draws=1001)) == pytest.approx(1)


def test_failures_are_higher_than_any_number() -> None:
    """A strategy that mostly fails is higher; the same failures are equal."""
    x, y = np.full(20, NAN), np.arange(20.0)
    assert bayesian_signed_rank(x, y, 0.1).higher > 0.99
    assert bayesian_signed_rank(x, x, 0.1).equal == 1.0


@pytest.mark.parametrize("rope", [0.0, 0.5])
def test_identical_samples_are_equal(rope: float) -> None:
    """Of numbers and of failures, with a region of practical equivalence and without."""
    x = np.array([1.0, 2.5, NAN, 0.0])
    assert bayesian_signed_rank(x, x, rope) == (0.0, 1.0, 0.0)
    noisy = np.array([82.2 - 82.8, 0.1 + 0.2])
    assert bayesian_signed_rank(noisy, np.array([83.2 - 83.8, 0.3]), rope) == (0.0, 1.0, 0.0)


def test_ties_share_their_weight() -> None:
    """Equal differences are drawn as one: a Dirichlet's parts add up to a Dirichlet."""
    x, y = np.random.default_rng(3).normal(size=(2, 30)).round(0)
    assert_allclose(
        bayesian_signed_rank(x + 0.3, y, 0.2, draws=20_000),
        bayesian_signed_rank(x + 0.3 + np.linspace(0, 1e-6, 30), y, 0.2, draws=20_000),
        atol=0.02,
    )
