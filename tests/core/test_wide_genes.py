"""Genes of many options: more than 127 take 16 bits, and nothing else changes; more than 32,767 are refused."""

from __future__ import annotations

from functools import cached_property
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim import catalog, simulate
from nassim.benchmarks.table import TableBenchmark
from nassim.core.errors import ArchitectureError, SettingError
from nassim.core.genes import MOST, narrow
from nassim.core.random_streams import Streams
from nassim.core.trace import Trace
from nassim.strategies._parzen import Parzen
from tests.contracts.strategies import QUICK
from tests.toys import Toy, tabulate, toy_benchmark, toy_space

WIDE = (200, 3, 300)
ELSEWHERE = {"nevergrad", "smac"}  # take minutes here
MISSING = {name for name in ("optuna", "pymoo") if not find_spec(name)}
NAMES = [name for name in catalog.names("strategies") if name not in ELSEWHERE | MISSING]
QUICKER = {**QUICK, "tpe": {"candidates": 4}, "setn": {"candidates": 2}, "rsps": {"candidates": 2}}


class Widened(Toy):
    """A toy space whose architectures take 16 bits though 8 would do."""

    @cached_property
    def dtype(self):
        """Always int16."""
        return np.dtype(np.int16)


def widened(choices: tuple[int, ...]) -> TableBenchmark:
    """Return the toy benchmark of these choices on architectures of 16 bits."""
    return tabulate(Widened(choices))


@pytest.mark.parametrize(("options", "kind"), [(1, "int8"), (127, "int8"), (128, "int16"), (MOST, "int16")])
def test_the_narrowest_type_is_taken(options, kind):
    """Eight bits as long as they do, so that no table and no trace changes."""
    assert narrow(options) == toy_space((2, options)).dtype == kind


def test_too_many_options_are_refused():
    """With the gene, how many it has and how many can be, before anything is sampled."""
    space = toy_space((2, MOST + 1))
    with pytest.raises(SettingError, match="gene gene1 has 32,768 options, at most 32,767 can be"):
        space.sample(np.arange(1), Streams(0, "wide", [0]))


@given(
    st.lists(st.sampled_from([1, 2, 127, 128, 129, 255, 256, 300, MOST]), min_size=1, max_size=4).map(tuple),
    st.integers(0, 99),
)
@settings(deadline=None, max_examples=60)
def test_wide_spaces_keep_the_promises_of_spaces(choices, seed):
    """Samples, mutants, children and neighbours are architectures; index and at are inverse; texts are read again."""
    space = toy_space(choices)
    rows = np.arange(50)
    streams = Streams(seed, "wide", rows)
    archs, others = space.sample(rows, streams), space.sample(rows, streams)
    space.check(archs)
    assert archs.dtype == space.dtype
    assert np.array_equal(space.at(space.index(archs)), archs)
    children = space.crossover(archs, others, rows, streams)
    assert ((children == archs) | (children == others)).all()
    if max(choices) > 1:
        mutants = space.mutate(archs, rows, streams)
        space.check(mutants)
        assert ((mutants != archs).sum(axis=1) == 1).all()
        around = space.neighbour(archs, space.degree(archs) - 1)
        space.check(around)
        assert ((around != archs).sum(axis=1) == 1).all()
    assert np.array_equal(space.parse(space.show(archs[0])), archs[0])


def test_all_neighbours_of_a_wide_gene_differ():
    """One for every other option of every gene, by brute force."""
    space = toy_space(WIDE)
    arch = np.array([150, 1, 299], dtype=np.int16)
    found = {tuple(row) for row in space.neighbours(arch).tolist()}
    wanted = {
        tuple(option if place == gene else int(own) for place, own in enumerate(arch))
        for gene, count in enumerate(WIDE)
        for option in range(count)
        if option != arch[gene]
    }
    assert found == wanted


def test_spaces_of_many_genes_mutate_too():
    """Numbers of genes above 127 do not fit into 8 bits either."""
    space = toy_space((2,) * 200)
    archs = space.sample(np.arange(400), Streams(0, "many genes", np.arange(400)))
    changed = space.mutate(archs, np.arange(400), Streams(1, "many genes", np.arange(400))) != archs
    assert (changed.sum(axis=1) == 1).all()
    assert changed[:, 150:].any()


@pytest.mark.parametrize("wrong", [[200, 0, 0], [-1, 0, 0], [0, 3, 0], [0, 0, 300]])
def test_what_is_no_option_is_refused(wrong):
    """Also where 16 bits could hold it."""
    with pytest.raises(ArchitectureError, match="is no architecture of toy-200x3x300"):
        toy_space(WIDE).check(np.array([[0, 0, 0], wrong], dtype=np.int16))


@pytest.mark.parametrize("name", NAMES)
def test_every_strategy_asks_the_same_in_16_bits(name):
    """The type that architectures are kept in is no part of the search: all numbers are equal."""
    how = {"runs": 3, "evaluations": 30, **QUICKER.get(name, {})}
    narrow_, wide = simulate(name, toy_benchmark((3, 2, 5)), **how), simulate(name, widened((3, 2, 5)), **how)
    assert wide.archs.dtype == np.int16
    assert np.array_equal(narrow_.archs, wide.archs)
    assert np.array_equal(narrow_.error, wide.error, equal_nan=True)


@pytest.mark.parametrize("name", NAMES)
def test_every_strategy_searches_wide_genes(name, tmp_path):
    """Asks for architectures of the space, options above 127 among them, and its trace is saved and read again."""
    settings_ = QUICKER.get(name, {})
    trace = simulate(name, tabulate(toy_space((150, 3)), epochs=(1, 3)), runs=2, evaluations=25, **settings_)
    assert trace.archs.dtype == np.int16
    done = trace.archs[np.arange(trace.events) < trace.lengths[:, None]]
    toy_space((150, 3)).check(done)
    trace.save(tmp_path / "trace.parquet")
    again = Trace.load(tmp_path / "trace.parquet")
    assert again.archs.dtype == np.int16
    assert np.array_equal(again.archs, trace.archs)


def test_a_parzen_estimator_of_many_observations_draws_from_its_own_density():
    """Beyond 127 of them: each good one is drawn as often as it weighs, by a count of 40,000 draws."""
    generator = np.random.default_rng(0)
    archs = generator.integers(0, 5, (1, 200, 6)).astype(np.int8)
    inside = np.zeros((1, 200), dtype=np.bool_)
    inside[0, [150, 160, 190]] = True
    estimator = Parzen(archs, inside, (5,) * 6, prior=1.0)
    drawn = estimator.sample(generator.uniform(size=(1, 40_000, 7)))[0]
    good = archs[0, [150, 160, 190]]
    share = (drawn[:, None] == good).all(axis=2).mean(axis=0)
    wanted = estimator.density(good[None])[0]
    assert np.allclose(share, wanted, atol=5 * np.sqrt(wanted.max() / 40_000))
