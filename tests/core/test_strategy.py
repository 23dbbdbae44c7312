"""How strategies are written: lifting a plain one, and what the base classes promise."""

from __future__ import annotations

import math
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nassim import catalog, names, simulate
from nassim.core.benchmark import Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.lifting import lift, lifted
from nassim.core.random_streams import Streams
from nassim.core.settings import Count
from nassim.core.strategy import OneRun, Strategy, name_of
from nassim.strategies.random_search import RandomSearch
from tests.toys import toy_benchmark, toy_space

SPACE = toy_space((3, 2, 4))


class Plain(OneRun):
    """Uses every kind of draw, and remembers what it was told."""

    max_evaluations = 7

    def __init__(self, space, streams, *, times: Count = 1) -> None:
        super().__init__(space, streams)
        self.times, self.told = times, []

    def ask(self):
        """Mutate a random architecture, more or less often."""
        arch = self.sample()
        for _ in range(self.times + self.integer(3)):
            arch = self.mutate(arch) if self.uniform() < 0.9 else arch
        return arch

    def tell(self, arch, error):
        """Keep what came, as it came."""
        self.told.append((arch.tolist(), error))


class Limited(Plain):
    """Decides its own limit from its settings."""

    def __init__(self, space, streams, *, times: Count = 1) -> None:
        super().__init__(space, streams, times=times)
        self.max_evaluations = 2 * times


class Several(Plain):
    """Remembers all objectives, and what it heard before the first question."""

    several_objectives = True

    def prepare(self):
        """Keep what was known."""
        self.heard = self.objectives, self.limited

    def tell_objectives(self, arch, objectives, missed):
        """Keep what came, as it came."""
        self.told.append((arch.tolist(), objectives.tolist(), missed))


def test_a_plain_strategy_hears_all_objectives_if_it_says_so():
    """Each run hears its own objectives and by how much limits are missed, others the error; all hear how many."""
    answer = Outcome(
        np.array([3.0, 4.0]), np.ones(2), np.zeros((2, 0)), np.array([[3.0, 1.0], [4.0, np.nan]]), np.array([-0.5, 2])
    )
    for one in (Several, Plain):
        searcher = lift(one)(SPACE, Streams(0, "plain", [0, 1]))
        searcher.objectives, searcher.limited = 2, True
        searcher.prepare((1,))
        rows = np.arange(2)
        asked = searcher.ask(rows)
        searcher.tell(rows, asked, answer)
        first, second = (each.told[0][1:] for each in searcher.each)
        if one is Several:
            assert [each.heard for each in searcher.each] == [(2, True)] * 2
            assert first == ([3.0, 1.0], 0.0)
            assert second[0][0] == 4.0
            assert math.isnan(second[0][1])
            assert second[1] == 2.0
        else:
            assert (first, second) == ((3.0,), (4.0,))
    searcher.each[0].tell_objectives(asked.archs[0], np.array([7.0, 1.0]), 0.0)
    assert searcher.each[0].told[1][1] == 7.0


def test_lifting_keeps_name_doc_and_module():
    """A lifted class is shown as the class its author wrote."""
    lifted_class = lift(Plain)
    assert issubclass(lifted_class, Strategy)
    assert lifted_class.__name__ == "Plain"
    assert lifted_class.__doc__ == Plain.__doc__
    assert name_of(lifted_class) == name_of(Plain) == "test_strategy.Plain"


def shipped():
    """Return what is a strategy's file in the package, such as nassim.strategies.darts, and its class."""
    for name in names("strategies"):
        yield f"nassim.strategies.{name}", catalog.strategy(name)
    package = Path(catalog.__file__).parent
    for path in sorted(package.glob("training/sharing/[a-z]*.py")):
        module = import_module(f"nassim.training.sharing.{path.stem}")
        found = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Strategy)]
        yield from ((module.__name__, kind) for kind in found if kind.__module__ == module.__name__)


def test_shipped_strategies_are_called_as_their_files():
    """The name seeds the streams, so no number of a shipped study may hang on how its class is spelled."""
    pytest.importorskip("torch")
    found = dict(shipped())
    assert len(found) > 30
    assert {module: name_of(kind) for module, kind in found.items()} == {
        name: name.rpartition(".")[2] for name in found
    }


@pytest.mark.parametrize("bases", [(Plain,), (RandomSearch,)], ids=["one run", "many"])
def test_two_classes_of_one_place_have_streams_of_their_own(bases):
    """In one file, in an interactive session, or made by a function: they never give the same runs by accident."""
    for place in ("own.searches", "__main__", "own.one"):
        kinds = [type(name, bases, {"__module__": place}) for name in ("One", "Two")]
        first, second = (simulate(kind, toy_benchmark((3, 4, 5)), runs=5, evaluations=9) for kind in kinds)
        assert first.provenance["strategy"] != second.provenance["strategy"]
        assert not np.array_equal(first.archs, second.archs)


