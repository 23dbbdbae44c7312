"""Old names of what users write and call: members of their own classes, keywords, exports; each works, and warns."""

from __future__ import annotations

import numpy as np
import pytest

import nassim
from nassim.core import arrays, benchmark, hashing, random_streams, strategy
from nassim.core.adapter import as_benchmark
from nassim.engine import ask_and_tell
from nassim.report.architecture_index import NumberedIndex
from nassim.report.style import PLAIN
from nassim.report.view import View
from tests.toys import toy_benchmark

TOY = toy_benchmark((3, 2, 4))


class OneNow(nassim.OneRun):
    """The larger of two, three times."""

    max_evaluations = 3
    runs_per_unit = 7

    def ask(self):
        """Return it."""
        return max((self.sample(), self.sample()), key=lambda arch: self.cost("params", arch))

    def tell(self, arch, error):
        """Learn nothing."""


class ManyNow(nassim.Strategy):
    """Random search that hands in its first answer and says two."""

    def __init__(self, space, streams) -> None:
        super().__init__(space, streams)
        self.max_evaluations = 4

    def ask(self, rows):
        """Return random architectures."""
        return nassim.Query(self.space.sample(rows, self.streams))

    def tell(self, rows, asked, answer):
        """Learn nothing."""

    def recommend(self, rows):
        """Return the first."""
        return np.zeros(rows.size, dtype=np.intp)

    def diagnostics(self, rows):
        """Say two."""
        return {"two": np.full(rows.size, 2.0)}


def one_before():
    """Return OneNow as it was written before."""

    class OneBefore(nassim.OneRun):
        limit, together = 3, 7
        tell = OneNow.tell

        def ask(self):
            return max((self.sample(), self.sample()), key=lambda arch: self.known("params", arch))

    return OneBefore


def many_before():
    """Return ManyNow as it was written before."""

    class ManyBefore(nassim.Strategy):
        ask, tell = ManyNow.ask, ManyNow.tell

        def __init__(self, space, streams) -> None:
            super().__init__(space, streams)
            self.limit = 4

        def choice(self, rows):
            assert super().choice(rows) is None
            return np.zeros(rows.size, dtype=np.intp)

        def note(self, rows):
            return {"two": np.full(rows.size, 2.0)}

    return ManyBefore


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (one_before, OneNow, ["max_evaluations", "runs_per_unit", "cost"]),
        (many_before, ManyNow, ["max_evaluations", "recommend", "diagnostics"]),
    ],
)
def test_a_strategy_of_old_names_searches_as_one_of_new(before, now, said):
    """Attributes of the class and of the constructor, overridden methods and calls: the traces are the same."""
    with pytest.warns(DeprecationWarning, match="is called") as caught:  # noqa: PT031
        kind = before()
        kind.__qualname__ = now.__qualname__  # the name seeds the streams
        first, second = (nassim.simulate(each, TOY, runs=3, seed=1) for each in (kind, now))
    assert {str(one.message).split()[-2] for one in caught} == set(said)
    assert kind.runs_per_unit == now.runs_per_unit
    np.testing.assert_array_equal(first.archs, second.archs)
    assert first.diagnostics.keys() == second.diagnostics.keys()


def test_a_figure_may_have_the_atlas_of_its_view():
    """It is the architecture index."""
    view = View("toy", {}, {}, {}, NumberedIndex((3, 2, 4)), lambda _: None, PLAIN)
    with pytest.warns(DeprecationWarning, match=r"View\.atlas is called index now"):
        assert view.atlas is view.index


class Duck:
    """A benchmark that does not inherit from nassim.Benchmark, with `known`."""

    def __getattr__(self, name):
        """Return what the toy has."""
        if name in {"cost", "known"}:
            raise AttributeError(name)
        return getattr(TOY, name)


def test_a_benchmark_may_have_known_for_cost():
    """Whether it inherits from nassim.Benchmark or not."""
    known = type("Known", (Duck,), {"known": lambda _, cost, archs: TOY.cost(cost, archs)})()
    with (
        pytest.warns(DeprecationWarning, match=r"Known\.known is called cost now"),
        pytest.warns(DeprecationWarning, match=r"Known should inherit from a benchmark"),
    ):
        bench = as_benchmark(known)
    assert bench.cost("params", TOY.space.at([0])) == TOY.cost("params", TOY.space.at([0]))
    with pytest.warns(DeprecationWarning, match=r"Half\.known is called cost now"):

        class Half(nassim.Benchmark):
            known = TOY.cost

    assert Half.cost == TOY.cost


def test_a_benchmark_may_be_asked_for_known():
    """As any user called it; `super().known` too."""
    archs = TOY.space.at([0, 1])
    with pytest.warns(DeprecationWarning, match=r"Benchmark\.known is called cost now") as caught:
        np.testing.assert_array_equal(TOY.known("params", archs), TOY.cost("params", archs))
    assert caught[0].filename == __file__


