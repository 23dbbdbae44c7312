"""Indicators at the end of runs: each computed again from the table, by moocore and by counting."""

from __future__ import annotations

from typing import Any

import moocore
import numpy as np
import pytest

import nassim
from nassim.core.trace import Trace
from nassim.report.found import Indicators, indicators_of
from nassim.report.indicators import Scale
from nassim.report.recommended import final_sets
from tests.stats.test_pareto_tables import FRONTS, Front

BENCH = nassim.load("nb201/cifar10")
EVERY = BENCH.space.at(np.arange(BENCH.space.size))
TABLE = np.column_stack([np.round(BENCH.truth(EVERY), 4), BENCH.cost("latency", EVERY)])
CANONICAL = BENCH.space.canonical(EVERY)


def found_in(trace: Trace) -> Indicators:
    """Return the indicators of a trace."""
    return indicators_of(trace, trace.incumbent())


@pytest.mark.parametrize("point", ["max", "nadir", {"error": [5, 60], "latency": [0.001, "20 ms"]}])
def test_indicators_of_sets_are_moocores(point: Any) -> None:
    """Of the set that is recommended, scaled by what was named, against the exact front."""
    asked = {"objectives": ["error", "latency"], "runs": 5, "evaluations": 150, "reference_point": point}
    trace = nassim.simulate("nsga2", BENCH, **asked, population=20)
    found, sets = found_in(trace), final_sets(trace)
    front = np.unique(TABLE[moocore.is_nondominated(TABLE)], axis=0)
    if isinstance(point, dict):
        low, high = np.array([5, 0.001]), np.array([60, 0.02])
    else:
        among = TABLE if point == "max" else front
        low, high = among.min(axis=0), among.max(axis=0)
    scaled = (front - low) / (high - low)
    for run in range(5):
        cells = BENCH.space.index(trace.archs[run, sets[run]])
        own = (np.column_stack([trace.truth[run, sets[run]], TABLE[cells, 1]]) - low) / (high - low)
        assert found.hypervolume[run] == pytest.approx(100 * moocore.hypervolume(own, ref=np.ones(2)), abs=1e-9)
        assert found.igd_plus[run] == pytest.approx(moocore.igd_plus(own, ref=scaled), abs=1e-12)
        assert found.epsilon[run] == pytest.approx(moocore.epsilon_additive(own, ref=scaled), abs=1e-12)
        assert found.r2[run] == pytest.approx(moocore.r2_exact(own, ref=np.zeros(2)), abs=1e-12)
        assert found.set_size[run] == len(set(cells.tolist()))
    assert np.isnan(found.success).all()  # there are no limits to be met


def test_shares_of_the_front_are_counted() -> None:
    """Points by their values, cells and networks by their numbers: of a long search that finds most of it."""
    trace = nassim.simulate(
        "nsga2", BENCH, runs=4, evaluations=900, population=20, objectives=["error", "latency"], signal="mean"
    )
    found, sets = found_in(trace), final_sets(trace)
    member = np.flatnonzero(moocore.is_nondominated(TABLE, keep_weakly=True))
    points = {tuple(row) for row in TABLE[member].tolist()}
    for run in range(4):
        cells = set(BENCH.space.index(trace.archs[run, sets[run]]).tolist())
        assert found.front_cells[run] == len(cells & set(member.tolist())) / 25
        own = {tuple(row) for row in TABLE[sorted(cells)].tolist()}
        assert found.front_points[run] == len(own & points) / len(points)
        networks = set(CANONICAL[sorted(cells)].tolist()) & set(CANONICAL[member].tolist())
        assert found.front_networks[run] == len(networks) / 20
        assert found.distinct_cells[run] == len({tuple(arch) for arch in trace.archs[run].tolist()})
    assert found.front_cells.mean() > 0.3


@pytest.mark.parametrize("objectives", [["error"], ["error", "latency"]])
def test_success_is_apart_from_quality(objectives: list[str]) -> None:
    """Runs that met nothing within a narrow limit have no set and no error; the others hand in what keeps it."""
    given: dict[str, Any] = {"objectives": objectives, "constraints": {"latency": "1 %"}}
    trace = nassim.simulate("random_search", BENCH, runs=60, evaluations=60, **given)
    found, met = found_in(trace), trace.feasible().any(axis=1)
    assert 0 < met.mean() < 1
    assert np.array_equal(found.success, met)
    assert np.array_equal(found.hands_in_feasible, met)
    assert np.array_equal(np.isnan(found.feasible_error), ~met)
    if len(objectives) > 1:
        for name in ("hypervolume", "igd_plus", "epsilon", "r2", "front_points", "front_cells", "front_networks"):
            assert np.array_equal(np.isnan(getattr(found, name)), ~met)
        assert (found.set_size[~met] == 0).all() or np.isnan(found.set_size[~met]).all()
    for run in np.flatnonzero(met):
        kept = np.flatnonzero(trace.feasible()[run])
        assert found.feasible_error[run] == trace.truth[run, kept[trace.error[run, kept].argmin()]]
    told = nassim.simulate("random_search", BENCH, runs=60, evaluations=60, **given, hand_in="best-told")
    assert found_in(told).hands_in_feasible.mean() < met.mean()
    assert np.array_equal(found_in(told).success, met)


@pytest.mark.parametrize("known", FRONTS, ids=lambda front: f"{front.data}-{'-'.join(front.costs)}")
def test_scales_of_reports_are_those_published(known: Front) -> None:
    """The exact front on the scale of a report has the hypervolumes known of every table, by range and by nadir."""
    asked: Any = {"runs": 1, "evaluations": 1, "objectives": ["error", *known.costs]}
    for point, volume in (("max", known.by_range), ("nadir", known.by_nadir)):
        trace = nassim.simulate("random_search", f"nb201/{known.data}", **asked, reference_point=point)
        front = Scale.of(trace).front
        assert front is not None
        assert moocore.hypervolume(front, ref=np.ones(front.shape[1])) == pytest.approx(volume, abs=5e-7)
        networks = trace.provenance["reference"]["networks"]
        assert networks is not None
        assert sum(place >= 0 for place in networks["points"]) == known.cells
