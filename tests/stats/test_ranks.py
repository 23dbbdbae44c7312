"""Ranks agree with scipy's midranks, and a failure comes last."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_array_equal
from scipy.stats import rankdata

from nassim.stats.ranks import midranks, ranks

SMALL = st.integers(-3, 3).map(float)  # collides often


@given(arrays(float, array_shapes(min_dims=2, max_dims=3, max_side=6), elements=SMALL))
def test_ranks_are_scipys(scores) -> None:
    """Each run's strategies are ranked with ties shared, whatever stands before."""
    assert_array_equal(ranks(scores), rankdata(scores, axis=-2))


@given(arrays(float, st.integers(1, 30), elements=SMALL | st.just(np.inf)))
def test_midranks_are_scipys(values) -> None:
    """Also with infinite values."""
    assert_array_equal(midranks(values), rankdata(values))


def test_a_failure_is_worse_than_any_number() -> None:
    """Two strategies that failed in the same run share the last places."""
    scores = np.array([[1.0, np.nan], [np.nan, 9.0], [2.0, np.nan]])
    assert_array_equal(ranks(scores), [[1, 2.5], [3, 1], [2, 2.5]])
