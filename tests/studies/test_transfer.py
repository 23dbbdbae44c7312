"""The study of transfer: what its benchmarks know, and its numbers on made-up rankings."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Query
from nassim.study.spec.reading import read_spec
from tests.scripts import script

PLACE = Path(__file__).parents[2] / "studies/transfer"


def named(name: str) -> ModuleType:
    """Return a script of the study as a module, under its own name: they import each other."""
    if name not in sys.modules:
        sys.modules[name] = script(PLACE / f"{name}.py")
    return sys.modules[name]


@pytest.fixture(scope="module")
def elsewhere() -> ModuleType:
    """Return elsewhere.py, with what the scripts keep their numbers by."""
    named("keeping")
    return named("elsewhere")


@pytest.fixture(scope="module")
def rankings(elsewhere: ModuleType) -> ModuleType:
    """Return rankings.py."""
    return named("rankings")


def test_a_benchmark_knows_what_others_say(elsewhere: ModuleType) -> None:
    """The same answers as the table; its costs are the accuracies of the data sets of highest and lowest tau."""
    bench, plain = elsewhere.nb201_cifar10, nassim.load("nb201/cifar10")
    archs = bench.space.at(np.arange(0, 15_625, 100))
    training_seed = np.arange(len(archs), dtype=np.uint32)
    assert np.array_equal(
        bench.evaluate(Query(archs), training_seed).error, plain.evaluate(Query(archs), training_seed).error
    )
    assert np.array_equal(bench.truth(archs), plain.truth(archs))
    taus = {
        other: elsewhere.agreement(elsewhere.GROUPS[0])["nb201/cifar10", other] for other in elsewhere.GROUPS[0][1:]
    }
    assert elsewhere.sources("nb201/cifar10") == {"like": max(taus, key=taus.get), "unlike": min(taus, key=taus.get)}
    for cost, other in elsewhere.sources("nb201/cifar10").items():
        assert np.array_equal(bench.cost(cost, archs), 100 - nassim.load(other).truth(archs))
    with pytest.raises(AttributeError):
        _ = elsewhere.nb201_cifar


@pytest.mark.slow
def test_every_data_set_of_a_group_is_in_the_study(elsewhere: ModuleType) -> None:
    """By its name, and searched with what it knows of the others."""
    assert read_spec(PLACE).benchmark_labels == [label for group in elsewhere.GROUPS for label in group]


def test_winners_and_their_worth(rankings: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: the expected best of draws, and of how many the winner of another data set is as good."""
    errors = {"a": np.array([1.0, 2.0, 3.0, 4.0]), "b": np.array([2.0, 1.0, 3.0, 5.0])}
    monkeypatch.setattr(rankings, "truth", errors.get)
    assert rankings.winner("a", "b") == (1.0, 0.25)
    assert rankings.expected_best(errors["a"], 1) == pytest.approx(2.5)
    assert rankings.expected_best(errors["a"], 2) == pytest.approx((1 * 7 + 2 * 5 + 3 * 3 + 4 * 1) / 16)
    assert rankings.worth("a", "b") == 2
    assert rankings.worth("b", "b") == 4


def test_the_ceiling_is_the_agreement_of_two_seeds(rankings: ModuleType) -> None:
    """Near the published .913 of all cells; nothing where there is one training of each."""
    assert rankings.ceiling("nb201/cifar10") == pytest.approx(0.91, abs=0.02)
    assert np.isnan(rankings.ceiling("graph/cora"))


def test_what_is_reached_when(elsewhere: ModuleType) -> None:
    """The first evaluation at which a curve is as low, or that it never is."""
    compare = named("compare")
    assert compare.reached(np.array([3.0, 2.0, 1.0]), 2.5) == "2"
    assert compare.reached(np.array([3.0, 2.0, 1.0]), 0.5) == "> 3"
