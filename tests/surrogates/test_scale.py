"""The transform under which a target is learned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nassim.surrogates.scale import Scale

SKEWED = np.array([8.0, 8.5, 9.0, 9.5, 10.0, 11.0, 90.0])
EVEN = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
sizes = st.floats(-1e3, 1e3).map(lambda size: round(size, 6))
numbers = st.lists(sizes, min_size=3, max_size=30, unique=True).map(np.array)


def test_auto_takes_logarithms_of_skewed_targets_only():
    """A long tail of bad architectures is pulled in; what is even stays as it is."""
    assert Scale.of(SKEWED).transform == "log"
    assert Scale.of(-SKEWED).transform == "linear"
    assert Scale.of(EVEN).transform == "linear"


def test_a_logarithmic_scale_begins_at_the_best_and_has_the_median_at_log_2():
    """What is as far above the best as the median is log 2; a wish overrides the skewness."""
    scale = Scale.of(SKEWED)
    assert scale.to(np.array([8.0, 9.5])) == pytest.approx([0, np.log(2)])
    assert Scale.of(EVEN, "log").transform == "log"
    assert Scale.of(SKEWED, "linear").transform == "linear"


def test_a_linear_scale_has_mean_0_and_variance_1():
    """The usual standardisation."""
    z = Scale.of(EVEN).to(EVEN)
    assert (z.mean(), z.var()) == pytest.approx((0, 1))


def test_a_median_at_the_lowest_value_is_no_division_by_zero():
    """More than half may share the lowest value."""
    scale = Scale.of(np.array([1.0, 1.0, 1.0, 9.0]), "log")
    assert scale.width == pytest.approx(2)


@given(numbers, st.sampled_from(["log", "linear"]))
def test_back_undoes_to_and_slope_is_its_derivative(values, transform):
    """There and back again; the slope agrees with a central difference."""
    scale = Scale.of(values, transform)
    z = scale.to(values)
    assert np.allclose(scale.back(z), values, rtol=1e-9, atol=1e-9 * max(1.0, scale.width))
    differences = (scale.back(z + 1e-6) - scale.back(z - 1e-6)) / 2e-6
    assert np.allclose(scale.slope(z), differences, rtol=1e-4)
