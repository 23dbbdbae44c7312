"""Which trainings a surrogate learns from: different, random, repeatable, one seed each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nassim
from nassim.benchmarks.partial_table import PartialTable, source_of
from nassim.benchmarks.table import TableBenchmark
from nassim.core.benchmark import Query
from nassim.core.errors import DataError, SettingError, UnknownNameError
from nassim.core.random_streams import Streams
from nassim.surrogates import training_data
from nassim.surrogates.training_data import draw, draw_archs, truth_of
from tests.benchmarks.partial import partial
from tests.surrogates.functions import HUGE, Smooth
from tests.toys import toy_benchmark

TOY = toy_benchmark((4, 5, 3, 3))
SOURCES = {"table": TOY, "samples": partial(TOY, 100), "huge": Smooth(HUGE)}


@pytest.mark.parametrize("name", SOURCES)
@given(st.integers(1, 100), st.integers(0, 9))
@settings(max_examples=20, deadline=None)
def test_architectures_are_different_and_fewer_begin_more(name, count, seed):
    """Each is drawn once, and 50 of a seed are the first of 100."""
    archs = draw_archs(SOURCES[name], 100, seed)
    assert len(np.unique(archs, axis=0)) == 100
    assert np.array_equal(draw_archs(SOURCES[name], count, seed), archs[:count])


@pytest.mark.parametrize("name", SOURCES)
def test_another_seed_draws_others(name):
    """In another order at least."""
    assert not np.array_equal(draw_archs(SOURCES[name], 50, 0), draw_archs(SOURCES[name], 50, 1))


def test_draws_are_uniform():
    """Over many seeds every architecture is among the first as often as any other."""
    counts = np.zeros(TOY.space.size)
    for seed in range(400):
        counts[TOY.space.index(draw_archs(TOY, 18, seed))] += 1
    expected = 400 * 18 / TOY.space.size
    assert ((counts - expected) ** 2 / expected).sum() < TOY.space.size + 5 * np.sqrt(2 * TOY.space.size)


def test_many_draws_of_a_space_that_is_not_listed_are_different_too(monkeypatch):
    """Even where half of all architectures are asked for."""
    monkeypatch.setattr(training_data, "LISTED", 0)
    archs = draw_archs(TOY, 120, 0)
    assert len(np.unique(archs, axis=0)) == 120
    assert np.array_equal(draw_archs(TOY, 10, 0), archs[:10])


def test_a_training_is_one_that_the_benchmark_has():
    """Errors of all epochs are those of one and the same training seeds, and costs those of the table."""
    drawn = draw(TOY, 60, 4)
    rows = np.arange(60)
    training_seed = Streams(4, "trainings", rows).random_words(rows, 1)[:, 0]
    for at, epochs in enumerate(TOY.epochs):
        outcome = TOY.evaluate(Query(drawn.archs, epochs=np.full(60, epochs)), training_seed)
        assert np.array_equal(drawn.error[:, at], outcome.error)
    assert np.array_equal(drawn.seconds, outcome.seconds)
    assert np.array_equal(drawn.costs["params"], outcome.costs[:, 0])


def test_samples_give_one_of_their_trainings():
    """A row's errors are those of one of the real replicas, and different architectures see different ones."""
    samples = SOURCES["samples"]
    drawn, replicas = draw(samples, 100, 0), set()
    place = {arch.tobytes(): row for row, arch in enumerate(samples.archs)}
    for number, arch in enumerate(drawn.archs):
        row = place[arch.tobytes()]
        same = [(samples.error[:, row, k] == drawn.error[number]).all() for k in range(samples.counts[row])]
        assert sum(same) == 1
        assert drawn.seconds[number] == samples.seconds[-1, row, same.index(True)]
        replicas.add(same.index(True))
    assert replicas == {0, 1, 2}


@pytest.mark.parametrize("target", ["error", "seconds", "params"])
def test_truth_is_that_of_the_report_split_or_the_mean(target):
    """Tables and samples agree on what a model is judged by."""
    samples = SOURCES["samples"]
    archs = samples.archs[5:50]
    mean = TOY.evaluate(Query(archs))
    expected = {"error": TOY.truth(archs), "seconds": mean.seconds, "params": mean.costs[:, 0]}[target]
    assert np.array_equal(truth_of(TOY, archs, target), expected)
    whole = TableBenchmark(
        "whole",
        TOY.space,
        TOY.card,
        epochs=TOY.epochs,
        error=TOY._error[:, :, :-1],
        seconds=TOY._seconds[:, :, :-1],
        counts=TOY._counts.astype(np.int64),
        costs={"params": TOY._costs[:, 0]},
    )
    assert np.allclose(truth_of(samples, archs, target), truth_of(whole, archs, target))


@pytest.mark.parametrize("name", SOURCES)
def test_more_than_there_are_is_refused(name):
    """The message says how many there are."""
    source = SOURCES[name]
    known = 100 if isinstance(source, PartialTable) else source.space.size
    with pytest.raises(SettingError, match=f"there are {known:,}"):
        draw(source, known + 1, 0)


def test_a_name_is_a_table_where_that_is_complete():
    """It answers as the one that the catalog loads."""
    source, loaded = source_of("nb201/cifar10"), nassim.load("nb201/cifar10")
    archs = loaded.space.at(np.arange(0, 15_625, 5))
    training_seed = np.arange(len(archs), dtype=np.uint32)
    pairs = zip(source.evaluate(Query(archs), training_seed), loaded.evaluate(Query(archs), training_seed), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)
    assert np.array_equal(source.truth(archs), loaded.truth(archs))
    assert source.card == loaded.card
    assert source_of(TOY) is TOY
    assert source_of("tests.surrogates.test_training_data:TOY") is TOY


def test_an_unknown_name_is_refused():
    """With what was meant."""
    with pytest.raises(UnknownNameError, match="did you mean 'nb201/cifar10'"):
        source_of("nb201/cifar1O")
    assert issubclass(UnknownNameError, Exception)
    assert issubclass(DataError, Exception)