@pytest.mark.parametrize(
    ("module", "qualified", "name"),
    [
        ("own.my_search", "MySearch", "my_search"),
        ("my_search", "MYSearch", "my_search"),
        ("own.my_search", "Other", "my_search.Other"),
        ("__main__", "MySearch", "MySearch"),
        ("__main__", "made.<locals>.Mine", "made.Mine"),
        ("own.my_search", "Outer.MySearch", "my_search.Outer.MySearch"),
    ],
)
def test_a_name_is_that_of_the_file_or_tells_classes_apart(module, qualified, name):
    """A file named as its only class names it; else the class's own name is told, wherever it was made."""
    kind = type("Any", (Plain,), {"__module__": module, "__qualname__": qualified})
    assert name_of(kind) == name_of(lift(kind)) == name


def test_lifted_leaves_batched_strategies_alone():
    """Only plain classes are lifted; subclasses of plain classes too."""
    assert lifted(RandomSearch) is RandomSearch
    assert lifted(Plain).one_run is Plain
    assert lifted(Limited).one_run is Limited


def test_a_lifted_run_is_the_plain_run():
    """Each row asks, over several rounds and with rows missing, what its own plain instance would."""
    runs = [4, 2**40, 0]
    many = lift(Plain)(SPACE, Streams(3, "plain", runs), times=2)
    each = [Plain(SPACE, Streams(3, "plain", [run]), times=2) for run in runs]
    for rows in ([0, 1, 2], [0, 2], [1], [0, 1, 2]):
        query = many.ask(np.array(rows))
        assert query.archs.dtype == np.int8
        assert query.archs.tolist() == [each[row].ask().tolist() for row in rows]


def test_a_lifted_run_is_told_its_own_answers():
    """Each plain instance is told its architecture (genes,) and a plain float, nan for a failure."""
    many = lift(Plain)(SPACE, Streams(0, "plain", [0, 1, 2]))
    archs = np.array([[0, 0, 1], [2, 1, 3]], dtype=np.int8)
    many.tell(np.array([0, 2]), Query(archs), Outcome(np.array([1.5, math.nan]), np.ones(2), np.empty((2, 0))))
    assert many.each[0].told == [([0, 0, 1], 1.5)]
    assert many.each[1].told == []
    arch, error = many.each[2].told[0]
    assert (arch, type(error)) == ([2, 1, 3], float)
    assert math.isnan(error)


@pytest.mark.parametrize(
    ("kind", "settings", "evaluations"), [(Plain, {}, 7), (Limited, {"times": 1}, 2), (Limited, {"times": 4}, 8)]
)
def test_a_limit_may_be_of_the_class_or_of_its_settings(kind, settings, evaluations):
    """A search ends after `limit` evaluations, whether the class or the constructor sets it."""
    trace = simulate(kind, toy_benchmark((3, 2, 4)), runs=2, **settings)
    assert trace.lengths.tolist() == [evaluations] * 2


def test_a_strategy_of_queries_does_not_discretise():
    """Only strategies of mixtures need `derive_architecture`; the default says what is missing."""
    strategy = RandomSearch(SPACE, Streams(0, "x", [0]))
    with pytest.raises(SettingError, match="RandomSearch"):
        strategy.derive_architecture(np.zeros(1, dtype=np.intp))


@pytest.mark.parametrize("base", [Strategy, OneRun])
def test_a_strategy_must_ask_and_tell(base):
    """A class without ask or tell cannot be made."""

    class Half(base):
        """Asks but does not listen."""

        def ask(self, *_: Any) -> Any:
            """Ask for nothing."""

    with pytest.raises(TypeError, match="tell"):
        Half(SPACE, Streams(0, "x", [0]))


def test_draws_of_a_plain_strategy_come_from_its_stream():
    """Helpers draw from the stream of the run, each draw once, and nothing else is random."""
    one, same = (Plain(SPACE, Streams(5, "plain", [9])) for _ in range(2))
    arch = np.array([2, 1, 3], dtype=np.int8)
    drawn, again = (
        [plain.sample().tolist(), plain.mutate(arch).tolist(), plain.uniform(), plain.integer(9)]
        for plain in (one, same)
    )
    assert drawn == again
    assert one.uniform() != drawn[2]
    assert 0 < drawn[2] < 1
    assert 0 <= drawn[3] < 9


class Largest(OneRun):
    """Asks for the larger of two random architectures."""

    def ask(self) -> Any:
        """Return it."""
        return max((self.sample(), self.sample()), key=lambda arch: self.cost("params", arch))

    def tell(self, arch: Any, error: float) -> None:
        """Learn nothing."""


def test_a_plain_strategy_is_told_what_is_known_without_training():
    """A cost of the benchmark, by name; without a benchmark there is none."""
    bench = toy_benchmark((3, 2, 4))
    larger, any_one = (
        bench.cost("params", simulate(kind, bench, runs=50, evaluations=1).archs[:, 0]).mean()
        for kind in (Largest, RandomSearch)
    )
    assert larger > any_one
    with pytest.raises(SettingError, match=r"test_strategy\.Largest needs 'params', and nothing is known"):
        Largest(SPACE, Streams(0, "x", [0])).ask()
