"""Ensembles: members joined into one booster say the same, to the last bit."""

from __future__ import annotations

import numpy as np

from nassim.surrogates.ensemble import MEMBERS, Ensemble, together
from nassim.surrogates.learn import learn
from tests.surrogates.functions import HUGE, Smooth, archs_of

ARCHS = archs_of(HUGE, 300)
MODEL = learn(HUGE, ARCHS, Smooth(HUGE).evaluate_one(ARCHS))


def test_joined_members_predict_the_same_bits():
    """Mean, its variance and that of new trainings, of a batch, of one row and of none."""
    features = MODEL.encoded(archs_of(HUGE, 200, seed=1), 1)
    for rows in (features, features[:1], features[:0]):
        apart, joined = MODEL.ensemble.predict(rows), MODEL.ensemble.predict(rows, often=True)
        assert all(map(np.array_equal, apart, joined))
    assert MODEL.ensemble.joined.inplace_predict(features).shape == (200, MEMBERS)


def test_one_member_or_none_is_not_joined():
    """There is nothing to gain."""
    assert Ensemble(()).joined is None
    alone = Ensemble(MODEL.ensemble.members[:1])
    assert alone.joined is None
    features = MODEL.encoded(ARCHS[:5], 1)
    assert np.array_equal(alone.predict(features, often=True)[0], alone.predict(features)[0])


def test_tasks_are_done_in_order():
    """However many there are."""
    assert together([]) == []
    assert together([lambda: 1]) == [1]
    assert together([lambda number=number: number for number in range(50)]) == list(range(50))
