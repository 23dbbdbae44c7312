"""MO-BANANAS: its samples of places as in the authors' program, what it learns from, and what it finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim.strategies._crowding import places
from nassim.strategies._outcomes import targets
from nassim.strategies.mo_bananas import believed_places
from tests.oracles.nsga2 import Being, standing
from tests.strategies.by_pymoo import BENCH, of_trace

NAN, INF = np.nan, np.inf
QUICK: Any = {"layers": 3, "members": 3, "epochs": 80}


def in_order(points: Any) -> list[int]:
    """Return the place of each of some points: fronts first, then who is most alone."""
    beings = standing([Being((0,), tuple(point), 0.0) for point in points.tolist()])
    order = sorted(range(len(beings)), key=lambda i: (beings[i].rank, -beings[i].crowding))
    return [order.index(i) for i in range(len(order))]


@pytest.mark.parametrize("objectives", [1, 2, 3])
def test_places_are_those_of_a_sorted_list(objectives: int) -> None:
    """By the textbook's fronts and crowding distances."""
    points = np.random.default_rng(0).random((4, 12, objectives))
    assert places(points).tolist() == [in_order(run) for run in points]


@pytest.mark.parametrize("members", [1, 4])
def test_beliefs_are_the_authors(members: int) -> None:
    """The place of the mean, and the root of the members' squared distances from it over one less than there are."""
    said = np.random.default_rng(1).random((2, members, 9, 2))
    mean, deviation = believed_places(said)
    for run in range(2):
        own = np.array(in_order(said[run].mean(axis=0)))
        each = np.array([in_order(member) for member in said[run]])
        np.testing.assert_array_equal(mean[run], own)
        np.testing.assert_allclose(deviation[run] ** 2, ((each - own) ** 2).sum(axis=0) / max(1, members - 1))


def test_what_misses_a_limit_comes_last() -> None:
    """In every objective, by how much it misses it; what failed is no better than that."""
    values = np.array([[[1.0, 50.0], [9.0, 20.0], [0.0, 0.0], [0.0, 99.0], [NAN, 7.0]]])
    found = targets(values, np.array([[0.0, 0.0, 0.2, 0.1, 0.0]]))[0]
    assert found[:, 0].argsort(kind="stable").tolist() == [0, 1, 3, 2, 4]
    assert found[:4, 1].argsort(kind="stable").tolist() == [1, 0, 3, 2]
    assert found[4, 0] == found[2, 0]
    assert np.isfinite(targets(np.full((1, 3, 2), NAN), np.full((1, 3), INF))).all()


def test_it_finds_more_than_random_search() -> None:
    """Its hypervolume is higher after 100 evaluations."""
    how = {"runs": 10, "evaluations": 100, "objectives": ["error", "latency"]}
    named: dict[str, Any] = {"mo_bananas": QUICK, "random_search": {}}
    volumes = {
        name: of_trace(nassim.simulate(name, BENCH, **how, **own), ("latency",), (100,))[:, 0].mean()
        for name, own in named.items()
    }
    assert volumes["mo_bananas"] > volumes["random_search"] + 0.02


def test_a_run_alone_is_its_row() -> None:
    """With a limit, three objectives and several workers."""
    objectives = ["error", "latency", "params"]
    how = {"evaluations": 35, "workers": 3, "objectives": objectives, "constraints": {"params": "50 %"}}
    together, alone = (nassim.simulate("mo_bananas", BENCH, runs=runs, **how, **QUICK) for runs in ([3, 4, 5], [4]))
    assert np.array_equal(alone.archs[0], together.archs[1])
