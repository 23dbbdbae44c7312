"""Which trainings a surrogate learns from: random ones, and active ones where the best are predicted."""

from __future__ import annotations

import numpy as np
import pytest

import nassim
from nassim.core.errors import SettingError
from nassim.surrogates.designs import CANDIDATES, design
from nassim.surrogates.learn import learn
from nassim.surrogates.model import Surrogate
from nassim.surrogates.training_data import Trainings, draw, draw_archs
from nassim.surrogates.training_records import Source
from tests.benchmarks.partial import partial
from tests.surrogates.functions import HUGE, Smooth
from tests.toys import toy_benchmark

TOY = toy_benchmark((4, 5, 3, 3, 3))
SOURCES: dict[str, Source] = {"table": TOY, "samples": partial(TOY, 200), "huge": Smooth(HUGE)}


def learned(trainings: Trainings) -> Surrogate:
    """Return the model of the last epoch's errors of some trainings."""
    space = HUGE if trainings.archs.shape[1] == len(HUGE.choices) else TOY.space
    return learn(space, trainings.archs, trainings.error[:, -1])


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_active_ones_are_the_best_predicted_of_the_others(source: Source) -> None:
    """Most are the first of the random draw; the rest are those of the lowest predicted error among what follows."""
    chosen, first = design(source, 50, 3, 0.2, learned), draw(source, 40, 3)
    np.testing.assert_array_equal(chosen.archs[:40], first.archs)
    np.testing.assert_array_equal(chosen.error[:40], first.error)
    assert len(np.unique(chosen.archs, axis=0)) == 50
    others = draw_archs(source, min(40 + 10 * CANDIDATES, 200 if source is SOURCES["samples"] else 540), 3)[40:]
    predicted = learned(first).predict(others).mean
    best = others[np.argsort(predicted, kind="stable")[:10]]
    np.testing.assert_array_equal(chosen.archs[40:], best)


def test_without_active_ones_it_is_the_random_draw() -> None:
    """What was learned before there was a choice is learned still."""
    chosen, random = design(TOY, 50, 1, 0.0, learned), draw(TOY, 50, 1)
    for mine, theirs in ((chosen.archs, random.archs), (chosen.error, random.error), (chosen.seconds, random.seconds)):
        np.testing.assert_array_equal(mine, theirs)


def test_fit_spends_a_share_of_its_trainings_so() -> None:
    """The name says so, the model has learned from them, and they are better than random ones."""
    fitted = nassim.fit(TOY, train=60, seed=1, active=0.25)
    assert fitted.name == f"{TOY.name}[train=60,seed=1,active=0.25]"
    archs = fitted.models["error"].archs
    assert len(archs) == 60
    assert TOY.truth(archs[45:]).mean() < TOY.truth(archs[:45]).mean() - TOY.truth(archs[:45]).std()
    assert fitted.card.sha256 != nassim.fit(TOY, train=60, seed=1).card.sha256


@pytest.mark.parametrize("share", [-0.1, 1.5, "a fifth"])
def test_a_share_is_between_0_and_1(share: object) -> None:
    """Anything else is refused."""
    with pytest.raises(SettingError, match="active"):
        nassim.fit(TOY, train=60, active=share)


def test_all_active_leaves_nothing_to_predict_by() -> None:
    """A model of none cannot choose."""
    with pytest.raises(SettingError, match="leaves none that says where"):
        nassim.fit(TOY, train=60, active=1.0)
