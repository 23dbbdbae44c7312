"""Areas under anytime curves: exact for steps, whatever the length of a run."""

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose

from nassim.stats.areas import log_regret_area, step_mean
from nassim.stats.steps import align
from tests.stats.test_steps import cases

NAN = np.nan


def test_worked_example() -> None:
    """8 for one unit, 2 for two, 1 for the last: (8 + 4 + 1) / 4; a run that ended keeps its last value."""
    values = np.array([[8.0, 2.0, 1.0], [8.0, 2.0, NAN]])
    positions = np.array([[0.0, 1.0, 3.0], [0.0, 1.0, NAN]])
    assert_allclose(step_mean(values, positions, 0.0, 4.0), [13 / 4, 14 / 4])
    assert_allclose(step_mean(values, positions, 1.0, 4.0), [5 / 3, 2.0])


def test_before_anything_succeeded() -> None:
    """A failed beginning counts as what the caller says, or spoils its own run only."""
    values, positions = np.array([[NAN, 2.0], [4.0, 2.0]]), np.array([[1.0, 2.0]] * 2)
    assert_allclose(step_mean(values, positions, 1.0, 3.0), [NAN, 3.0])
    assert_allclose(step_mean(values, positions, 1.0, 3.0, before=10.0), [6.0, 3.0])


def test_log_regret_area() -> None:
    """Decades are averaged, and zero counts as the floor."""
    values, positions = np.array([[10.0, 1.0, 0.0]]), np.array([[1.0, 2.0, 3.0]])
    assert log_regret_area(values, positions, 4.0, begin=1.0, floor=0.01) == pytest.approx((1 + 0 - 2) / 3)


def test_nothing_at_first_may_count_as_no_regret() -> None:
    """A start at the optimum counts as the floor, as any other regret of 0 does; and the rest as what is said."""
    values, positions = np.array([[NAN, 1.0]]), np.array([[1.0, 2.0]])
    for before, first in ((0.0, -2), (10.0, 1), (0.001, -2)):
        found = log_regret_area(values, positions, 3.0, begin=1.0, floor=0.01, before=before)
        assert found == pytest.approx(first / 2)
    assert np.isnan(log_regret_area(values, positions, 3.0, begin=1.0, floor=0.01)).all()


@given(cases())
def test_equals_the_mean_of_a_fine_grid(case) -> None:
    """With events at whole numbers, a grid of their middles gives the same mean."""
    values, positions, _ = case
    fine = align(values, positions, np.arange(0.5, 10))
    expected = np.where(np.isnan(fine), 7.0, fine).mean(axis=1)
    assert_allclose(step_mean(values, positions, 0.0, 10.0, before=7.0), expected)
