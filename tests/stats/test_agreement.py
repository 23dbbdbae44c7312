"""Agreement of one measurement with repeated ones, against scipy and against what is known of simulated data."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from nassim.stats.agreement import kendall, regret, student_interval

GENERATOR = np.random.default_rng(0)


def test_student_intervals_are_those_of_scipy() -> None:
    """Row by row, and missing values are left out."""
    values = GENERATOR.normal(5, 2, (6, 4))
    values[2, 1] = np.nan
    mean, low, high = student_interval(values)
    for row, (centre, bottom, top) in enumerate(zip(mean, low, high, strict=True)):
        real = values[row][~np.isnan(values[row])]
        assert centre == pytest.approx(real.mean())
        assert (bottom, top) == pytest.approx(stats.t.interval(0.95, real.size - 1, real.mean(), stats.sem(real)))


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    """They are nan, without a warning."""
    mean, low, high = student_interval(np.array([[3.0, np.nan], [np.nan, np.nan]]))
    np.testing.assert_array_equal(mean, [3.0, np.nan])
    assert np.isnan([low, high]).all()


def test_tau_is_that_of_scipy_within_an_interval_that_says_how_sure() -> None:
    """The interval holds the value, is narrower with more things, and is nan where there are too few."""
    hidden = GENERATOR.normal(size=200)
    one, other = hidden + GENERATOR.normal(size=200), hidden + GENERATOR.normal(size=200)
    many, few = kendall(one, other), kendall(one[:20], other[:20])
    rounded = one.round(), other.round()  # with ties
    assert many.value == pytest.approx(stats.kendalltau(one, other).statistic)
    assert kendall(*rounded).value == pytest.approx(stats.kendalltau(*rounded).statistic)
    assert many.low < many.value < many.high
    assert many.high - many.low < few.high - few.low
    assert np.isnan(kendall(one[:2], other[:2]).value)
    assert np.isnan(kendall(np.ones(5), other[:5]).value)


def test_regret_is_the_distance_to_the_lowest_mean() -> None:
    """Its interval is about as wide as the noise of two means makes it; without repeats there is none."""
    values = np.array([[3.0], [1.0], [7.0]]) + GENERATOR.normal(0, 0.1, (3, 50))
    found = regret(0, values)
    mean = values.mean(axis=1)
    assert found.value == pytest.approx(mean[0] - mean[1])
    assert found.low < found.value < found.high
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * 0.1 * np.sqrt(2 / 50), rel=0.25)
    assert regret(1, values).value == 0
    assert np.isnan(regret(0, values[:, :1]).low)
