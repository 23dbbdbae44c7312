"""Driving one run by hand gives the run of the simulation."""

from __future__ import annotations

import numpy as np
import pytest

import nassim
from nassim import solo
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture
from nassim.strategies.random_search import RandomSearch
from tests.toys import toy_benchmark

BENCH = toy_benchmark((3, 2, 4))
ONE = np.zeros(1, dtype=np.intp)


@pytest.mark.parametrize(
    ("strategy", "settings"),
    [
        ("random_search", {}),
        (RandomSearch, {}),
        ("regularized_evolution", {"population": 4, "sample": 2}),
        ("simulated_annealing", {"temperature": 2.0}),
    ],
)
@pytest.mark.parametrize("run", [0, 5])
def test_a_run_by_hand_is_the_run_of_the_simulation(strategy, settings, run):
    """Answering what it asks, with the whole outcome or with the error alone, gives that row of a trace."""
    trace = nassim.simulate(strategy, BENCH, runs=[run], evaluations=30, seed=2, **settings)
    training_seed = Streams(2, "luck", [run]).random_words(ONE, 1)[0]
    for answer_of in (lambda outcome: outcome, lambda outcome: outcome.error, lambda outcome: float(outcome.error[0])):
        searcher = solo(strategy, BENCH.space, seed=2, run=run, **settings)
        for event in range(30):
            asked = searcher.ask()
            assert isinstance(asked, Query)
            assert asked.archs.tolist() == [trace.archs[0, event].tolist()]
            searcher.tell(asked, answer_of(BENCH.evaluate(asked, training_seed)))


def test_a_failure_by_hand_is_nan():
    """A training that failed is told as nan, and the search goes on."""
    for strategy in ("regularized_evolution", "simulated_annealing"):
        searcher = solo(strategy, BENCH.space)
        for _ in range(30):
            searcher.tell(searcher.ask(), float("nan"))
        assert BENCH.space.valid(searcher.ask().archs).all()


def test_a_space_may_be_named():
    """A space is an object or a name."""
    assert nassim.solo("random_search", "nb201").ask().archs.shape == (1, 6)
    assert not isinstance(nassim.solo(RandomSearch, BENCH.space).ask(), Mixture)


def test_bad_arguments_get_one_line():
    """Unknown names and wrong settings are refused as in a simulation."""
    with pytest.raises(UnknownNameError, match="did you mean 'random_search'"):
        solo("random_serach", BENCH.space)
    with pytest.raises(UnknownNameError, match="unknown space 'nb202'; did you mean 'nb201'"):
        solo("random_search", "nb202")
    with pytest.raises(SettingError, match="did you mean 'population'"):
        solo("regularized_evolution", BENCH.space, populations=3)
    with pytest.raises(SettingError, match="must be a whole number"):
        solo("regularized_evolution", BENCH.space, population=0)
