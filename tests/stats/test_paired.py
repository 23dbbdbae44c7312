"""Paired tests agree with scipy and with counting everything out."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import rankdata, wilcoxon

from nassim.stats.paired import a12, holm, signed_rank
from nassim.stats.ranks import paired_differences

NAN = np.nan


@pytest.mark.parametrize("size", [5, 12, 50])
def test_small_samples_are_scipys_exact_test(size: int) -> None:
    """Without ties, the p value is that of the exact distribution."""
    x, y = np.random.default_rng(size).normal(size=(2, size))
    assert signed_rank(x, y + 0.4).p == pytest.approx(wilcoxon(x, y + 0.4, method="exact").pvalue, rel=1e-12)


@pytest.mark.parametrize("decimals", [0, 1, 9])
def test_large_samples_are_scipys_normal_test(decimals: int) -> None:
    """With and without ties and pairs that do not differ."""
    x, y = np.random.default_rng(8).normal(size=(2, 300)).round(decimals)
    expected = wilcoxon((x - y - 0.2).round(9), zero_method="wilcox", correction=False, method="asymptotic").pvalue
    assert signed_rank(x, y + 0.2).p == pytest.approx(expected, rel=1e-9)


@given(arrays(float, st.integers(1, 9), elements=st.integers(-3, 3).map(float)))
def test_ties_are_counted_out(difference) -> None:
    """With ties, the p value is the share of all signs that are at least as extreme."""
    p = signed_rank(difference, np.zeros(difference.size)).p
    rank = rankdata(np.abs(difference[difference != 0]))
    sums = np.array([np.dot(signs, rank) for signs in product((0, 1), repeat=rank.size)])
    seen = rank[difference[difference != 0] > 0].sum()
    assert p == pytest.approx(min(1.0, 2 * min((sums <= seen).mean(), (sums >= seen).mean())))


ROUNDED = (
    np.array([80.2, 82.2, 82.0, 84.3, 83.2, 82.1, 80.8]),
    np.array([80.5, 82.8, 82.7, 84.8, 83.9, 82.4, 80.5]),
)


def test_rounded_data_have_ties() -> None:
    """Seven pairs of tenths, three of which differ by 0.3 and two by 0.7: p = .0625 by counting all 128 signs."""
    x, y = ROUNDED
    tenths = np.rint(10 * x) - np.rint(10 * y)
    rank = rankdata(np.abs(tenths))
    sums = np.array([np.dot(signs, rank) for signs in product((0, 1), repeat=rank.size)])
    seen = rank[tenths > 0].sum()
    assert 2 * (sums <= seen).mean() == 0.0625
    assert signed_rank(x, y).p == 0.0625
    assert signed_rank(y, x).p == 0.0625


@given(
    arrays(int, st.integers(1, 9), elements=st.integers(-5, 5)),
    st.sampled_from([1e-3, 0.01, 0.1, 0.3, 7.0]),
    st.sampled_from([0.0, 52.69, 1234.5]),
)
def test_scale_and_offset_change_no_ties(whole, step, offset) -> None:
    """Differences that are multiples of a step rank as the multiples do, in whatever unit and wherever they lie."""
    y = offset + step * np.arange(whole.size)
    x = offset + step * (np.arange(whole.size) + whole)
    assert signed_rank(x, y) == signed_rank(whole.astype(float), np.zeros(whole.size))


@given(arrays(float, 12, elements=st.floats(-1e3, 1e3)))
def test_what_is_no_noise_is_kept(x) -> None:
    """Rounding moves no difference by more than a billionth of what the samples come to; 0 stays 0."""
    y = x[::-1].copy()
    found = paired_differences(x, y)
    assert_allclose(found, x - y, atol=1e-300 + 1e-9 * float(np.abs(x).max()))
    assert (found[x == y] == 0).all()


def test_one_outlier_does_not_hide_the_rest() -> None:
    """A run that diverged decides nothing for the others."""
    x, y = np.array([1e12, 0.1, 0.2, 0.3, 0.4, 0.5]), np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert signed_rank(x, y).effect == pytest.approx((6 - 15) / 21)


def test_identical_samples() -> None:
    """No pair differs: p = 1 and no effect; failures in the same runs are ties."""
    sample = np.array([1.0, NAN, 3.0])
    assert signed_rank(sample, sample) == (1.0, 0.0)


def test_effect_has_the_sign_of_the_difference() -> None:
    """1 = x larger in every pair; and a failure is larger than any number."""
    x = np.array([2.0, 3.0, NAN, 9.0, 7.0, 8.0])
    assert signed_rank(x, np.zeros(6)) == (pytest.approx(2 / 2**6), 1.0)
    assert signed_rank(np.zeros(6), x).effect == -1.0
    assert signed_rank(np.array([1.0, 2.0]), np.array([2.0, 1.0])) == (1.0, 0.0)


def test_holm_worked_example() -> None:
    """Sorted, multiplied by the number still standing, never decreasing, in the order given."""
    assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
    assert_array_equal(holm([0.6, 0.5]), [1, 1])
    assert holm([]).size == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_rejects_what_the_step_down_procedure_rejects(values: list[float]) -> None:
    """At any level: go up the sorted p values until one is above level / (number still standing)."""
    for level in (0.01, 0.05, 0.3):
        rejected = set()
        for step, index in enumerate(np.argsort(values, kind="stable")):
            if values[index] * (len(values) - step) > level:
                break
            rejected.add(index)
        assert set(np.flatnonzero(holm(values) <= level)) == rejected


@given(*[arrays(float, st.integers(1, 8), elements=st.integers(-3, 3).map(float))] * 2)
def test_a12_by_brute_force(x, y) -> None:
    """The share of pairs in which x is larger, ties counted half."""
    pairs = [(a > b) + (a == b) / 2 for a, b in product(x, y)]
    assert a12(x, y) == pytest.approx(np.mean(pairs))


def test_a12_with_failures() -> None:
    """A failure is larger than any number."""
    assert a12(np.array([NAN, NAN]), np.array([1.0, 5.0])) == 1.0
