"""Simulated annealing: the Metropolis rule under a falling temperature."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.strategies.simulated_annealing import SimulatedAnnealing
from tests.toys import Failing, toy_benchmark, toy_space

HERE, THERE = np.zeros(4, dtype=np.int8), np.ones(4, dtype=np.int8)


def one_run(**options: Any) -> SimulatedAnnealing:
    """Return one run on a space of four genes."""
    return SimulatedAnnealing(toy_space((3, 4, 2, 5)), Streams(0, "simulated_annealing", [0]), **options)


def accepted(increase: float, temperature: float, trials: int = 2000) -> float:
    """Return how often an architecture worse by `increase` is moved to."""
    run, moves = one_run(temperature=temperature, steps=10 * trials), 0
    for _ in range(trials):
        run.current, run.error = HERE, 20.0
        run.tell(THERE, 20.0 + increase)
        moves += run.current is THERE
    return moves / trials


@pytest.mark.parametrize(("increase", "temperature"), [(1.0, 1.0), (1.0, 3.0), (2.0, 1.0), (0.5, 100.0)])
def test_worse_is_accepted_as_metropolis_says(increase: float, temperature: float) -> None:
    """The share of accepted increases is exp(-increase / temperature)."""
    assert abs(accepted(increase, temperature) - math.exp(-increase / temperature)) < 0.04


def test_better_is_always_accepted_and_worse_never_when_frozen() -> None:
    """An improvement is moved to at any temperature; near temperature 0 nothing else is."""
    assert accepted(-1e-9, 1e-300) == 1
    assert accepted(1e-9, 1e-300) == 0


def test_cooling_is_geometric() -> None:
    """The temperature is multiplied by `cooling` after every `steps` evaluations, and may vanish without harm."""
    run = one_run(temperature=2.0, cooling=0.5, steps=3)
    for number in range(1, 10):
        run.tell(HERE, 1.0)
        assert run.temperature == 2.0 * 0.5 ** (number // 3)
    run.temperature = 0.0
    run.tell(THERE, 2.0)
    assert run.current is HERE


def test_it_asks_for_neighbours_of_where_it_is() -> None:
    """After the first success each question is one mutation away from the current architecture."""
    run = one_run()
    run.tell(HERE, 5.0)
    assert all((run.ask() != HERE).sum() == 1 for _ in range(20))


def test_failed_trainings_are_never_moved_to() -> None:
    """Until something succeeds the questions are random; a failure is not moved to even when it is hot."""
    run = one_run(temperature=1e6)
    run.tell(HERE, math.nan)
    assert run.current is None
    assert len({tuple(run.ask()) for _ in range(20)}) > 9
    run.tell(THERE, 50.0)
    run.tell(HERE, math.nan)
    assert run.current is THERE


@pytest.mark.parametrize("workers", [1, 4])
def test_it_beats_random_search_where_trainings_fail(workers: int) -> None:
    """With one worker or four, the mean regret is below that of random search."""
    benchmark = Failing(toy_benchmark((5,) * 5))
    chosen = {"runs": 20, "evaluations": 200, "workers": workers}
    names = ("simulated_annealing", "random_search")
    regrets = [nassim.simulate(name, benchmark, **chosen).regret()[:, -1].mean() for name in names]
    assert regrets[0] < regrets[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": 0}, "temperature.*> 0, got 0"),
        ({"cooling": 1.1}, "cooling.*> 0 and <= 1, got 1.1"),
        ({"steps": 0}, "steps.*whole number >= 1, got 0"),
        ({"mutation": "unifrom"}, "did you mean 'uniform'"),
    ],
)
def test_wrong_settings(options: dict[str, Any], message: str) -> None:
    """What is out of range is refused, with the range."""
    with pytest.raises(SettingError, match=message):
        nassim.simulate("simulated_annealing", toy_benchmark((2, 2)), runs=1, evaluations=1, **options)
