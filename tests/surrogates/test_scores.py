"""The measures of predictions, against what is known without computing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from nassim.surrogates.scores import WIDTH, score, tau

TRUE = np.random.default_rng(0).normal(10, 3, 400)
pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=12)


def brute_tau(first, second) -> float:
    """Return tau-b by its definition, over all pairs."""
    signs = [
        (np.sign(first[i] - first[j]), np.sign(second[i] - second[j])) for i in range(len(first)) for j in range(i)
    ]
    untied = [sum(sign[side] != 0 for sign in signs) for side in (0, 1)]
    return sum(a * b for a, b in signs) / math.sqrt(untied[0] * untied[1])


@given(pairs)
def test_tau_is_that_of_its_definition(drawn):
    """Kendall's tau-b with ties; nan where one side is constant."""
    first, second = np.array(drawn, dtype=float).T
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        assert np.isnan(tau(first, second))
    else:
        assert tau(first, second) == pytest.approx(brute_tau(first, second), abs=1e-12)


def test_perfect_predictions():
    """Everything is 1, every distance 0."""
    found = score(TRUE, TRUE, one=TRUE, spread=np.ones(400), width=1e-9)
    assert (found.n, found.r2, found.rmse, found.tau, found.coverage) == (400, 1, 0, pytest.approx(1), 1)
    assert (found.sparse_tau, found.tau_top_half) == (pytest.approx(1), pytest.approx(1))
    assert (found.regret_10, found.regret_100, found.rank_10, found.rank_100) == (0, 0, 0, 0)


def test_predicting_the_mean_explains_nothing():
    """R2 is 0, the RMSE the standard deviation, and tau undefined."""
    found = score(TRUE, np.full(400, TRUE.mean()), width=0.1)
    assert found.r2 == pytest.approx(0)
    assert found.rmse == pytest.approx(TRUE.std())
    assert np.isnan(found.tau)
    assert np.isnan(found.coverage)


def test_reversed_predictions_find_the_worst():
    """Tau is -1; the predicted ten best are the ten worst."""
    found = score(TRUE, -TRUE, width=1e-9)
    assert found.tau == pytest.approx(-1)
    assert found.regret_10 == pytest.approx(np.sort(TRUE)[-10] - TRUE.min())
    assert found.rank_10 == 390
    assert found.rank_100 == 300


def test_sparse_tau_ignores_differences_below_the_bin():
    """Predictions that differ by less than a bin are ties, as if they were rounded."""
    found = score(TRUE, TRUE, width=2.0)
    assert found.sparse_tau == pytest.approx(tau(TRUE, np.round(TRUE / 2)))
    assert found.sparse_tau < found.tau


def test_tau_of_the_top_half_sees_only_the_better_half():
    """What is predicted of the worse half does not count."""
    mean = np.where(np.median(TRUE) >= TRUE, TRUE, -TRUE)
    assert score(TRUE, mean, width=0.1).tau_top_half == pytest.approx(1)


def test_tau_of_the_best_tenth_sees_only_the_best_tenth():
    """What is said of the worse nine tenths does not matter to it."""
    mean = np.where(np.quantile(TRUE, 0.1) < TRUE, -TRUE, TRUE)
    assert score(TRUE, mean, width=0.1).tau_best_tenth == pytest.approx(1)
    assert score(TRUE, -mean, width=0.1).tau_best_tenth == pytest.approx(-1)


def test_coverage_counts_trainings_within_the_interval():
    """Normal deviations of the predicted size lie within in 90 % of cases."""
    assert norm.cdf(WIDTH) - norm.cdf(-WIDTH) == pytest.approx(0.9)
    one = TRUE + np.random.default_rng(1).normal(0, 0.5, 400)
    inside = score(TRUE, TRUE, one=one, spread=np.full(400, 0.5), width=0.1).coverage
    assert inside == pytest.approx(0.9, abs=0.05)
    assert score(TRUE, TRUE, one=one, spread=np.full(400, 5.0), width=0.1).coverage == 1