def test_a_benchmark_may_take_luck():
    """Its parameter by the old name, whatever name it is called with; the warning says where the class is."""
    with pytest.warns(
        DeprecationWarning, match=r"Lucky\.evaluate: the parameter luck is called training_seed"
    ) as caught:

        class Lucky(type(TOY)):
            def evaluate(self, query, luck=None):
                return luck

    assert caught[0].filename == __file__
    lucky = Lucky.__new__(Lucky)
    assert lucky.evaluate(None, 1) == lucky.evaluate(None, luck=1) == lucky.evaluate(None, training_seed=1) == 1


def test_answers_of_mixtures_have_their_old_names():
    """The class and its fields."""
    with pytest.warns(DeprecationWarning, match=r"nassim\.Slope is now nassim\.RelaxedOutcome"):
        slope = nassim.Slope
    assert slope is nassim.RelaxedOutcome
    with pytest.warns(DeprecationWarning, match=r"RelaxedOutcome: judged is in supernet = SupernetAnswer\(...\) now"):
        answer = slope(*np.ones((3, 1)), judged=np.zeros((1, 2)))
    with pytest.warns(DeprecationWarning, match=r"RelaxedOutcome\.doubt is in supernet\.candidate_noise now"):
        assert answer.doubt is None
    assert answer.supernet.candidate_error.shape == (1, 2)


def test_what_is_known_of_a_supernet_may_be_asked_as_it_was():
    """By keywords, in the old places, and read by the old names, None without a supernet."""
    trained = np.ones((1, 3, 4))
    with pytest.warns(DeprecationWarning, match=r"Mixture: trained, mixed is in supernet = SupernetState"):
        first = nassim.Mixture(trained, np.ones(1), trained=trained, mixed=np.ones(1, dtype=bool))
    with pytest.warns(DeprecationWarning, match=r"Mixture: trained is in supernet = SupernetState"):
        second = nassim.Mixture(trained, np.ones(1), None, trained)
    with pytest.warns(DeprecationWarning, match=r"Query: trained is in supernet"):
        third = nassim.Query(np.zeros((1, 3), dtype=np.int8), trained=trained)
    assert all(one.supernet.trained is trained for one in (first, second, third))
    with pytest.warns(DeprecationWarning, match=r"Mixture\.candidates is in supernet\.candidates now"):
        assert nassim.Mixture(trained, np.ones(1)).candidates is None


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        (benchmark, "Slope", "RelaxedOutcome"),
        (strategy, "Known", "CostOracle"),
        (ask_and_tell, "Solo", "AskAndTell"),
    ],
)
def test_modules_have_their_old_names(module, old, new):
    """One is the other, and any other name is missing as usual."""
    with pytest.warns(DeprecationWarning, match=rf"{old} is now nassim\..*\.{new}$"):
        assert getattr(module, old) is getattr(module, new)
    with pytest.raises(AttributeError, match="no attribute 'missing'"):
        module.missing  # noqa: B018


def test_what_has_moved_to_hashing_and_arrays_is_found():
    """The hash and the type of its words, by their names and places of before."""
    with pytest.warns(DeprecationWarning, match=r"scramble is now nassim\.core\.hashing\.hash32"):
        assert benchmark.scramble is hashing.hash32
    with pytest.warns(DeprecationWarning, match=r"Words is now nassim\.core\.arrays\.RandomWords"):
        assert random_streams.Words is arrays.RandomWords
    streams, row = random_streams.Streams(0, "x", [1]), np.zeros(1, dtype=np.intp)
    with pytest.warns(DeprecationWarning, match=r"Streams\.words is called random_words now"):
        assert streams.words(row, 2).shape == (1, 2)


def test_spaces_and_traces_have_their_old_members():
    """What exists of a gene, and what is kept beside events."""
    with pytest.warns(DeprecationWarning, match=r"Space\.alive is called option_mask now"):
        assert TOY.space.alive is TOY.space.option_mask
    trace = nassim.simulate(ManyNow, TOY, runs=2)
    with pytest.warns(DeprecationWarning, match=r"Trace\.notes is called diagnostics now"):
        assert trace.notes is trace.diagnostics
    with pytest.warns(DeprecationWarning, match=r"Trace\.note is called diagnostic now"):
        assert trace.note("two").tolist() == [[2.0] * 4] * 2


def test_one_run_is_told_costs_by_the_old_keyword():
    """`known` of nassim.solo."""
    with pytest.warns(DeprecationWarning, match="keyword known is called cost_oracle now"):
        run = nassim.solo(OneNow, TOY.space, known=TOY.cost)
    assert run.ask().archs.shape == (1, 3)


def test_known_takes_its_old_keyword() -> None:
    """The name of a cost was called `cost`."""
    bench = nassim.load("nb201/cifar10")
    archs = bench.space.at(np.arange(3))
    with (
        pytest.warns(DeprecationWarning, match="is called cost"),
        pytest.warns(DeprecationWarning, match="keyword cost"),
    ):
        found = bench.known(cost="params", archs=archs)
    assert np.array_equal(found, bench.cost("params", archs))
