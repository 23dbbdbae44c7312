"""What every wrapper of benchmarks promises; a new file is tested the moment it exists."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from copy import copy
from functools import cache
from inspect import Parameter

import numpy as np
import pytest

import nassim
from nassim import catalog
from nassim.core.benchmark import Benchmark, Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture
from nassim.core.settings import check_settings, schema
from nassim.core.wrapper import Wrapper
from nassim.importers import import_data
from tests.importers.block_files import note10

NAMES = catalog.names("wrappers")
AROUND = {  # what they wrap, where not every benchmark will do
    "one_shot_table": "mini201/mnist5k",
    "block_latency": "nassim.benchmarks.untrained:mobilenetv3",
}
NEEDED = {  # options without defaults
    "with_overhead": {"cost": "latency"},
    "reported_on": {"judge": "nb201/cifar100"},
    "block_latency": {"table": "ofa-lut/note10"},
    "costs_of": {"source": "nassim.benchmarks.untrained:nb201", "costs": ["macs"]},
    "learned_cost": {"cost": "latency"},
}
ROWS = np.arange(500)
SEEDS = Streams(0, "luck", ROWS).random_words(ROWS, 1)[:, 0]

pytestmark = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module", autouse=True)
def _imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let there be a table of blocks, of numbers that are nobody's."""
    folder = tmp_path_factory.mktemp("blocks")
    note10(folder / "tables")
    import_data("ofa-lut", folder / "tables", folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NASSIM_DATA", str(folder / "data"))
        yield


@cache
def inner(name: str) -> Benchmark:
    """Return what is wrapped."""
    return nassim.load(AROUND.get(name, "nb201/cifar10"))


@cache
def bench(name: str) -> Benchmark:
    """Return a benchmark in a wrapper, with what options it must have."""
    return nassim.load(AROUND.get(name, "nb201/cifar10"), wrap=[{"name": name, **NEEDED.get(name, {})}])


def asked(name: str, rows: np.ndarray = ROWS) -> Query:
    """Return some rows of a query of random architectures."""
    return Query(bench(name).space.sample(ROWS, Streams(0, "contract", ROWS))[rows])


def same(first: Outcome, second: Outcome, rows: np.ndarray = ROWS) -> bool:
    """Return whether some rows of an outcome are another, bit for bit."""
    return all(np.array_equal(getattr(first, field)[rows], getattr(second, field), equal_nan=True)
               for field in ("error", "seconds", "costs"))  # fmt: skip


def test_costs_beforehand_are_those_of_answers(name: str) -> None:
    """Those that are known without training; what is missing is nan in both."""
    told, outcome = bench(name), bench(name).evaluate(asked(name))
    for column, cost in enumerate(told.costs):
        np.testing.assert_array_equal(told.measure(cost, asked(name).archs), outcome.costs[:, column])
        if cost not in told.card.measured:
            np.testing.assert_array_equal(told.cost(cost, asked(name).archs), outcome.costs[:, column])


def test_its_options_are_those_of_its_constructor(name: str) -> None:
    """Each is typed, described under Args, and has a default that fits, or must be given; there are no others."""
    kind = catalog.wrapper(name)
    assert issubclass(kind, Wrapper)
    for option, (_, default) in schema(kind).items():
        assert f" {option}: " in inspect.cleandoc(kind.__doc__ or ""), option
        if default is not Parameter.empty:
            check_settings(kind, NEEDED.get(name, {}) | {option: default}, name)
    with pytest.raises(SettingError, match=f"{name} has no setting 'no_such_option'"):
        nassim.load("nb201/cifar10", wrap=[{"name": name, "no_such_option": 1}])


def test_its_file_says_how_it_is_asked_for(name: str) -> None:
    """The docstring of the file begins with what it is, and shows the line of a study."""
    module = inspect.getmodule(catalog.wrapper(name))
    assert module is not None
    assert f'wrap = [{{name = "{name}"' in (module.__doc__ or "")


def test_it_is_told_from_what_it_wraps(name: str) -> None:
    """It has another name, or another digest; its source and that of what it wraps count."""
    told, plain = bench(name), inner(name)
    assert (told.name, told.card.sha256) != (plain.name, plain.card.sha256)
    assert {catalog.wrapper(name), *plain.kinds} <= set(told.kinds)
    mine, own = ((one.space.name, one.epochs, one.costs[: len(plain.costs)]) for one in (told, plain))
    assert mine == own


@pytest.mark.parametrize("seeds", [None, SEEDS], ids=["mean", "seeds"])
def test_it_is_a_pure_function(name: str, seeds: np.ndarray | None) -> None:
    """Asked again, in part, in another order, or as a copy, it answers alike; errors are finite or nan."""
    told, some = bench(name), ROWS[::-7]
    whole = told.evaluate(asked(name), seeds)
    assert same(whole, told.evaluate(asked(name), seeds))
    assert same(whole, copy(told).evaluate(asked(name), seeds))
    assert same(whole, told.evaluate(asked(name, some), None if seeds is None else seeds[some]), some)
    assert whole.error.shape == whole.seconds.shape == ROWS.shape
    assert whole.costs.shape == (ROWS.size, len(told.costs))
    assert not np.isinf(whole.error).any()
    assert (whole.seconds > 0).all()
    assert (whole.seconds <= told.longest).all()


def test_its_truth_is_that_of_an_optimum(name: str) -> None:
    """Nothing is better than the optimum, and what is recorded reaches it."""
    told = bench(name)
    every = told.everything()
    assert (told.truth(asked(name).archs) >= told.optimum).all()
    assert every is None or np.nanmin(told.truth(every)) == told.optimum


def test_a_mixture_of_one_architecture_is_that_architecture(name: str) -> None:
    """If it answers for mixtures: with the same seeds it has the same error, but for faults and networks' own noise."""
    told = bench(name)
    archs, seeds = asked(name, ROWS[:5]).archs, None
    corner = Mixture(
        (archs[:, :, None] == np.arange(told.space.widest)).astype(np.float64), np.full(5, float(told.epochs[-1]))
    )
    if not told.relaxable:
        with pytest.raises(SettingError, match="cannot answer for a mixture"):
            told.relax(corner, seeds)
        return
    np.testing.assert_allclose(told.relax(corner, seeds).error, told.evaluate(Query(archs), seeds).error, rtol=1e-9)


def test_it_has_one_answer_per_network_or_says_that_it_cannot(name: str) -> None:
    """Isomorphic cells share it."""
    archs = asked(name).archs
    try:
        alike = bench(name).per_network()
    except SettingError as refused:
        assert "identity = 'string'" in str(refused)  # noqa: PT017  (either is right)
        return
    first, other = (alike.evaluate(Query(each), SEEDS) for each in (archs, alike.space.representative(archs)))
    assert np.array_equal(first.error, other.error, equal_nan=True)
    assert np.array_equal(first.seconds, other.seconds)


def test_searches_run_on_it(name: str) -> None:
    """To their end, and the trace knows where it was made."""
    trace = nassim.simulate("regularized_evolution", bench(name), runs=5, evaluations=20, population=4, sample=2)
    assert trace.error.shape == (5, 20)
    assert trace.provenance["benchmark"] == bench(name).name
