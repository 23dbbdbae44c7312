"""Explanations: additivity of Shapley values, and the parts of the variance against brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.core.errors import ArchitectureError, DataError
from nassim.surrogates.relaxation import Relaxation
from nassim.surrogates.shapley import explain, operations, shapley, shapley_interactions, variance_parts
from nassim.surrogates.trees import read_leaves
from tests.surrogates.boosters import SMALL, everything, fitted, predicted
from tests.toys import toy_space

some_choices = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple).filter(lambda choices: max(choices) > 1)
seeds = st.integers(0, 1000)


@given(some_choices, seeds, st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_shapley_values_add_up_to_predictions(choices, seed, members):
    """Base plus the effects of all genes is the mean prediction."""
    space = toy_space(choices)
    boosters, archs = [fitted(space, seed + member) for member in range(members)], everything(space)
    base, effects = shapley(boosters, space, archs)
    assert effects.shape == archs.shape
    assert np.allclose(base + effects.sum(axis=1), predicted(boosters, space, archs), rtol=0, atol=1e-4)


@given(some_choices, seeds)
@settings(max_examples=15, deadline=None)
def test_interactions_add_up_to_shapley_values(choices, seed):
    """A row of the matrix sums to the gene's Shapley value, and the matrix is symmetric."""
    space = toy_space(choices)
    boosters, archs = [fitted(space, seed), fitted(space, seed + 1)], everything(space)[:20]
    interactions = shapley_interactions(boosters, space, archs)
    assert interactions.shape == (len(archs), len(choices), len(choices))
    assert np.allclose(interactions.sum(axis=2), shapley(boosters, space, archs)[1], rtol=0, atol=1e-4)
    assert np.allclose(interactions, interactions.transpose(0, 2, 1), rtol=0, atol=1e-4)


@given(some_choices, seeds)
@settings(max_examples=25, deadline=None)
def test_the_parts_of_the_variance_are_means_over_the_space(choices, seed):
    """Mean, main and pair effects by averaging predictions over all architectures that match."""
    space = toy_space(choices)
    leaves = read_leaves([fitted(space, seed)], space)
    archs = everything(space)
    table = leaves.predict(space.encode(archs))
    mean, main, pairs = variance_parts(Relaxation(leaves), space)
    assert np.isclose(mean, table.mean())
    for gene, option in np.argwhere(space.option_mask):
        assert np.isclose(main[gene, option], table[archs[:, gene] == option].mean() - table.mean())
    for (gene, option), (other, second) in product(np.argwhere(space.option_mask), repeat=2):
        match = (archs[:, gene] == option) & (archs[:, other] == second)
        expected = table[match].mean() - main[gene, option] - main[other, second] - mean if gene != other else np.nan
        assert np.isclose(pairs[gene, option, other, second], expected, equal_nan=True, atol=1e-9)
    assert np.isnan(main[~space.option_mask]).all()
    assert np.isnan(pairs[~space.option_mask]).all()
    assert np.isnan(pairs[:, :, ~space.option_mask]).all()


def test_an_explanation_sums_up_effects():
    """Importance, effects by option and strength, each from its definition."""
    archs = everything(SMALL)[::3]
    found = explain([fitted(SMALL, 2), fitted(SMALL, 3)], SMALL, archs)
    assert np.array_equal(found.importance, np.abs(found.effects).mean(axis=0))
    for gene, option in np.argwhere(SMALL.option_mask):
        match = archs[:, gene] == option
        assert found.counts[gene, option] == match.sum()
        expected = found.effects[match, gene].mean() if match.any() else np.nan
        assert np.isclose(found.by_option[gene, option], expected, equal_nan=True)
    for gene, other in product(range(4), repeat=2):
        values = found.main[gene] if gene == other else found.pairs[gene, :, other]
        assert np.isclose(found.strength[gene, other], np.sqrt(np.nanmean(values**2)))
    assert np.allclose(found.strength, found.strength.T, rtol=0, atol=1e-12)


def test_an_operation_is_an_option_of_all_genes_alike():
    """Genes with the same options share their effect, weighted by how often each was chosen; the best come first."""
    space = toy_space((3, 3, 2))
    archs = everything(space)[:11]
    found = explain([fitted(space, 1)], space, archs)
    listed = operations(found)
    assert [operation.main for operation in listed] == sorted(operation.main for operation in listed)
    shared = next(operation for operation in listed if operation.name == "1" and len(operation.genes) == 2)
    chosen = found.effects[:, :2][archs[:, :2] == 1]
    assert shared.places == chosen.size
    assert np.isclose(shared.effect, chosen.mean())
    assert np.isclose(shared.main, found.main[:2, 1].mean())
    never = next(
        operation for operation in operations(explain([fitted(space, 1)], space, archs[:1])) if not operation.places
    )
    assert np.isnan(never.effect)


def test_what_does_not_fit_together_is_refused():
    """A model of another space, no model, no architectures, architectures of another space."""
    booster = fitted(SMALL, 0)
    with pytest.raises(DataError, match="does not fit the one-hot features of toy-3x2") as caught:
        explain([booster], toy_space((3, 2)), everything(toy_space((3, 2))))
    assert "\n" not in str(caught.value)
    with pytest.raises(DataError, match="got 0 and 24"):
        explain([], SMALL, everything(SMALL))
    with pytest.raises(DataError, match="got 1 and 0"):
        explain([booster], SMALL, everything(SMALL)[:0])
    with pytest.raises(ArchitectureError):
        explain([booster], SMALL, everything(SMALL) + 3)
