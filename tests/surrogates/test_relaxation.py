"""The relaxation of trees: against brute force over all architectures, xgboost, and finite differences."""

from __future__ import annotations

from itertools import product
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.core.errors import DataError
from nassim.surrogates import relaxation
from nassim.surrogates.relaxation import Relaxation, through
from nassim.surrogates.trees import Leaves, read_leaves
from tests.surrogates.boosters import SMALL, everything, fitted, mixtures, predicted, vertices
from tests.toys import toy_space

some_choices = st.lists(st.integers(1, 5), min_size=1, max_size=5).map(tuple).filter(lambda choices: max(choices) > 1)
members = st.integers(1, 3)
seeds = st.integers(0, 1000)


def model(space, seed, count=1, depth=4):
    """Return the leaves of some boosters, the same for the same arguments."""
    return read_leaves([fitted(space, seed + 31 * member, depth=depth) for member in range(count)], space)


def weights(space, probabilities):
    """Return by brute force the probability of every architecture, (runs, size)."""
    genes = np.arange(len(space.choices))
    archs = [list(arch) for arch in product(*map(range, space.choices))]
    return np.array([[run[genes, arch].prod() for arch in archs] for run in probabilities])


@given(some_choices, seeds, members, st.sampled_from([0.05, 1.0, 20.0]))
@settings(max_examples=60, deadline=None)
def test_expectation_and_gradient_are_those_of_all_architectures(choices, seed, count, concentration):
    """E[f] and E[f | gene has option], both by summing over the whole space."""
    space = toy_space(choices)
    leaves = model(space, seed, count)
    probabilities = mixtures(space, 3, seed, concentration)
    archs = everything(space)
    table = leaves.predict(space.encode(archs))
    value, gradient = Relaxation(leaves).slope(probabilities)
    assert np.allclose(value, weights(space, probabilities) @ table, rtol=1e-12, atol=1e-12)
    for gene, count_of_gene in enumerate(choices):
        for option in range(count_of_gene):
            given_option = probabilities.copy()
            given_option[:, gene] = np.arange(space.widest) == option
            expected = weights(space, given_option) @ table
            assert np.allclose(gradient[:, gene, option], expected, rtol=1e-12, atol=1e-12)
        assert not gradient[:, gene, count_of_gene:].any()


