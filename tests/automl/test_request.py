"""Requests: what users write is read, and what cannot be is refused in one line."""

from __future__ import annotations

import pytest

from nassim import NassimError
from nassim.automl.purse import Confirmation, Purse
from nassim.automl.request import Request, limits_of, seconds_of


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("5m", 300), ("5 min", 300), ("1.5h", 5400), ("1d", 86400)])
def test_durations_are_read(text: str, seconds: float) -> None:
    """With their units."""
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "-5m", "0s", "5 weeks", "1h30m", "nan s"])
def test_other_durations_are_refused(text: str) -> None:
    """And an example is given."""
    with pytest.raises(NassimError, match="expected a time such as 90s"):
        seconds_of(text)


def test_limits_are_read_by_cost() -> None:
    """Two of one cost are both kept."""
    assert limits_of(["latency >= 1 ms", "latency 5 ms", "params 1e5"]) == {
        "latency": [">= 1 ms", "5 ms"],
        "params": ["1e5"],
    }
    with pytest.raises(NassimError, match="expected a limit such as"):
        limits_of(["latency"])


def test_a_search_needs_a_budget() -> None:
    """In trainings, of which there must be four, or in time."""
    with pytest.raises(NassimError, match="needs a budget"):
        Request("digits")
    with pytest.raises(NassimError, match="trainings must be"):
        Request("digits", trainings=3)


def test_what_is_confirmed_fits_into_the_budget() -> None:
    """Of every budget something is left to search with, and all that is spent is counted."""
    for trainings in range(4, 200):
        purse = Purse(Request("digits", trainings=trainings), 2, 1.0, 0, 0.0)
        assert purse.left == purse.total == trainings
        assert 2 <= purse.to_search == trainings - purse.confirmation.trainings
    assert Confirmation.of(60, 3) == (3, 2, 3)
    assert Confirmation.of(60, 3).trainings == 16


def test_time_buys_what_trainings_have_taken_so_far() -> None:
    """Before the first it buys what was measured; then a tenth less than experience says."""
    request = Request("digits", seconds=100.0)
    assert Purse(request, 2, 4.0, 0, 0.0).left == 50
    assert Purse(request, 2, 4.0, 10, 50.0).left == int(50 / (1.1 * 5))
    assert Purse(request, 2, 4.0, 30, 150.0).left == 0
