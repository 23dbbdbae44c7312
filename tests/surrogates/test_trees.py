"""Reading XGBoost models: what is read predicts what xgboost predicts, and what cannot be read is said."""

from __future__ import annotations

import numpy as np
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.core.errors import DataError
from nassim.surrogates.trees import read_leaves
from tests.surrogates.boosters import SMALL, everything, fitted, predicted
from tests.toys import toy_space

some_choices = st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple).filter(lambda choices: max(choices) > 1)


@given(some_choices, st.integers(0, 1000), st.integers(1, 3), st.sampled_from(["values", "missing"]))
@settings(max_examples=40, deadline=None)
def test_the_leaves_predict_what_xgboost_predicts(choices, seed, members, zeros):
    """For every architecture, whether zeros were seen as numbers or as missing; float32 is xgboost's precision."""
    space, sparse = toy_space(choices), zeros == "missing"
    boosters = [fitted(space, seed + member, sparse=sparse) for member in range(members)]
    archs = everything(space)
    own = read_leaves(boosters, space, zeros=zeros).predict(space.encode(archs))
    assert np.allclose(own, predicted(boosters, space, archs, sparse=sparse), rtol=0, atol=5e-6)


def test_every_architecture_reaches_one_leaf_of_each_tree():
    """The leaves of a tree share the space among them, without gap or overlap."""
    leaves = read_leaves([fitted(SMALL, 0, trees=7, depth=6)], SMALL)
    features = SMALL.encode(everything(SMALL)) > 0
    reached = ~(features[:, None] & ~leaves.allowed).any(axis=2)
    assert (reached.sum(axis=1) == 7).all()


def test_no_leaf_is_kept_that_nothing_reaches():
    """Paths that ask for two options of a gene at once, or for none, are dropped."""
    leaves = read_leaves([fitted(SMALL, seed, depth=8, min_child_weight=0) for seed in range(5)], SMALL)
    per_gene = np.split(leaves.allowed, np.flatnonzero(np.diff(leaves.gene)) + 1, axis=1)
    assert all(gene.any(axis=1).all() for gene in per_gene)


@pytest.mark.parametrize("objective", ["reg:squarederror", "reg:absoluteerror", "reg:pseudohubererror"])
def test_objectives_with_identity_link_are_read(objective):
    """Their prediction is base score plus leaves."""
    boosters, archs = [fitted(SMALL, 3, objective=objective)], everything(SMALL)
    own = read_leaves(boosters, SMALL).predict(SMALL.encode(archs))
    assert np.allclose(own, predicted(boosters, SMALL, archs), rtol=0, atol=5e-6)


def test_a_given_base_score_and_parallel_trees_are_read():
    """Random forests within boosting and a base score of one's own."""
    boosters, archs = [fitted(SMALL, 3, base_score=17.25, num_parallel_tree=3)], everything(SMALL)
    own = read_leaves(boosters, SMALL).predict(SMALL.encode(archs))
    assert np.allclose(own, predicted(boosters, SMALL, archs), rtol=0, atol=5e-6)


def test_a_sliced_booster_has_fewer_leaves():
    """What stopped early is sliced by the caller; all trees that are left count."""
    booster, archs = fitted(SMALL, 3, trees=8), everything(SMALL)
    own = read_leaves([booster[:3]], SMALL).predict(SMALL.encode(archs))
    assert np.allclose(own, predicted([booster[:3]], SMALL, archs), rtol=0, atol=5e-6)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"booster": "dart"}, "gbtree.*got dart"),
        ({"objective": "reg:gamma"}, "identity link.*got reg:gamma"),
        ({"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.9]}, "one prediction.*got one with 2"),
    ],
)
def test_what_is_no_sum_of_trees_is_refused(extra, message):
    """Other boosters, link functions and several outputs: one line that says what came."""
    with pytest.raises(DataError, match=message):
        read_leaves([fitted(SMALL, 0, **extra)], SMALL)


def test_a_linear_booster_is_refused():
    """It has no trees."""
    features = SMALL.encode(everything(SMALL))
    data = xgboost.DMatrix(features, features[:, 0], nthread=1)
    booster = xgboost.train({"booster": "gblinear", "updater": "coord_descent", "nthread": 1}, data, 2)
    with pytest.raises(DataError, match=r"gbtree.*got gblinear"):
        read_leaves([booster], SMALL)


def test_splits_on_categories_are_refused():
    """They are no splits on one-hot numbers."""
    features = np.arange(40).reshape(-1, 10) % 7
    data = xgboost.DMatrix(features, features[:, 0], feature_types=["c"] * 10, enable_categorical=True, nthread=1)
    booster = xgboost.train({"min_child_weight": 0, "nthread": 1, "max_cat_to_onehot": 1}, data, 2)
    with pytest.raises(DataError, match="splits on categories"):
        read_leaves([booster], SMALL)


def test_a_model_of_another_space_is_refused():
    """The number of features says so."""
    with pytest.raises(DataError, match="expected the 7 one-hot features of the space, got 10"):
        read_leaves([fitted(SMALL, 0)], toy_space((3, 4)))


def test_no_booster_or_no_tree_is_refused():
    """Nothing to take the expectation of."""
    with pytest.raises(DataError, match="at least one booster"):
        read_leaves([], SMALL)
    with pytest.raises(DataError, match="with trees"):
        read_leaves([fitted(SMALL, 0, trees=0)], SMALL)
