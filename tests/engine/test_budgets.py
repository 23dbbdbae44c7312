"""Budgets in evaluations and in seconds: when runs begin, and when they end."""

from __future__ import annotations

import numpy as np
import pytest

from nassim import simulate
from nassim.core.errors import SettingError
from tests.engine.searches import BENCH, Descent, Timed


@pytest.mark.parametrize("workers", [1, 2, 3, 20])
def test_a_budget_of_evaluations_is_spent_exactly(workers):
    """Every run makes as many evaluations as its budget allows, also with more workers than that."""
    for evaluations in (1, 2, 9):
        trace = simulate("random_search", BENCH, runs=3, evaluations=evaluations, workers=workers)
        assert trace.lengths.tolist() == [evaluations] * 3
        assert trace.error.shape == (3, evaluations)
        assert (np.diff(trace.seconds) >= 0).all()


@pytest.mark.parametrize(("seconds", "made"), [(0.5, 1), (2.0, 1), (2.1, 2), (4.0, 2), (6.5, 4), (8.0, 4)])
def test_what_begins_within_the_budget_counts(seconds, made):
    """With trainings of 2 s, the one that crosses the budget counts, and none begins at its very end."""
    trace = simulate("random_search", Timed(BENCH, 2.0), runs=2, seconds=seconds)
    assert trace.lengths.tolist() == [made] * 2
    assert trace.seconds[0].tolist() == [2.0 * (event + 1) for event in range(made)]


@pytest.mark.parametrize("workers", [1, 3])
def test_budgets_in_seconds_give_unequal_lengths(workers):
    """Of each run, all but the last evaluations of its workers complete in time, and the padding is empty."""
    trace = simulate("random_search", BENCH, runs=50, seconds=100.0, workers=workers)
    assert len(set(trace.lengths.tolist())) > 1
    for row, length in enumerate(trace.lengths):
        done = trace.seconds[row, :length]
        assert (np.diff(done) >= 0).all()
        assert (done[:-workers] < 100).all()
        assert (done[-workers:] >= 100).all()
        assert (trace.archs[row, length:] == -1).all()
        assert np.isnan([getattr(trace, name)[row, length:] for name in ("error", "seconds", "truth")]).all()


def test_the_smaller_of_two_budgets_ends_a_run():
    """Given both budgets, each run ends with whichever it reaches first."""
    in_time = simulate("random_search", BENCH, runs=50, seconds=100.0)
    both = simulate("random_search", BENCH, runs=50, seconds=100.0, evaluations=6)
    assert both.lengths.tolist() == np.minimum(in_time.lengths, 6).tolist()
    assert len(set(both.lengths.tolist())) > 1
    assert np.array_equal(both.error, in_time.error[:, : both.events], equal_nan=True)


def test_workers_share_the_time():
    """With trainings of equal length, W workers complete W evaluations at each moment, in the order they began."""
    trace = simulate("random_search", Timed(BENCH, 2.0), runs=2, evaluations=7, workers=3)
    assert trace.seconds[1].tolist() == [2, 2, 2, 4, 4, 4, 6]
    assert np.array_equal(trace.archs, simulate("random_search", BENCH, runs=2, evaluations=7).archs)


def test_a_budget_is_needed():
    """A search that never ends by itself needs a budget, and says which there are."""
    with pytest.raises(SettingError, match=r"random_search never ends by itself.*evaluations.*seconds"):
        simulate("random_search", BENCH, runs=2)


def test_a_search_that_might_never_end_is_refused():
    """With free repeats a search that has converged spends no seconds; a limit of its own, or evaluations, end it."""
    with pytest.raises(SettingError, match="may never spend its seconds"):
        simulate("random_search", BENCH, runs=2, seconds=10.0, repeats="free")
    assert simulate(Descent, BENCH, runs=2, seconds=1e9, repeats="free").events > 0
    assert simulate("random_search", BENCH, runs=2, seconds=1e9, evaluations=7, repeats="free").events == 7
