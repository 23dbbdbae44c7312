"""The exact expectation of a table under independent choices, and its exact gradient."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.core.benchmark import Query
from nassim.core.expectation import contract, expect
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture
from tests.toys import toy_benchmark

CHOICES = st.lists(st.integers(1, 4), min_size=1, max_size=5).map(tuple)


def distributions(choices: tuple[int, ...], runs: int, seed: int = 0) -> np.ndarray:
    """Return random probabilities (runs, genes, widest), 0 where a gene has fewer options."""
    alive = np.arange(max(choices)) < np.array(choices)[:, None]
    weights = np.random.default_rng(seed).exponential(size=(runs, *alive.shape)) * alive
    return weights / weights.sum(axis=2, keepdims=True)


def by_hand(table: np.ndarray, probabilities: np.ndarray, choices: tuple[int, ...]) -> tuple[float, np.ndarray]:
    """Return expectation and gradient for one run as sums over all architectures."""
    error, gradient = 0.0, np.zeros_like(probabilities)
    for value, arch in zip(table, product(*map(range, choices)), strict=True):
        each = np.array([probabilities[gene, option] for gene, option in enumerate(arch)])
        error += value * each.prod()
        for gene, option in enumerate(arch):
            gradient[gene, option] += value * np.delete(each, gene).prod()
    return error, gradient


@settings(max_examples=60, deadline=None)
@given(CHOICES, st.integers(1, 4), st.integers(0, 999), st.booleans())
def test_it_is_the_sum_over_all_architectures(choices: tuple[int, ...], runs: int, seed: int, shared: bool) -> None:
    """For spaces of any shape, tables of one's own or shared: value and gradient equal brute force."""
    size, probabilities = int(np.prod(choices)), distributions(choices, runs, seed)
    tables = np.random.default_rng(seed).uniform(0, 100, (1 if shared else runs, size))
    error, gradient = contract(tables, probabilities, choices)
    for run in range(runs):
        table = tables[0 if shared else run]
        value, slope = by_hand(table, probabilities[run], choices)
        np.testing.assert_allclose(error[run], value, rtol=1e-12)
        np.testing.assert_allclose(gradient[run], slope, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(expect(table, probabilities[run : run + 1], choices), value, rtol=1e-12)


@pytest.mark.parametrize("choices", [(5,) * 6, (3, 1, 4, 2), (6,)], ids=str)
@pytest.mark.parametrize("lucky", [True, False])
def test_a_vertex_is_the_table(choices: tuple[int, ...], lucky: bool) -> None:
    """A distribution with all its weight on one architecture relaxes to what `evaluate` says with the same seeds."""
    benchmark, rows = toy_benchmark(choices), np.arange(50)
    training_seed = Streams(0, "luck", rows).random_words(rows, 1)[:, 0].copy() if lucky else None
    archs = benchmark.space.sample(rows, Streams(0, "vertex", rows))
    vertices = (archs[:, :, None] == np.arange(max(choices))).astype(np.float64)
    slope = benchmark.relax(Mixture(vertices, np.full(50, float(benchmark.epochs[-1]))), training_seed)
    np.testing.assert_array_equal(slope.error, benchmark.evaluate(Query(archs), training_seed).error)
    np.testing.assert_array_equal(slope.seconds, benchmark.evaluate(Query(archs)).seconds)


def test_the_gradient_equals_finite_differences() -> None:
    """Along every probability, to 1e-6; the form is linear in each, so a large step is exact."""
    choices, rows = (4, 2, 5, 3), np.arange(3)
    benchmark, probabilities = toy_benchmark(choices), distributions(choices, 3)
    training_seed = Streams(0, "luck", rows).random_words(rows, 1)[:, 0].copy()
    cost = np.ones(3)
    gradient = benchmark.relax(Mixture(probabilities, cost), training_seed).gradient
    for gene, count in enumerate(choices):
        assert (gradient[:, gene, count:] == 0).all()
        for option in range(count):
            nudge = np.zeros(probabilities.shape)
            nudge[:, gene, option] = 0.1
            ahead, back = (
                benchmark.relax(Mixture(probabilities + sign * nudge, cost), training_seed).error for sign in (1, -1)
            )
            np.testing.assert_allclose(gradient[:, gene, option], (ahead - back) / 0.2, atol=1e-6)


@pytest.mark.parametrize("size", [1, 2, 7, 64])
@pytest.mark.parametrize("lucky", [True, False])
def test_a_run_alone_equals_its_row_bit_for_bit(size: int, lucky: bool) -> None:
    """Error, gradient and seconds of 64 runs equal those of any part of them, in any order, to the last bit."""
    choices, rows = (5, 3, 4, 5, 1, 5), np.arange(64)
    benchmark, probabilities = toy_benchmark(choices), distributions(choices, 64)
    training_seed = Streams(0, "luck", rows).random_words(rows, 1)[:, 0].copy() if lucky else None
    whole = benchmark.relax(Mixture(probabilities, np.ones(64)), training_seed)
    some = np.random.default_rng(0).permutation(64)[:size]
    part = benchmark.relax(
        Mixture(probabilities[some], np.ones(size)), None if training_seed is None else training_seed[some]
    )
    for field in ("error", "gradient", "seconds"):
        np.testing.assert_array_equal(getattr(part, field), getattr(whole, field)[some])


def test_failed_trainings_count_as_the_worst() -> None:
    """An architecture that failed has the table's worst error in the expectation."""
    benchmark = toy_benchmark((2, 2), replicas=1)
    benchmark._error[-1, 0] = np.nan
    vertex = np.array([[[1.0, 0], [1, 0]]])
    assert benchmark.relax(Mixture(vertex, np.ones(1))).error == np.nanmax(benchmark._error[-1])
