"""Predictions: pure, row by row, tabulated where that is possible; and what lies far from the training data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim import catalog
from nassim.core.errors import ArchitectureError, SettingError
from nassim.surrogates.learn import learn
from nassim.surrogates.model import Estimate, Surrogate
from tests.surrogates.functions import HUGE, Smooth, archs_of
from tests.toys import toy_space

CELLS = catalog.space("nb201")
SOME = {space.name: archs_of(space, 3000, seed=1) for space in (CELLS, HUGE)}


def fitted(space, encoding: str) -> Surrogate:
    """Return a model of a smooth function of some architectures."""
    archs = archs_of(space, 300)
    return learn(space, archs, Smooth(space).evaluate_one(archs), encoding=encoding)


MODELS = {"cells": fitted(CELLS, "graph"), "one-hot": fitted(CELLS, "onehot"), "huge": fitted(HUGE, "onehot")}


def rows(estimate: Estimate, which) -> list[np.ndarray]:
    """Return some rows of an estimate."""
    return [column[which] for column in estimate]


@pytest.mark.parametrize("name", MODELS)
@given(st.lists(st.integers(0, 2999), min_size=1, max_size=70))
@settings(max_examples=25, deadline=None)
def test_a_row_alone_is_predicted_as_in_any_batch(name, which):
    """Mean, noise and epistemic spread are equal bit for bit, whoever is asked about together."""
    model, archs = MODELS[name], SOME[MODELS[name].space.name]
    whole = model._predict(archs, model.epochs[-1])
    for chosen in (which, which[:1], which[::-1]):
        few = model._predict(archs[chosen], model.epochs[-1])
        assert all(map(np.array_equal, few, rows(whole, chosen)))


@pytest.mark.parametrize("name", ["cells", "one-hot"])
def test_a_tabulated_space_is_predicted_as_architecture_by_architecture(name):
    """The table of all architectures holds what each gets alone; a large batch is looked up in it."""
    model, archs = MODELS[name], SOME["nb201"]
    alone = model._predict(archs, model.epochs[-1])
    index = model.space.index(archs)
    assert all(map(np.array_equal, alone, rows(model.table(), index)))
    assert all(map(np.array_equal, alone, model.predict(archs)))
    many = model.space.at(np.arange(10_000))
    assert all(map(np.array_equal, model.predict(many), rows(model.table(), np.arange(10_000))))


def test_a_huge_space_has_no_table():
    """The error says how many architectures there are."""
    assert not MODELS["huge"].enumerable
    with pytest.raises(SettingError, match="1,099,511,627,776 architectures, too many for a table"):
        MODELS["huge"].table()


@pytest.mark.parametrize("name", MODELS)
def test_no_architecture_is_no_problem(name):
    """An empty batch has empty estimates."""
    model = MODELS[name]
    assert [column.shape for column in model.predict(SOME[model.space.name][:0])] == [(0,)] * 3


def test_what_is_no_architecture_is_refused():
    """Options that a gene lacks are named, not predicted."""
    with pytest.raises(ArchitectureError):
        MODELS["huge"].predict(np.full((1, 20), 4, dtype=np.int8))


def test_estimates_are_sane():
    """Spreads are positive, and the mean lies where errors do."""
    mean, noise, epistemic = MODELS["huge"].predict(SOME[HUGE.name])
    assert (noise > 0).all()
    assert (epistemic >= 0).all()
    assert np.corrcoef(mean, Smooth(HUGE).truth(SOME[HUGE.name]))[0, 1] > 0.85


def test_training_data_are_near_and_new_regions_are_far():
    """By definition about 1 % of the training architectures are far; all with an option never seen are."""
    space = toy_space((4, 4, 4, 4))
    everything = space.at(np.arange(space.size))
    known = everything[everything[:, 0] < 3]
    seen = known[np.random.default_rng(0).permutation(len(known))[:150]]
    model = learn(space, seen, Smooth(space).truth(seen))
    assert model.far(seen).mean() <= 0.02
    assert model.far(known).mean() <= 0.1
    assert model.far(everything[everything[:, 0] == 3]).all()
    one = model.far(everything[200:201])
    assert one.shape == (1,)
    assert one[0] == model.far(everything)[200]
