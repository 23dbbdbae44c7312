"""The interval of a mean: the bootstrap-t by plain loops, none where there can be none, covering as it promises."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import binomtest

from nassim.stats.intervals import mean_interval, share_interval
from tests.oracles.bootstrap_t import bootstrap_t


@pytest.mark.parametrize("runs", [6, 25, 120])
def test_agrees_with_plain_loops(runs) -> None:
    """Of skewed, discrete and hardly differing values, both limits are those of resamples taken one by one."""
    random = np.random.default_rng(5)
    columns = [random.exponential(size=runs), np.round(random.gamma(0.6, size=runs), 1), random.normal(50, 1e-3, runs)]
    found = mean_interval(np.array(columns).T, resamples=500)
    for column, mean, low, high in zip(columns, *found, strict=True):
        assert mean == pytest.approx(sum(column) / runs)
        expected = bootstrap_t(column.tolist(), 500)
        assert_allclose([low, high], expected, rtol=0, atol=2e-4 * float(np.std(column)))


def test_covers_as_often_as_it_promises() -> None:
    """Of 2,000 intervals from 40 skewed values each, 95 % +- 1.5 % hold the true mean, 1."""
    values = np.random.default_rng(7).gamma(2.0, 0.5, size=(40, 2000))
    _, low, high = mean_interval(values, resamples=1000)
    assert ((low <= 1) & (high >= 1)).mean() == pytest.approx(0.95, abs=0.015)


def test_confidence_widens() -> None:
    """More confidence costs width."""
    values = np.random.default_rng(3).normal(size=(30, 1))
    narrow, wide = (mean_interval(values, confidence=level) for level in (0.5, 0.99))
    assert wide.low < narrow.low < narrow.mean < narrow.high < wide.high


def test_columns_do_not_depend_on_each_other() -> None:
    """A column asked for alone has the same interval, and shifting it shifts the interval."""
    values = np.random.default_rng(4).exponential(size=(25, 6))
    together = np.array(mean_interval(values))
    assert_allclose(np.array(mean_interval(values[:, 2:3]))[:, 0], together[:, 2], rtol=1e-5)
    assert_allclose(np.array(mean_interval(values + 50)), together + 50, rtol=1e-5)
    assert_array_equal(np.array(mean_interval(values)), together)


def test_one_run_has_a_mean_but_no_interval() -> None:
    """With a single run there is nothing to resample."""
    mean, low, high = mean_interval(np.array([[3.0, 4.0]]))
    assert_array_equal(mean, [3, 4])
    assert np.isnan([low, high]).all()


def test_no_runs_and_nan() -> None:
    """Nothing gives nan, without a warning; a nan spoils its own column only."""
    assert np.isnan(np.array(mean_interval(np.empty((0, 2))))).all()
    values = np.column_stack([np.r_[np.nan, np.ones(9)], np.arange(10.0)])
    result = np.array(mean_interval(values))
    assert np.isnan(result[:, 0]).all()
    assert np.isfinite(result[:, 1]).all()


def test_constant_column_has_no_width() -> None:
    """Equal runs differ in nothing, not even by rounding, where none can come to anything worse."""
    assert_array_equal(np.array(mean_interval(np.full((7, 1), 0.1))), np.full((3, 1), 0.1))


def test_few_that_differ_have_no_interval() -> None:
    """One run of 100 that differs is in no resample in 37 % of them: how bad the rest can be is unknown."""
    values = np.zeros((100, 2))
    values[0, 0] = values[:9, 1] = 1.0
    _, low, high = mean_interval(values)
    assert np.isnan([low[0], high[0]]).all()
    assert 0 <= low[1] < 0.09 < high[1]


@pytest.mark.parametrize(("worst", "told"), [(0.4, True), (1.2, False)])
def test_runs_that_may_hide_bad_ones_have_no_interval(worst, told) -> None:
    """Two runs at the worst move the mean of 50 by 2 (worst - mean) / 50, which Student's interval must hold."""
    values = np.random.default_rng(6).normal(0.06, 0.05, (50, 1))
    reach = 2.0096 * values.std(ddof=1) / math.sqrt(50)
    assert told == (2 * (worst - values.mean()) / 50 < reach)
    assert np.isfinite(mean_interval(values, worst).low[0]) == told


def test_equal_runs_say_nothing_of_worse_ones() -> None:
    """A strategy that never failed in 20 runs, beside one that did, gets no interval of width 0."""
    assert np.isnan(mean_interval(np.full((20, 1), 0.1), 0.3).low[0])
    assert_array_equal(np.array(mean_interval(np.full((20, 1), 0.1), 0.1)), np.full((3, 1), 0.1))


@given(st.lists(st.one_of(st.just(0.0), st.floats(0, 1e4, width=32)), min_size=2, max_size=30))
@settings(max_examples=60, deadline=None)
def test_what_is_never_negative_has_no_negative_end(values) -> None:
    """Whatever single precision makes of it; and the mean lies within."""
    mean, low, high = (float(part[0]) for part in mean_interval(np.array(values)[:, None], resamples=200))
    assert math.isnan(low) == math.isnan(high)
    if not math.isnan(low):
        assert 0 <= low <= mean * (1 + 1e-9)
        assert mean <= high * (1 + 1e-9)


@pytest.mark.parametrize(("successes", "runs"), [(0, 10), (3, 10), (10, 10), (499, 1000)])
def test_a_share_has_the_exact_interval(successes: int, runs: int) -> None:
    """That of Clopper and Pearson, as scipy has it; without a run there is none."""
    exact = binomtest(successes, runs).proportion_ci(0.95, method="exact")
    assert share_interval(successes, runs) == pytest.approx((exact.low, exact.high), abs=1e-12)
    assert np.isnan(share_interval(0, 0)).all()
