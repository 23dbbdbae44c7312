"""Who dominates whom: against the definition, moocore's ranks, and pymoo's with limits."""

from __future__ import annotations

import moocore
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nassim.core import dominance
from nassim.core.arrays import Floats
from nassim.core.dominance import dominance_ranks, front_of, non_dominated

SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 14), st.integers(1, 4))
LEVELS = st.sampled_from([0.0, 1.0, 2.0, 3.0, np.inf])
CLOUDS = arrays(np.float64, SHAPES, elements=LEVELS)


def by_definition(points: Floats, violation: Floats) -> list[int]:
    """Return the front of each point (n, k) under limits missed by `violation` (n,), one comparison at a time."""

    def dominates(one: int, other: int) -> bool:
        if violation[one] > 0 or violation[other] > 0:
            return bool(max(violation[one], 0) < max(violation[other], 0))
        return bool((points[one] <= points[other]).all() and (points[one] < points[other]).any())

    ranks, left = [-1] * len(points), set(range(len(points)))
    for rank in range(len(points)):
        front = {point for point in left if not any(dominates(other, point) for other in left)}
        for point in front:
            ranks[point] = rank
        left -= front
    return ranks


@given(CLOUDS, st.data())
def test_ranks_are_those_of_the_definition(values: Floats, data: st.DataObject) -> None:
    """With limits or without, a front is what none that is left dominates; the first is what is not dominated."""
    violation = data.draw(arrays(np.float64, values.shape[:2], elements=st.sampled_from([-1.0, 0.0, 0.5, 2.0])))
    for missed in (violation, np.zeros_like(violation)):
        expected = [by_definition(*pair) for pair in zip(values, missed, strict=True)]
        assert dominance_ranks(values, missed).tolist() == expected
        assert non_dominated(values, missed).tolist() == [[rank == 0 for rank in run] for run in expected]
    np.testing.assert_array_equal(dominance_ranks(values), dominance_ranks(values, np.zeros_like(violation)))


def test_ranks_are_moocores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many points of two to four objectives have the ranks that moocore gives, also in parts."""
    monkeypatch.setattr(dominance, "COMPARED", 2 * 60 * 60)
    for objectives in (2, 3, 4):
        values = np.random.default_rng(objectives).integers(0, 12, (5, 60, objectives)).astype(np.float64)
        expected = [moocore.pareto_rank(run) for run in values]
        assert (dominance_ranks(values) == np.array(expected) - np.min(expected)).all()


@given(CLOUDS)
def test_the_front_of_many_points_is_that_of_few(values: Floats) -> None:
    """One large set at once: equals are all kept, and what failed is not."""
    values = np.where(np.isinf(values), np.nan, values)
    whole = ~np.isnan(values).any(axis=2)
    for run, rows in zip(values, whole, strict=True):
        expected = np.zeros(len(run), dtype=np.bool_)
        expected[rows] = non_dominated(run[rows][None])[0]
        assert front_of(run).tolist() == expected.tolist()


def test_limits_rank_as_pymoo_does() -> None:
    """With limits the fronts of feasible points are pymoo's; those that miss them follow, by how much they do."""
    from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

    rng = np.random.default_rng(0)
    values, missed = rng.random((1, 40, 2)), np.maximum(rng.normal(size=(1, 40)), 0)
    ranks, feasible = dominance_ranks(values, missed)[0], missed[0] == 0
    fronts = NonDominatedSorting().do(values[0][feasible])
    for rank, front in enumerate(fronts):
        assert (ranks[np.flatnonzero(feasible)[front]] == rank).all()
    rest = np.argsort(missed[0])[feasible.sum() :]
    assert ranks[rest].tolist() == [len(fronts) + place for place in range(len(rest))]


def test_what_failed_is_dominated() -> None:
    """A nan is worse than any number; a violation that is unknown misses more than any known."""
    values = np.array([[[1.0, np.nan], [1.0, 9.0], [np.nan, np.nan]]])
    assert dominance_ranks(values).tolist() == [[1, 0, 2]]
    assert dominance_ranks(values, np.array([[0.0, np.nan, 5.0]])).tolist() == [[0, 2, 1]]
