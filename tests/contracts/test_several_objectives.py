"""What every strategy promises where there are several objectives, limits, costs that are missing, and failures."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import cache
from typing import Any, get_args

import numpy as np
import pytest

from nassim import catalog
from nassim.core.benchmark import Query
from nassim.core.policies import Handling
from nassim.core.trace import Trace
from tests.contracts.strategies import NAMES, TOY, bench, differences, simulate
from tests.contracts.test_strategies import LEARNS, REAL, cut
from tests.toys import tabulate

MANY = [name for name in NAMES if catalog.strategy(name).several_objectives]
ONE = [name for name in NAMES if name not in MANY]
MOST = {"ehvi": 2}  # objectives
SETTINGS = LEARNS | {"nsga3": {"population": 10}, "pymoo": {"algorithm": "NSGA2"}}
RUNS = [3, 0, 2**33 + 1]
LIMITS: dict[str, Any] = {
    "none": {},
    "kept by some": {"params": 0.5},
    "of a cost that is missing": {"latency": [0.2, ">= 0.05"]},
    "kept by none, an error": {"error": -1.0},
    "kept by none, a cost that is measured live": {"energy": 1e-9},
}


@cache
def costly(seed: int = 0, *, broken: bool = True) -> Any:
    """Return a table with two more costs, of which some are missing, as some trainings have failed, if `broken`."""
    random = np.random.default_rng(seed)
    costs = {name: random.uniform(0.01, 1, TOY.space.size) for name in ("latency", "energy")}
    if broken:
        costs["latency"][random.random(TOY.space.size) < 0.2] = np.nan
    found = tabulate(TOY.space, costs=costs)
    if broken:
        found._error[np.random.default_rng(1).random(found._error.shape) < 0.1] = np.nan
    return found


@cache
def measuring() -> Any:
    """Return the same, which measures a cost as it trains: so nobody knows whether limits can be kept."""
    found = copy(costly())
    found.card = replace(found.card, live=True, facts={"measured": ["energy"]})
    return found


def every(where: str) -> Any:
    """Return all architectures of a benchmark's space."""
    return bench(where).space.at(np.arange(bench(where).space.size))


def searched(name: str, benchmark: Any, objectives: int, **how: Any) -> Trace:
    """Return a search for as many objectives, or the most that the strategy takes."""
    wanted = ["error", "latency", "energy"][: min(objectives, MOST.get(name, 3))]
    return simulate(
        name, benchmark, objectives=wanted, **{"runs": RUNS, "evaluations": 40} | how, **SETTINGS.get(name, {})
    )


@pytest.mark.parametrize("name", NAMES)
def test_it_minimises_what_it_says(name: str) -> None:
    """Another second objective leads a search elsewhere exactly if the strategy says that it minimises several."""
    settings = {"algorithm": "GA"} if name == "pymoo" and name in ONE else {}
    how: Any = {"evaluations": 130 if name == "pymoo" else 60} | settings
    one, other = (searched(name, costly(seed, broken=False), 2, **how) for seed in (0, 1))
    assert (differences(one, other) != []) == (name in MANY)


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize(("objectives", "workers"), [(2, 1), (3, 3)])
@pytest.mark.parametrize("name", MANY)
def test_it_goes_on_to_its_end(name: str, objectives: int, workers: int, limits: str) -> None:
    """Whatever fails, is missing or cannot be met; all questions are valid, and a run alone equals its row."""
    ranges = dict([("error", [0, 100]), ("latency", [0, 1]), ("energy", [0, 1])][: min(objectives, MOST.get(name, 3))])
    how: Any = {"workers": workers, "constraints": LIMITS[limits], "reference_point": ranges}
    trace = searched(name, measuring(), objectives, **how)
    assert trace.lengths.tolist() == [40] * len(RUNS)
    TOY.space.check(trace.archs.reshape(-1, 4))
    values = trace.objectives()
    assert values.shape == (len(RUNS), 40, min(objectives, MOST.get(name, 3)))
    latency = costly().evaluate(Query(trace.archs.reshape(-1, 4))).costs[:, 1].reshape(len(RUNS), 40)
    assert np.isnan(latency).any()
    np.testing.assert_array_equal(values[:, :, 1], latency)
    if limits == "of a cost that is missing":
        assert not trace.feasible()[np.isnan(latency)].any()
    assert trace.feasible().any() == ("by none" not in limits)
    alone = searched(name, measuring(), objectives, runs=RUNS[1:2], **how)
    assert differences(alone, cut(trace, [1])) == []


@pytest.mark.skipif(REAL not in catalog.names("benchmarks"), reason="a table of real networks, whose costs are smooth")
@pytest.mark.parametrize("name", [name for name in MANY if name != "moasha"])  # which begins with what is random
def test_it_keeps_limits_that_it_hears_of(name: str) -> None:
    """Of what it asks for at last, more keeps a limit than where it hears of none."""
    how: Any = {"runs": 3 if name == "optuna" else 8, "evaluations": 300 if name == "pymoo" else 90}
    how["objectives"] = ["error", "latency"]
    limit, kept = float(np.quantile(bench(REAL).cost("params", every(REAL)), 0.2)), []
    for constraints in ({}, {"params": limit}):
        trace = simulate(name, bench(REAL), constraints=constraints, **how, **SETTINGS.get(name, {}))
        late = trace.archs[:, -40:].reshape(-1, trace.archs.shape[2])
        kept.append(np.mean(bench(REAL).cost("params", late) <= limit))
    assert kept[1] > kept[0] + 0.1


@pytest.mark.parametrize("how", get_args(Handling))
@pytest.mark.parametrize("name", ONE)
def test_one_that_knows_the_error_alone_hears_of_limits(name: str, how: Handling) -> None:
    """Under each handling it goes on to its end, hands in what keeps them where it met any, and is its row alone."""
    search: Any = {"evaluations": 25, "workers": 2, "constraints": {"params": 0.5}, "handling": how}
    trace = simulate(name, costly(), runs=RUNS, **search)
    assert (trace.lengths > 1).all()
    last, seen = trace.incumbent()[:, -1], (trace.feasible() & np.isfinite(trace.error)).any(axis=1)
    handed_in = trace.archs[np.arange(len(RUNS)), last]
    assert (costly().cost("params", handed_in[seen]) <= 0.5).all()
    assert (last[~seen] == -1).all()
    assert differences(simulate(name, costly(), runs=RUNS[1:2], **search), cut(trace, [1])) == []
