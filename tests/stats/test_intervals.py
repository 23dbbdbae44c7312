"""The bootstrap interval of a mean: as scipy has it, covering as often as it promises."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import bootstrap

from nassim.stats.intervals import mean_interval


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_agrees_with_scipy(method) -> None:
    """On skewed data both limits are scipy's, up to the luck of the resampling."""
    values = np.random.default_rng(5).exponential(size=(60, 1))
    mine = mean_interval(values, method=method, resamples=20_000)
    name = {"bca": "BCa", "percentile": "percentile"}[method]
    theirs = bootstrap((values[:, 0],), np.mean, n_resamples=20_000, method=name, rng=np.random.default_rng(1))
    assert mine.mean[0] == pytest.approx(values.mean())
    assert_allclose([mine.low[0], mine.high[0]], theirs.confidence_interval, atol=0.012)


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_covers_as_often_as_it_promises(method) -> None:
    """Of 2,000 intervals from 40 skewed values each, about 95 % hold the true mean, 1."""
    values = np.random.default_rng(7).gamma(2.0, 0.5, size=(40, 2000))
    _, low, high = mean_interval(values, method=method, resamples=1000)
    assert 0.92 < ((low <= 1) & (high >= 1)).mean() < 0.96


def test_confidence_widens() -> None:
    """More confidence costs width."""
    values = np.random.default_rng(3).normal(size=(30, 1))
    narrow, wide = (mean_interval(values, confidence=level) for level in (0.5, 0.99))
    assert wide.low < narrow.low < narrow.mean < narrow.high < wide.high


def test_columns_do_not_depend_on_each_other() -> None:
    """A column asked for alone has the same interval, and shifting it shifts the interval."""
    values = np.random.default_rng(4).exponential(size=(25, 6))
    together = np.array(mean_interval(values))
    assert_allclose(np.array(mean_interval(values[:, 2:3]))[:, 0], together[:, 2], rtol=1e-6)
    assert_allclose(np.array(mean_interval(values + 50)), together + 50, rtol=1e-6)
    assert_array_equal(np.array(mean_interval(values)), together)


def test_one_run_has_a_mean_but_no_interval() -> None:
    """With a single run there is nothing to resample."""
    mean, low, high = mean_interval(np.array([[3.0, 4.0]]))
    assert_array_equal(mean, [3, 4])
    assert np.isnan([low, high]).all()


def test_no_runs_and_nan() -> None:
    """Nothing gives nan, without a warning; a nan spoils its own column only."""
    assert np.isnan(np.array(mean_interval(np.empty((0, 2))))).all()
    values = np.array([[1.0, np.nan], [2.0, 1.0], [4.0, 1.0]])
    result = np.array(mean_interval(values))
    assert np.isnan(result[:, 1]).all()
    assert np.isfinite(result[:, 0]).all()


def test_constant_column_has_no_width() -> None:
    """Equal runs leave no doubt, not even by rounding."""
    assert_array_equal(np.array(mean_interval(np.full((7, 1), 0.1))), np.full((3, 1), 0.1))
