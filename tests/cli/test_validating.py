"""How the networks of a study are trained: as their benchmark's card says."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from nassim import simulate
from nassim.cli import _validating
from nassim.cli._validating import plan_for, recommended
from nassim.core.errors import SettingError
from nassim.spaces.nb201 import NB201
from nassim.training.data import load
from nassim.training.recipe import DIGITS, SMALL
from nassim.training.skeleton import Skeleton
from tests.report.conftest import Memory
from tests.toys import tabulate, toy_benchmark
from tests.training.test_collect import RECIPE, SKELETON, Log

MADE = {"recipe": asdict(RECIPE), "skeleton": asdict(replace(SKELETON, size=8, classes=10))}


def carded(**facts: object):
    """Return a table over NAS-Bench-201's space whose card has these facts."""
    bench = tabulate(NB201(), 1)
    bench.card = replace(bench.card, facts=facts)
    return bench


def test_what_collect_made_is_trained_as_it_was() -> None:
    """With the recipe and the skeleton of the card; epochs may be asked for."""
    plan = plan_for(carded(**MADE), "digits", None, "cpu", Log())
    assert (plan.recipe, plan.skeleton) == (RECIPE, Skeleton(**MADE["skeleton"]))
    assert plan_for(carded(**MADE), "digits", 7, "cpu", Log()).recipe == replace(RECIPE, epochs=7)


def test_what_others_made_is_trained_as_is_recorded_for_the_images() -> None:
    """With the small recipe of digits here."""
    plan = plan_for(carded(), "digits", None, "cpu", Log())
    assert (plan.recipe, plan.skeleton.channels) == (DIGITS, SMALL["channels"])


def test_a_surrogate_is_trained_as_what_it_was_learned_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """The card of that says how."""
    learned = carded(surrogate={"of": "mini201/mnist5k"})
    monkeypatch.setattr(_validating.catalog, "names", lambda kind: ["mini201/mnist5k"])
    monkeypatch.setattr("nassim.benchmarks.partial_table.PartialTable.load", lambda name: carded(**MADE))
    assert plan_for(learned, "digits", None, "cpu", Log()).recipe == RECIPE


def test_other_images_are_noticed() -> None:
    """They may be what is wanted."""
    log = Log()
    plan_for(carded(**MADE, images={"sha256": load("digits").digest}), "digits", None, "cpu", log)
    assert not log.notes
    plan_for(carded(**MADE, images={"sha256": "abc"}), "digits", None, "cpu", log)
    assert log.notes == ["digits: these are not the images that toy/nb201-1-0 was trained on"]


def test_what_runs_hand_in_is_their_last_incumbent() -> None:
    """Of all strategies; a run that has none recommends nothing."""
    bench = toy_benchmark((4, 5, 3))
    traces = {
        (name, "toy"): simulate(name, bench, runs=6, evaluations=count)
        for name, count in (("random_search", 5), ("regularized_evolution", 9))
    }
    traces["random_search", "toy"].error[2] = np.nan
    found = recommended(Memory(Path(), {}, traces), "toy")
    wanted = [
        trace.archs[run, np.nanargmin(trace.error[run])]
        for trace in traces.values()
        for run in range(6)
        if not np.isnan(trace.error[run]).all()
    ]
    assert len(wanted) == 11
    np.testing.assert_array_equal(found, wanted)


def test_the_images_are_those_on_the_card(tmp_path: Path) -> None:
    """Where they were, and how large; if they are gone, or no card says so, one is asked where they lie."""
    source = tmp_path / "photos"
    source.mkdir()
    assert _validating._data_of(carded(images={"source": str(source), "size": 16})) == (str(source), 16)
    assert _validating._data_of(carded(images={"source": "digits", "size": 8})) == ("digits", 8)
    source.rmdir()
    with pytest.raises(SettingError, match=r"they are no longer at .*photos\? say where they lie: --data FOLDER"):
        _validating._data_of(carded(images={"source": str(source)}))
    with pytest.raises(SettingError, match=r"which images are those of toy/nb201-1-0\? say where they lie"):
        _validating._data_of(carded())
