"""Non-inferiority against scipy's Welch interval, and its three verdicts."""

import numpy as np
import pytest
from scipy.stats import ttest_ind

from nassim.stats.margins import Sample, Shift, non_inferior, shift


def sample(values) -> Sample:
    """Return what is kept of values."""
    return Sample(len(values), float(np.mean(values)), float(np.std(values, ddof=1)))


def test_interval_is_scipys() -> None:
    """90 % of Welch's t."""
    generator = np.random.default_rng(1)
    before, after = generator.normal(size=30), generator.normal(0.3, 2, size=50)
    expected = ttest_ind(after, before, equal_var=False).confidence_interval(0.9)
    found = shift(sample(before), sample(after))
    assert found == (
        pytest.approx(after.mean() - before.mean()),
        pytest.approx(expected.low),
        pytest.approx(expected.high),
    )


def test_verdicts() -> None:
    """Below, above, or across the margin."""
    assert non_inferior(Shift(0.0, -0.1, 0.1), 0.1) == "no worse"
    assert non_inferior(Shift(0.3, 0.2, 0.4), 0.1) == "worse"
    assert non_inferior(Shift(0.1, 0.0, 0.2), 0.1) == "undecided"
    assert non_inferior(shift(Sample(1, 0.0, np.nan), Sample(9, 0.0, 1.0)), 0.1) == "undecided"


def test_runs_that_never_differ() -> None:
    """Without any scatter the means are compared as they are."""
    assert shift(Sample(5, 1.0, 0.0), Sample(5, 1.5, 0.0)) == Shift(0.5, 0.5, 0.5)
