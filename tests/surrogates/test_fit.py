"""nassim.fit: from a name to a benchmark that answers for everything."""

from __future__ import annotations

import numpy as np
import pytest

import nassim
from nassim.benchmarks.learning import fit_model
from nassim.core.benchmark import Query
from nassim.core.errors import DataError, NassimError, SettingError, UnknownNameError
from nassim.core.space import Space
from nassim.spaces.nb201 import NB201
from nassim.surrogates.fit import best_encoding, targets_of
from tests.benchmarks.partial import partial
from tests.surrogates.functions import HUGE, Smooth
from tests.toys import Failing, Toy, toy_benchmark

TOY = toy_benchmark((4, 5, 3, 3))


def test_it_takes_a_name_or_a_benchmark():
    """Both learn the same; the card says of what, from how much, and whose data it is."""
    named, loaded = nassim.fit("nb201/cifar10", train=60, seed=2), nassim.fit(nassim.load("nb201/cifar10"), 60, 2)
    assert named.name == loaded.name == "nb201/cifar10[train=60,seed=2]"
    assert named.card == loaded.card
    about, table = named.card.facts["surrogate"], nassim.load("nb201/cifar10").card
    assert (about["of"], about["train"], about["seed"]) == ("nb201/cifar10", 60, 2)
    assert about["data_sha256"] == table.sha256
    assert (named.card.unit, named.card.licence, named.card.source) == (table.unit, table.licence, table.source)
    assert len(named.card.sha256) == 64


def test_what_was_learned_from_decides_the_digest():
    """Other trainings, another seed or another encoding are another benchmark."""
    digests = {
        nassim.fit("nb201/cifar10", **options).card.sha256
        for options in (
            {"train": 60},
            {"train": 61},
            {"train": 60, "seed": 1},
            {"train": 60, "encoding": "onehot"},
        )
    }
    assert len(digests) == 4


def test_the_public_example_is_good():
    """From 1,000 trainings, the predicted best cells are truly good: mean regret of the ten best below 0.6 points."""
    table, fitted = nassim.load("nb201/cifar10"), nassim.fit("nb201/cifar10", train=1000, seed=0)
    archs = table.space.at(np.arange(table.space.size))
    best = archs[np.argsort(fitted.truth(archs), kind="stable")[:10]]
    assert (table.truth(best) - table.optimum).mean() < 0.6
    mean, true = fitted.evaluate(Query(archs)), table.evaluate(Query(archs))
    assert np.corrcoef(mean.seconds, true.seconds)[0, 1] > 0.99
    assert np.corrcoef(mean.costs[:, 0], true.costs[:, 0])[0, 1] > 0.99


def test_costs_are_learned_from_how_a_cell_is_written():
    """Where others are isomorphic graph features do not tell; where none are, they do."""

    class Graph(Toy):
        encodings = ("onehot", "graph")

    class Blind(Graph):
        def representative(self, archs):
            return archs

    cells, toy, graph, blind = NB201(), Toy((2, 3)), Graph((2, 3)), Blind((2, 3))
    assert [best_encoding(cells, target) for target in ("error", "seconds", "params")] == ["graph", "onehot", "onehot"]
    assert best_encoding(cells, "params", "graph") == "onehot"
    assert best_encoding(cells, "error", "onehot") == "onehot"
    assert best_encoding(toy, "error") == "onehot"
    assert best_encoding(graph, "seconds") == "graph"
    assert best_encoding(blind, "seconds") == "onehot"
    assert isinstance(toy, Space)


def test_failed_trainings_are_left_out():
    """A tenth of them failed; the rest is learned."""
    fitted = nassim.fit(Failing(TOY), train=150)
    assert 100 < len(fitted.models["error"].archs) < 150
    assert np.isfinite(fitted.truth(TOY.space.at(np.arange(TOY.space.size)))).all()


def test_samples_of_a_part_of_a_space_are_enough():
    """The benchmark answers for what was never trained; a cost that was not measured is left out."""
    fitted = nassim.fit(partial(TOY, 100), train=100)
    assert len(fitted.models["params"].archs) == 99
    assert len(fitted.models["error"].archs) == 100
    everything = TOY.space.at(np.arange(TOY.space.size))
    assert np.corrcoef(fitted.truth(everything), TOY.truth(everything))[0, 1] > 0.7


def test_only_the_costs_that_are_asked_for_are_learned():
    """Each once; without any there is nothing to predict but error and seconds, which stay the same."""
    whole, named, none = (nassim.fit(TOY, train=60, costs=costs) for costs in (None, ["params", "params"], []))
    assert (whole.costs, named.costs, none.costs) == (("params",), ("params",), ())
    asked = [bench.evaluate(Query(TOY.space.at(np.arange(9)))) for bench in (whole, none)]
    assert np.array_equal(asked[0].error, asked[1].error)
    assert asked[1].costs.shape == (9, 0)


def test_one_target_alone_is_the_model_that_the_benchmark_has():
    """fit_model learns what fit does."""
    whole = nassim.fit(TOY, train=80)
    archs = TOY.space.at(np.arange(TOY.space.size))
    assert targets_of(TOY) == ["error", "seconds", "params"]
    for target in targets_of(TOY):
        alone = fit_model(TOY, target, train=80)
        assert np.array_equal(alone.predict(archs).mean, whole.models[target].predict(archs).mean)
    with pytest.raises(UnknownNameError, match="did you mean 'params'"):
        fit_model(TOY, "param", train=80)


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"train": 0}, SettingError, "train must be a whole number >= 1, got 0"),
        ({"train": 1.5}, SettingError, "train must be a whole number >= 1, got 1.5"),
        ({"train": 19}, DataError, "too few to learn from: expected 20 different architectures or more, got 19"),
        ({"train": 10**6}, SettingError, "asked for 1,000,000 different architectures, there are 180"),
        ({"seed": "x"}, SettingError, "seed must be a whole number, got 'x'"),
        ({"encoding": "graph"}, SettingError, "has no encoding 'graph'; known: onehot"),
        ({"encoding": "onhot"}, SettingError, "did you mean 'onehot'"),
        ({"search": 1}, SettingError, "search must be true or false, got 1"),
        ({"costs": "params"}, SettingError, "costs must be a list or absent, got 'params'"),
        ({"train": 60, "costs": ["parms"]}, UnknownNameError, "unknown target of toy"),
        ({"train": 60, "costs": [3]}, UnknownNameError, "unknown target of toy"),
        ({"transform": "logarithm"}, SettingError, "transform must be 'auto' or 'log' or 'linear'"),
    ],
)
def test_wrong_options_are_explained(options, kind, message):
    """One line, with what was expected and what came."""
    with pytest.raises(kind) as caught:
        nassim.fit(TOY, **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_constant_error_is_refused_and_named():
    """There is nothing to learn from; a constant cost is fine."""

    class Constant(Smooth):
        def truth(self, archs):
            return np.full(len(archs), 3.0)

    with pytest.raises(NassimError, match=r"^smooth/toy.*: error: all 50 trainings gave 3, there is nothing to learn$"):
        nassim.fit(Constant(HUGE, noise=0), train=50)
