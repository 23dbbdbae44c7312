"""Statistics over many benchmarks agree with scipy and with their definitions."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose
from scipy.stats import bootstrap, trim_mean

from nassim.stats.aggregates import iqm, profile, stratified_interval

SMALL = st.integers(-3, 3).map(float)


@given(arrays(float, array_shapes(min_dims=2, max_dims=3, max_side=7), elements=st.floats(-9, 9)))
def test_iqm_is_scipys_trimmed_mean(scores) -> None:
    """The mean without the lowest and highest quarter of all scores."""
    flat = scores.reshape(*scores.shape[:-2], -1)
    assert_allclose(iqm(scores), trim_mean(flat, 0.25, axis=-1), atol=1e-12)


def test_failures_are_worst() -> None:
    """A few are trimmed away; more than a quarter make the mean infinite."""
    assert iqm(np.array([[1.0, 2.0, 3.0, np.nan]])) == 2.5
    assert np.isinf(iqm(np.array([[1.0, 2.0, np.nan, np.nan]])))


@given(arrays(float, (2, 3, 4), elements=SMALL), st.integers(-3, 3))
def test_profile_by_its_definition(scores, threshold) -> None:
    """The share of scores at or below a threshold."""
    assert_allclose(profile(scores, np.array([float(threshold)]))[:, 0], (scores <= threshold).mean(axis=(1, 2)))


def test_interval_of_one_benchmark_is_scipys() -> None:
    """With one stratum it is the ordinary percentile bootstrap."""
    scores = np.random.default_rng(5).exponential(size=(1, 80))
    mine = stratified_interval(iqm, scores, resamples=20_000)
    theirs = bootstrap(
        (scores[0],),
        lambda values, axis: trim_mean(values, 0.25, axis=axis),
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    assert_allclose([mine.low, mine.high], theirs, atol=0.012)


def test_strata_are_kept() -> None:
    """Benchmarks that differ widely, with runs that do not, leave no doubt about the mean."""
    scores = np.array([[1.0] * 10, [100.0] * 10])
    found = stratified_interval(lambda values: values.mean(axis=(-2, -1)), scores)
    assert found == (50.5, 50.5, 50.5)


def test_an_interval_has_columns() -> None:
    """Profiles have one per threshold."""
    x = np.random.default_rng(6).normal(size=(2, 30))
    found = stratified_interval(lambda scores: profile(scores, np.array([-1.0, 0.0, 1.0])), x, resamples=200)
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()
    assert found.mean.shape == found.low.shape == (3,)
