"""Tests against the best of the same runs: equals are told apart by chance only, and what differs is still found.

The full simulation, on regrets of a real search, is perf/chosen_best.py.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, studentized_range

from nassim.stats.many import against_chosen
from nassim.stats.paired import holm, signed_rank

STRATEGIES, RUNS, LEVEL = 11, 60, 0.05


def called_worse(regrets: np.ndarray, adjust) -> set[int]:
    """Return who is worse than the lowest mean of regrets (strategies, runs)."""
    best = int(regrets.mean(axis=1).argmin())
    others = [row for row in range(len(regrets)) if row != best]
    found = [signed_rank(regrets[row], regrets[best]) for row in others]
    p = adjust(np.array([test.p for test in found]))
    return {row for row, test, value in zip(others, found, p, strict=True) if value < LEVEL and test.effect > 0}


def studies(count: int, worse_by: float, seed: int):
    """Yield skewed regrets of equals that share the luck of a run, the last of them worse by so much."""
    generator = np.random.default_rng(seed)
    for _ in range(count):
        regrets = generator.exponential(size=(STRATEGIES, RUNS)) + generator.exponential(size=RUNS)
        regrets[-1] += worse_by
        yield regrets


@given(st.lists(st.floats(1e-12, 1), min_size=1, max_size=12))
@settings(deadline=None, max_examples=40)
def test_steps_are_those_of_the_studentized_range(values: list[float]) -> None:
    """The smallest p is that of the range of all, the next that of one fewer; none falls, none is below its own."""
    p = np.array(values)
    adjusted = against_chosen(p)
    order = np.argsort(p, kind="stable")
    steps = [
        studentized_range.sf(np.sqrt(2) * norm.isf(p[row] / 2), p.size + 1 - step, np.inf)
        for step, row in enumerate(order)
    ]
    np.testing.assert_allclose(adjusted[order], np.maximum.accumulate(steps), atol=1e-7)
    assert (adjusted >= p).all()


def test_a_single_test_needs_no_adjustment() -> None:
    """Of two, either may be the best: a two-sided test knows that already."""
    assert against_chosen(np.array([0.03])) == pytest.approx(0.03)
    assert against_chosen(np.array([0.0, 1.0])).tolist() == pytest.approx([0.0, 1.0])


def test_equals_are_told_apart_by_chance_only() -> None:
    """In at most 5 % of 600 studies of eleven equals is any called worse, up to 2 standard errors; by Holm in more."""
    rates = {
        adjust: np.mean([bool(called_worse(study, adjust)) for study in studies(600, 0.0, seed=1)])
        for adjust in (against_chosen, holm)
    }
    assert rates[against_chosen] < LEVEL + 2 * np.sqrt(LEVEL * (1 - LEVEL) / 600)
    assert rates[holm] > 0.08


def test_what_is_worse_is_found() -> None:
    """A strategy that is worse by a standard deviation is found in nine of ten studies in which Holm finds it."""
    found = {
        adjust: np.mean([STRATEGIES - 1 in called_worse(study, adjust) for study in studies(100, 1.0, seed=2)])
        for adjust in (against_chosen, holm)
    }
    assert found[against_chosen] >= 0.9 * found[holm] > 0.5