@given(some_choices, seeds, members)
@settings(max_examples=30, deadline=None)
def test_vertices_are_xgboosts_own_predictions(choices, seed, count):
    """Where a mixture is one architecture, its expectation is the prediction, to float32's precision."""
    space = toy_space(choices)
    boosters = [fitted(space, seed + member) for member in range(count)]
    archs = everything(space)[:: max(1, space.size // 40)]
    value = Relaxation(read_leaves(boosters, space)).expectation(vertices(space, archs))
    assert np.allclose(value, predicted(boosters, space, archs), rtol=0, atol=5e-6)


@given(some_choices, seeds)
@settings(max_examples=30, deadline=None)
def test_the_gradient_is_that_of_finite_differences(choices, seed):
    """Along random directions in which the probabilities of each gene keep their sum."""
    space = toy_space(choices)
    prepared = Relaxation(model(space, seed, 2))
    first, second = mixtures(space, 2, seed)[:, None]
    middle, step = (first + second) / 2, (second - first) * 1e-5
    difference = prepared.expectation(middle + step) - prepared.expectation(middle - step)
    along = (prepared.slope(middle)[1] * 2 * step).sum(axis=(1, 2))
    assert np.allclose(difference, along, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("runs", [1, 2, 7, 16, 17, 64])
def test_a_run_alone_equals_it_among_others_bit_for_bit(runs):
    """Whatever the number of runs and the place among them."""
    space = toy_space((3, 2, 4, 2, 3, 5))
    prepared = Relaxation(model(space, 5, 3, depth=6))
    probabilities = mixtures(space, 64, 0)
    value, gradient = prepared.slope(probabilities)
    place = 64 - runs
    some_value, some_gradient = prepared.slope(probabilities[place:])
    assert np.array_equal(some_value, value[place:])
    assert np.array_equal(some_gradient, gradient[place:])
    assert np.array_equal(prepared.expectation(probabilities[place:]), value[place:])
    turned = prepared.slope(probabilities[::-1])
    assert np.array_equal(turned[0][::-1], value)
    assert np.array_equal(turned[1][::-1], gradient)


def test_no_run_is_a_batch_too():
    """A step in which nobody acts."""
    value, gradient = Relaxation(model(SMALL, 0)).slope(mixtures(SMALL, 0, 0))
    assert value.shape == (0,)
    assert gradient.shape == (0, 4, 4)


def test_a_gene_with_many_options_is_exact():
    """More options than bits in a word."""
    space = toy_space((100, 3))
    leaves = model(space, 2, 2, depth=8)
    probabilities = mixtures(space, 2, 0)
    table = leaves.predict(space.encode(everything(space)))
    assert np.allclose(Relaxation(leaves).expectation(probabilities), weights(space, probabilities) @ table, rtol=1e-12)


def test_a_constant_model_has_no_slope():
    """Trees without a split: every expectation is the constant."""
    leaves = Leaves(np.array([2.0, 3.0]), np.ones((2, 5), dtype=bool), 1.0, np.array([0, 0, 0, 1, 1]))
    value, gradient = Relaxation(leaves).slope(np.full((3, 2, 3), 0.25))
    assert (value == 6.0).all()
    assert (gradient[:, 0] == 6.0).all()


def test_genes_that_no_path_touches_have_no_part_in_any_product():
    """A model that looks at two of twelve genes costs what a model of two genes costs."""
    space = toy_space((2,) * 12)
    gene = np.arange(12).repeat(2)
    allowed = np.ones((4, 24), dtype=bool)
    allowed[[0, 1], 4], allowed[[2, 3], 5] = False, False
    allowed[[0, 2], 18], allowed[[1, 3], 19] = False, False
    prepared = Relaxation(Leaves(np.arange(4.0), allowed, 0.0, gene))
    assert [level.left.size for level in prepared._levels][-1] == 4  # two products per half
    assert prepared.expectation(mixtures(space, 1, 0)).shape == (1,)


@pytest.mark.parametrize("shape", [(1, 4, 3), (1, 3, 4), (1, 5, 4)])
def test_probabilities_of_another_space_are_refused(shape):
    """Too few options, or another number of genes."""
    with pytest.raises(DataError, match="of 4 genes with up to 4 options, got"):
        Relaxation(model(SMALL, 0)).slope(np.full(shape, 0.25))


def test_a_transformed_target_is_pushed_through_by_the_chain_rule():
    """Exact at a vertex, with the gradient of the approximate value everywhere."""
    prepared = Relaxation(model(SMALL, 1))
    probabilities = np.concatenate([vertices(SMALL, everything(SMALL)[:5]), mixtures(SMALL, 3, 0)])
    value, gradient = prepared.slope(probabilities)
    error, slope = through(value, gradient, np.exp, np.exp)
    assert np.array_equal(error, np.exp(value))
    direction = mixtures(SMALL, 8, 1) - probabilities
    moved = np.exp(prepared.expectation(probabilities + 1e-6 * direction))
    assert np.allclose((moved - error) / 1e-6, (slope * direction).sum(axis=(1, 2)), rtol=1e-3, atol=1e-3)


@pytest.mark.slow
def test_fifty_steps_of_a_hundred_runs_take_seconds():
    """A forest as large as 5 x 300 trees of depth 6 over 28 genes; DARTS on the huge space rests on it."""
    generator = np.random.default_rng(0)
    choices = (3, 2, 3, 2) * 7
    gene = np.repeat(np.arange(28), choices)
    allowed = np.ones((90_000, gene.size), dtype=bool)
    allowed[np.arange(90_000)[:, None], generator.integers(0, gene.size, (90_000, 6))] = False
    alive = np.logical_and.reduce([allowed[:, gene == number].any(axis=1) for number in range(28)])
    prepared = Relaxation(Leaves(generator.normal(size=alive.sum()), allowed[alive], 0.0, gene))
    probabilities = mixtures(toy_space(choices), 100, 0)
    begin = process_time()
    for _ in range(5):
        prepared.slope(probabilities)
    assert (process_time() - begin) * 10 < 30


def test_the_width_of_tiles_changes_nothing(monkeypatch):
    """It is a matter of speed; only the order of the last sums may differ in the last bits."""
    prepared, probabilities = Relaxation(model(SMALL, 0, 2)), mixtures(SMALL, 9, 0)
    before = prepared.slope(probabilities)
    monkeypatch.setattr(relaxation, "WIDTH", 4)
    after = prepared.slope(probabilities)
    assert all(np.allclose(a, b, rtol=1e-13) for a, b in zip(before, after, strict=True))
