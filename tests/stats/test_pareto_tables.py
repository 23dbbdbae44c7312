"""Fronts and indicators of NAS-Bench-201 under two and three objectives: numbers computed elsewhere, to six digits."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

import nassim
from nassim.stats import pareto
from nassim.stats.arrays import Floats
from tests.oracles.pareto import expected_hypervolume


@cache
def table(data: str) -> dict[str, Floats]:
    """Return error, latency and params of all cells, (15625,) each; errors that are equal but for bits are equal."""
    bench = nassim.load(f"nb201/{data}")
    every = bench.space.at(np.arange(bench.space.size))
    costs = {cost: bench.cost(cost, every).astype(np.float64) for cost in ("latency", "params")}
    return {"error": np.round(bench.truth(every), 4), **costs}


def points(data: str, *costs: str) -> Floats:
    """Return all cells of a table as points, (15625, k)."""
    return np.column_stack([table(data)[name] for name in ("error", *costs)])


def ranged(values: Floats) -> Floats:
    """Return points scaled by the table's own minimum and maximum."""
    return pareto.scaled(values, values.min(axis=0), values.max(axis=0))


class Front(NamedTuple):
    """What is known of a table's front."""

    data: str
    costs: tuple[str, ...]
    cells: int
    nadir: tuple[float, ...]
    by_range: float  # hypervolume, scaled by the table's minimum and maximum
    by_nadir: float  # hypervolume, scaled by the front's ideal and nadir


FRONTS = (
    Front("cifar10", ("latency",), 25, (60.2307, 0.0202235339), 0.952039, 0.893202),
    Front("cifar10", ("params",), 13, (15.3360, 1073466), 0.989964, 0.827394),
    Front("cifar100", ("latency",), 28, (62.4933, 0.0199226141), 0.953608, 0.860859),
    Front("cifar100", ("params",), 15, (41.6900, 1294356), 0.973422, 0.847722),
    Front("cifar10", ("latency", "params"), 54, (60.2307, 0.0227911535, 1073466), 0.945457, 0.896984),
)


@pytest.mark.parametrize("known", FRONTS, ids=lambda front: f"{front.data}-{'-'.join(front.costs)}")
def test_fronts_are_those_known(known: Front) -> None:
    """Members, nadir and hypervolumes of the exact front."""
    values = points(known.data, *known.costs)
    member = pareto.non_dominated(values)
    front, reference = values[member], np.ones(values.shape[1])
    assert member.sum() == known.cells
    np.testing.assert_allclose(front.max(axis=0), known.nadir, rtol=1e-8)
    own = pareto.scaled(front, front.min(axis=0), front.max(axis=0))
    assert pareto.hypervolume(ranged(values)[member], reference) == pytest.approx(known.by_range, abs=5e-7)
    assert pareto.hypervolume(own, reference) == pytest.approx(known.by_nadir, abs=5e-7)
    assert pareto.hypervolume_over_time(own[None], reference)[0, -1] == pytest.approx(known.by_nadir, abs=5e-7)


@pytest.mark.parametrize(
    ("data", "cells", "volume", "distance", "epsilon", "r2"),
    [
        ("cifar10", 15, 0.888601, 0.020225, 0.082473, 0.056935),
        ("cifar100", 13, 0.874872, 0.026606, 0.080267, 0.063422),
    ],
)
def test_indicators_are_those_known(
    data: str, cells: int, volume: float, distance: float, epsilon: float, r2: float
) -> None:
    """Indicators of the first 300 cells in the published order, under error and latency."""
    values = ranged(points(data, "latency"))
    space = nassim.load(f"nb201/{data}").space
    some = values[space.index(space.from_official(np.arange(300)))]  # type: ignore[attr-defined]
    kept, front = some[pareto.non_dominated(some)], values[pareto.non_dominated(values)]
    assert len(kept) == cells
    found = (
        pareto.hypervolume(kept, np.ones(2)),
        pareto.igd_plus(kept, front),
        pareto.additive_epsilon(kept, front),
        pareto.r2(kept, np.zeros(2)),
    )
    assert found == pytest.approx((volume, distance, epsilon, r2), abs=6e-7)


@pytest.mark.parametrize(
    ("data", "expected"),
    [("cifar10", (0.853031, 0.884325, 0.907882)), ("cifar100", (0.852710, 0.887272, 0.914576))],
)
def test_random_search_attains_what_it_must(data: str, expected: tuple[float, ...]) -> None:
    """The exact expectation is the one known, and simulated random search is within three standard errors of it."""
    draws, values = (100, 300, 1000), ranged(points(data, "latency"))
    exact = expected_hypervolume(values, np.ones(2), draws)
    np.testing.assert_allclose(exact, expected, atol=6e-7)
    trace = nassim.simulate("random_search", f"nb201/{data}", runs=400, evaluations=1000)
    seen = values[nassim.load(f"nb201/{data}").space.index(trace.archs.reshape(-1, 6))].reshape(400, 1000, 2)
    curves = pareto.hypervolume_over_time(seen, np.ones(2))[:, np.subtract(draws, 1)]
    errors = curves.std(axis=0, ddof=1) / np.sqrt(400)
    assert (np.abs(curves.mean(axis=0) - exact) < 3 * errors).all()
