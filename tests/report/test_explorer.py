"""What the page can be asked: any pair of objectives within any limit is as the traces have it."""

from __future__ import annotations

import json
import math
from itertools import permutations

import numpy as np
import pytest

import nassim
from nassim.report import drawing, explorer
from nassim.report.cells import read_cells
from nassim.report.explorer import Explored, as_json, explored
from nassim.report.style import PLAIN
from tests.report.conftest import Memory, study, under_limits

BENCH = nassim.load("nb201/cifar10")
COSTS = ("latency", "params")


def explored_of(made: Memory, benchmark: str) -> Explored | None:
    """Return what is kept of one benchmark."""
    return explored(drawing.view_of(made, PLAIN, benchmark, read_cells(made, benchmark)))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Memory:
    """Return a study of a real table with two costs, of which only one is an objective."""
    searched = {"nb201/cifar10": BENCH}
    return study(tmp_path_factory.mktemp("explored"), 5, searched, objectives=["error", "params"])


@pytest.fixture(scope="module")
def found(made) -> Explored:
    """Return what is kept of it."""
    one = explored_of(made, "nb201/cifar10")
    assert one is not None
    return one


def front(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points of two objectives that no other dominates, to the six digits that a page has."""
    kept: list[tuple[float, float]] = []
    for point in sorted(points):
        if not kept or point[1] < kept[-1][1]:
            kept.append(point)
    return [(float(f"{a:.6g}"), float(f"{b:.6g}")) for a, b in kept]


def rows_of(archs: np.ndarray) -> list[dict[str, float]]:
    """Return the objectives of architectures as the table has them."""
    columns = {"error": BENCH.truth(archs), **{name: BENCH.cost(name, archs) for name in COSTS}}
    return [dict(zip(columns, row, strict=True)) for row in zip(*(c.tolist() for c in columns.values()), strict=True)]


def test_the_costs_of_the_study_come_first(found) -> None:
    """The error, what is searched for, and what else is known; with what the card says of them."""
    assert [axis.name for axis in found.axes] == ["error", "params", "latency"]
    assert found.axes[1].about == "parameters of the whole network, a count"
    assert found.runs == 5


@pytest.mark.parametrize(("y", "x", "limited"), list(permutations(("error", *COSTS))))
def test_any_front_within_any_limit_is_that_of_all_trainings(made, found, y: str, x: str, limited: str) -> None:
    """Of each run and of the whole table, for limits from narrow to none."""
    names = [axis.name for axis in found.axes]
    told = [dict(zip(names, row, strict=True)) for row in found.values]
    for share in (0.05, 0.4, 1.0):
        bound = float(f"{np.quantile([row[limited] for row in rows_of(BENCH.everything())], share):.6g}")
        pairs = [(found.exact, BENCH.everything())]
        for strategy, runs in found.found.items():
            pairs += list(zip(runs, made.trace(strategy, "nb201/cifar10").archs, strict=True))
        for members, archs in pairs:
            whole = [(row[x], row[y]) for row in rows_of(archs) if float(f"{row[limited]:.6g}") <= bound]
            kept = [(told[one][x], told[one][y]) for one in members if told[one][limited] <= bound]
            assert front(kept) == front(whole)


def test_texts_are_of_their_architectures(found) -> None:
    """Each is parsed back, and has the numbers beside it."""
    archs = np.stack([BENCH.space.parse(text) for text in found.texts])
    np.testing.assert_allclose([row[0] for row in found.values], BENCH.truth(archs), rtol=1e-5)


def test_a_page_holds_fewer_runs_where_there_are_too_many(made, found, monkeypatch) -> None:
    """The first of all strategies, as many as fit; one at least."""
    sizes = np.sum([[len(run) for run in runs] for runs in found.found.values()], axis=0)
    monkeypatch.setattr(explorer, "MOST", int(sizes[:3].sum()))
    fewer = explored_of(made, "nb201/cifar10")
    assert fewer is not None
    assert fewer.runs == 3
    assert all(len(runs) == 3 for runs in fewer.found.values())
    monkeypatch.setattr(explorer, "MOST", 1)
    assert getattr(explored_of(made, "nb201/cifar10"), "runs", 0) == 1


def test_searches_for_the_error_alone_have_nothing_to_explore(results, tmp_path) -> None:
    """Only several objectives, or limits; and what is not to be had any more has no costs."""
    assert explored_of(results, "toy/a") is None
    limited = under_limits(tmp_path, ["30 %"])
    assert [axis.name for axis in getattr(explored_of(limited, "30 %"), "axes", [])] == ["error", "params"]
    two = study(tmp_path / "two", 3, objectives=["error", "params"])
    assert explored_of(two, "toy/b_2") is None


def test_missing_costs_are_missing(found) -> None:
    """As null, never as a number; and no tag begins in a page's script."""
    assert explorer._rounded(math.nan) is None
    one = json.loads(as_json([found]))[0]
    assert one["exact"] == found.exact
    assert "<" not in as_json([found]).replace("\\u003c", "")
    members = explorer._front(np.array([[1.0, np.nan], [1.0, 5.0], [2.0, 5.0], [np.nan, 1.0]]), np.ones(2))
    assert members.tolist() == [1, 3]
