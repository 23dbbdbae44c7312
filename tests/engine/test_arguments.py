"""What is wrong with the arguments of a simulation is said in one line, before anything runs."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

import nassim
from nassim import simulate
from nassim.core.adapter import NEEDED
from nassim.core.errors import NassimError, SettingError, UnknownNameError
from nassim.core.random_streams import Streams
from nassim.strategies.random_search import RandomSearch
from tests.engine.searches import BENCH

BAD = [
    *(("runs", value) for value in (0, -1, [], [[1]], 1.5, "3", None, [-1], [0.5], [True], [[1, 2], [3]], True)),
    ("runs", np.array([2**63], dtype=np.uint64)),
    ("runs", [2**70]),
    *(("evaluations", value) for value in (0, -1, 1.5, "10", True, [3])),
    *(("seconds", value) for value in (0, -1.0, math.nan, math.inf, "10", True, 10**400)),
    *(("seed", value) for value in (1.5, None, "x", True)),
    *(("workers", value) for value in (0, -2, 1.5, None, True)),
    *(("signal", value) for value in ("oneseed", "", None, 1)),
    *(("identity", value) for value in ("graph", None)),
    *(("repeats", value) for value in ("paid", True)),
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=lambda part: repr(part)[:25])
def test_a_bad_argument_is_named_in_one_line(name, value):
    """Each argument of wrong type or range gives one line that names it."""
    with pytest.raises(SettingError) as caught:
        simulate("random_search", BENCH, **{"runs": 2, "evaluations": 3, name: value})
    assert str(caught.value).startswith(f"{name} must be ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("strategy", [dict, 3, None, RandomSearch(BENCH.space, Streams(0, "x", [0]))])
def test_what_is_no_strategy_is_refused(strategy):
    """A class of another kind, or an instance, is no strategy."""
    with pytest.raises(NassimError, match=r"strategy|Strategy"):
        simulate(strategy, BENCH, evaluations=3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"populaton": 3}, "regularized_evolution has no setting 'populaton'; did you mean 'population'"),
        ({"population": 0}, "'population' must be a whole number >= 1, got 0"),
        ({"population": "ten"}, "'population' must be a whole number >= 1, got 'ten'"),
        ({"population": 3, "sample": 4}, r"sample \(4\) must be <= population \(3\)"),
        ({"mutation": "unifrom"}, "did you mean 'uniform'"),
        ({"mutation": 3}, "'mutation' must be a text, got 3"),
    ],
)
def test_a_bad_setting_is_named_in_one_line(options, message):
    """Each wrong setting of a strategy gives one line with what was meant or allowed."""
    with pytest.raises(SettingError, match=message):
        simulate("regularized_evolution", BENCH, runs=2, evaluations=3, **options)


def test_unknown_names_get_suggestions():
    """A misspelt strategy or benchmark gives one line with what was meant."""
    with pytest.raises(UnknownNameError, match="did you mean 'random_search'"):
        simulate("random_serach", BENCH, evaluations=3)
    with pytest.raises(UnknownNameError, match="unknown benchmark 'no/such'"):
        simulate("random_search", "no/such", evaluations=3)


def test_a_misspelt_argument_is_recognised():
    """What is no setting of the strategy may be meant for the simulation."""
    with pytest.raises(SettingError, match="random_search has no setting 'evalutions'; did you mean 'evaluations'"):
        simulate("random_search", BENCH, evalutions=3)


@pytest.mark.parametrize("value", [3, None, math, {}])
def test_what_is_no_benchmark_is_refused(value):
    """Anything without a benchmark's parts is named at once."""
    with pytest.raises(SettingError, match="expected a benchmark or its name"):
        simulate("random_search", value, evaluations=3)


@pytest.mark.parametrize("member", NEEDED)
def test_a_benchmark_that_lacks_something_is_refused_before_anything_runs(member):
    """One member or several: one message names all of them."""
    names = [name for name in NEEDED if name not in {member, "truth"}]
    part = SimpleNamespace(**{name: getattr(BENCH, name) for name in names})
    missing = ", ".join(repr(name) for name in NEEDED if name in {member, "truth"})
    with pytest.raises(SettingError, match=f"expected a benchmark or its name, got .*, which has no {missing}$"):
        simulate("random_search", part, evaluations=3)


@pytest.mark.parametrize(("member", "kind"), [("space", "Space"), ("card", "Card")])
def test_what_a_benchmark_is_described_by_has_its_type(member, kind):
    """A card that is a plain dict, or a space that is a name, is refused before anything runs."""
    parts = {name: getattr(BENCH, name) for name in NEEDED} | {member: "nb201"}
    with pytest.raises(SettingError, match=f"its '{member}' must be a {kind}, got 'nb201'"):
        simulate("random_search", SimpleNamespace(**parts), evaluations=3)


def test_a_subclass_of_benchmark_cannot_leave_anything_out():
    """`nassim.Benchmark` may be inherited from: what is missing is said where the benchmark is made."""

    class Half(nassim.Benchmark):
        """Only answers."""

        def truth(self, archs):
            """Return zeros."""
            return np.zeros(len(archs))

    with pytest.raises(TypeError, match="evaluate"):
        Half()


def test_a_setting_beyond_memory_is_refused():
    """What cannot be allocated is a setting out of range."""
    with pytest.raises(SettingError, match="regularized_evolution: "):
        simulate("regularized_evolution", BENCH, runs=2, evaluations=3, population=10**15)
    with pytest.raises(SettingError, match="regularized_evolution: "):
        simulate("regularized_evolution", BENCH, runs=2, evaluations=3, population=10**29)
