"""What trainings cost: no benchmark, a user's own included, makes the clock stand still or run back."""

from __future__ import annotations

import numpy as np
import pytest

from nassim import simulate
from nassim.benchmarks.tabular import Tabular
from nassim.core.benchmark import Outcome, Query
from nassim.core.errors import DataError
from nassim.core.relaxation import RelaxedOutcome
from nassim.core.wrapper import Wrapper
from nassim.engine.billing import PATIENCE, check_relaxed_outcome
from tests.toys import Failing, toy_benchmark

CHOICES = (3, 3)


class Billed(Wrapper):
    """A benchmark of a user's own, whose trainings take the seconds that a function says."""

    def __init__(self, seconds, error=None) -> None:
        super().__init__(toy_benchmark(CHOICES))
        self._seconds, self._error = seconds, error

    def evaluate(self, query: Query, training_seed=None) -> Outcome:
        """Answer as the table does, but for the seconds."""
        outcome = self.benchmark.evaluate(query, training_seed)
        epochs = np.full(len(query.archs), 9) if query.epochs is None else query.epochs
        since = np.zeros(len(query.archs)) if query.since is None else query.since
        seconds = np.broadcast_to(self._seconds(epochs, since), epochs.shape).astype(np.float64)
        return outcome._replace(seconds=seconds, error=outcome.error if self._error is None else self._error)

    def per_network(self) -> Billed:
        """Return this benchmark: its architectures are networks of their own."""
        return self


WRONG = {
    "less than nothing": (lambda epochs, since: -1.0, r"training \d-\d gave -1\.0 seconds, expected a number"),
    "no number": (lambda epochs, since: np.nan, r"training \d-\d gave nan seconds, expected"),
    "for ever": (lambda epochs, since: np.inf, r"training \d-\d gave inf seconds, expected"),
}


@pytest.mark.parametrize(("seconds", "why"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("budget", [{"evaluations": 5}, {"seconds": 5.0}], ids=str)
def test_seconds_that_cannot_be_are_refused(seconds, why, budget) -> None:
    """Whatever the budget, by one worker or many, with the architecture's name."""
    for workers in (1, 3):
        with pytest.raises(DataError, match=why):
            simulate("random_search", Billed(seconds), runs=2, workers=workers, **budget)


def test_a_budget_in_seconds_on_trainings_of_no_time_is_refused() -> None:
    """It would never end; with evaluations beside it, it does."""
    bench = Billed(lambda epochs, since: 0.0)
    with pytest.raises(
        DataError, match=r"training \d-\d gave 0 seconds, expected more than that, or a budget in seconds"
    ):
        simulate("random_search", bench, runs=2, seconds=10.0)
    assert simulate("random_search", bench, runs=2, seconds=10.0, evaluations=4).seconds.tolist() == [[0.0] * 4] * 2


def test_seconds_that_fall_along_epochs_are_refused() -> None:
    """A training that goes on would make the clock run backwards."""
    falling = Billed(lambda epochs, since: (20.0 - epochs) - np.where(since > 0, 20.0 - since, 0.0))
    with pytest.raises(DataError, match=r"training \d-\d from 1 epochs to 3 epochs gave -2\.0 seconds"):
        simulate("successive_halving", falling, runs=3, evaluations=40)


def test_equal_seconds_at_two_epochs_are_refused() -> None:
    """A training that goes on would cost nothing."""
    equal = Billed(lambda epochs, since: np.where(since > 0, 0.0, 7.0))
    with pytest.raises(DataError, match=r"training \d-\d from 1 epochs to 3 epochs gave 0 seconds, expected more"):
        simulate("successive_halving", equal, runs=3, evaluations=40)


def test_a_budget_in_seconds_ends_where_nothing_but_failures_come() -> None:
    """A failure may take no time; ten thousand in a row are no search."""
    bench = Billed(lambda epochs, since: 0.0, error=np.full(1, np.nan))
    with pytest.raises(DataError, match=f"{PATIENCE:,} evaluations in a row took no time"):
        simulate("random_search", bench, runs=1, seconds=1.0)


def test_an_error_of_minus_infinity_is_refused() -> None:
    """It would be the best for ever."""
    bench = Billed(lambda epochs, since: 1.0, error=np.array([3.0, -np.inf]))
    with pytest.raises(DataError, match=r"\d-\d has an infinite error on the search split; use nan"):
        simulate("random_search", bench, runs=2, evaluations=2)


@pytest.mark.parametrize("seconds", [-1.0, np.nan, np.inf])
def test_a_step_on_a_mixture_of_impossible_seconds_is_refused(seconds) -> None:
    """As a training is."""
    answer = RelaxedOutcome(np.ones(2), np.ones((2, 2, 3)), np.array([1.0, seconds]))
    with pytest.raises(DataError, match=f"a step on a mixture to take a number of seconds >= 0, got {seconds}"):
        check_relaxed_outcome(toy_benchmark(CHOICES), answer)


def test_what_is_right_stays_as_it_was() -> None:
    """Repeats that are free, failures and restarts are no fault."""
    bench = toy_benchmark(CHOICES)
    free = simulate("random_search", bench, runs=3, evaluations=30, repeats="free")
    assert (np.diff(free.seconds) == 0).any()
    assert np.isnan(simulate("random_search", Failing(bench), runs=9, seconds=99.0).error).any()
    assert simulate("asha", bench, runs=3, evaluations=30, workers=4, restart="scratch").events == 30
    assert isinstance(bench, Tabular)
