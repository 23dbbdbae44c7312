"""Comparisons of many strategies agree with scipy, scikit-posthocs and autorank, and with Demsar's tables."""

import autorank
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import friedmanchisquare, studentized_range

from nassim.stats.many import critical_difference, friedman, groups
from nassim.stats.ranks import ranks


@pytest.mark.parametrize("digits", [0, 9])
def test_friedman_is_scipys(digits: int) -> None:
    """With and without ties."""
    scores = np.random.default_rng(3).normal(size=(5, 20)).round(digits) + np.arange(5)[:, None] / 3
    expected = friedmanchisquare(*scores)
    assert friedman(scores) == (pytest.approx(expected.statistic), pytest.approx(expected.pvalue))


def test_nothing_differs() -> None:
    """Equal strategies leave nothing to test."""
    assert friedman(np.ones((3, 4))) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("strategies", "q"),
    [(2, 1.960), (3, 2.343), (4, 2.569), (5, 2.728), (6, 2.850), (7, 2.949), (8, 3.031), (10, 3.164)],
)
def test_critical_difference_of_demsar(strategies: int, q: float) -> None:
    """Table 5 a of Demsar (2006), level 0.05, q / sqrt(2) there already."""
    expected = q * np.sqrt(strategies * (strategies + 1) / (6 * 30))
    assert critical_difference(strategies, 30) == pytest.approx(expected, rel=5e-4)


@pytest.mark.parametrize("strategies", [2, 5, 20, 100])
@pytest.mark.parametrize("level", [0.001, 0.05, 0.3])
def test_critical_difference_is_scipys(strategies: int, level: float) -> None:
    """To the last digits, for few and for many strategies."""
    expected = studentized_range.ppf(1 - level, strategies, np.inf) * np.sqrt(strategies * (strategies + 1) / 12 / 50)
    assert critical_difference(strategies, 50, level) == pytest.approx(expected, rel=1e-9)


def test_autorank_agrees() -> None:
    """Its mean ranks and critical difference are ours."""
    scores = np.random.default_rng(1).normal(size=(4, 15)) ** 3 + np.arange(4)[:, None] / 2
    theirs = autorank.autorank(
        pd.DataFrame(scores.T), order="ascending", approach="frequentist", force_mode="nonparametric"
    )
    assert theirs.cd == pytest.approx(critical_difference(4, 15), rel=1e-3)
    assert_allclose(sorted(theirs.rankdf["meanrank"]), sorted(ranks(scores).mean(axis=1)))


def test_groups_worked_example() -> None:
    """1.0 to 1.9 and 1.9 to 2.8 are each within one; 5.0 stands alone."""
    assert groups([1.9, 1.0, 5.0, 2.8], 1.0) == [(1, 0), (0, 3)]
    assert groups([1.0, 3.0], 1.0) == []
    assert groups([1.0, 1.0, 1.0], 1.0) == [(0, 1, 2)]


@given(st.lists(st.integers(0, 20).map(float), min_size=1, max_size=9), st.integers(1, 6).map(float))
def test_groups_are_the_maximal_sets(mean_ranks, difference) -> None:
    """Two strategies share a group just when they are closer than the difference, and no group holds another."""
    found = [set(group) for group in groups(mean_ranks, difference)]
    for one in range(len(mean_ranks)):
        for other in range(one):
            close = abs(mean_ranks[one] - mean_ranks[other]) < difference
            assert close == any({one, other} <= group for group in found)
    assert not any(one < other for one in found for other in found)
