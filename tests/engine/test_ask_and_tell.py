"""Driving one run by hand gives the run of the simulation."""

from __future__ import annotations

import numpy as np
import pytest

import nassim
from nassim import solo
from nassim.catalog import names, strategy
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture
from nassim.strategies.random_search import RandomSearch
from tests.toys import toy_benchmark

BENCH = toy_benchmark((3, 2, 4))
ONE = np.zeros(1, dtype=np.intp)


@pytest.mark.parametrize(
    ("chosen", "settings"),
    [
        ("random_search", {}),
        (RandomSearch, {}),
        ("regularized_evolution", {"population": 4, "sample": 2}),
        ("simulated_annealing", {"temperature": 2.0}),
    ],
)
@pytest.mark.parametrize("run", [0, 5])
def test_a_run_by_hand_is_the_run_of_the_simulation(chosen, settings, run):
    """Answering what it asks, with the whole outcome or with the error alone, gives that row of a trace."""
    trace = nassim.simulate(chosen, BENCH, runs=[run], evaluations=30, seed=2, **settings)
    training_seed = Streams(2, "luck", [run]).random_words(ONE, 1)[0]
    for answer_of in (lambda outcome: outcome, lambda outcome: outcome.error, lambda outcome: float(outcome.error[0])):
        searcher = solo(chosen, BENCH.space, seed=2, run=run, **settings)
        for event in range(30):
            asked = searcher.ask()
            assert isinstance(asked, Query)
            assert asked.archs.tolist() == [trace.archs[0, event].tolist()]
            searcher.tell(asked, answer_of(BENCH.evaluate(asked, training_seed)))


@pytest.mark.parametrize("name", [name for name in names("strategies") if strategy(name).several_objectives])
@pytest.mark.parametrize("limit", [None, 0.5])
def test_several_objectives_by_hand_are_those_of_the_simulation(name, limit):
    """Told two numbers, and by how much a limit is missed, it does what it did in the simulation."""
    pytest.importorskip(name if name in {"optuna", "pymoo"} else "numpy")
    settings = {"pymoo": {"algorithm": "NSGA2"}, "nsga2": {"population": 8}}.get(name, {})
    wanted, limits = ["error", "params"], {} if limit is None else {"params": limit}
    trace = nassim.simulate(
        name, BENCH, runs=[5], evaluations=30, seed=2, objectives=wanted, constraints=limits, **settings
    )
    training_seed = Streams(2, "luck", [5]).random_words(ONE, 1)[0]
    how = {"fidelities": BENCH.epochs, "objectives": 2, "limited": limit is not None}
    searcher = solo(name, BENCH.space, seed=2, run=5, **how, **settings)
    for event in range(30):
        asked = searcher.ask()
        assert asked.archs.tolist() == [trace.archs[0, event].tolist()]
        params = BENCH.cost("params", asked.archs)[0]
        missed = 0.0 if limit is None else max(0.0, (params - limit) / limit)
        searcher.tell(asked, [BENCH.evaluate(asked, training_seed).error[0], params], missed)


def test_as_many_objectives_are_told_as_were_agreed():
    """A number is refused where two are minimised, and two where one is, in one line; so are nine."""
    searcher = solo("nsga2", BENCH.space, objectives=2)
    with pytest.raises(SettingError, match=r"nsga2: expected 2 objectives, got \[1.0\]"):
        searcher.tell(searcher.ask(), 1.0)
    searcher = solo("random_search", BENCH.space)
    with pytest.raises(SettingError, match=r"random_search: expected an error, got \[1.0, 2.0\]"):
        searcher.tell(searcher.ask(), [1.0, 2.0])
    with pytest.raises(SettingError, match=r"objectives must be .* got 9"):
        solo("nsga2", BENCH.space, objectives=9)


def test_a_failure_by_hand_is_nan():
    """A training that failed is told as nan, and the search goes on."""
    for name in ("regularized_evolution", "simulated_annealing"):
        searcher = solo(name, BENCH.space)
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
