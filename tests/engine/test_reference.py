"""What searches are measured by: scales and reference points, and which networks the exact front is made of."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.errors import SettingError
from nassim.core.objectives import Objectives
from nassim.engine.reference import reference_of
from nassim.engine.reference_point import scale_of
from nassim.stats import pareto

BENCH = nassim.load("nb201/cifar10")
EVERY = BENCH.space.at(np.arange(BENCH.space.size))
TABLE = np.column_stack([np.round(BENCH.truth(EVERY), 4), BENCH.cost("latency", EVERY)])
BOTH: dict[str, Any] = {"objectives": ["error", "latency"], "runs": 1, "evaluations": 1}


def reference(**given: Any) -> Any:
    """Return the reference of a simulation."""
    return nassim.simulate("random_search", BENCH, **BOTH, **given).provenance["reference"]


def test_scales_are_those_named() -> None:
    """Of the table's range, of the exact front's ideal and nadir, or as given in the objectives' units."""
    front = TABLE[pareto.non_dominated(TABLE)]
    for point, low, high in (
        ("max", TABLE.min(axis=0), TABLE.max(axis=0)),
        ("nadir", front.min(axis=0), front.max(axis=0)),
        ({"latency": "20 ms", "error": 90}, TABLE.min(axis=0), [90, 0.02]),
        ({"error": [5, 90.0], "latency": ["1 ms", 0.02]}, [5, 0.001], [90, 0.02]),
    ):
        found = reference(reference_point=point)
        np.testing.assert_allclose(found["ideal"], low)
        np.testing.assert_allclose(found["point"], high)
        assert found["named"] == (point if isinstance(point, str) else "given")


def test_the_nadir_is_that_within_the_limits() -> None:
    """A limit takes members from the front, and moves its nadir."""
    found = reference(reference_point="nadir", constraints={"params": "30 %"})
    params = BENCH.cost("params", EVERY)
    kept = TABLE[params <= np.quantile(params, 0.3)]
    np.testing.assert_allclose(found["point"], kept[pareto.non_dominated(kept)].max(axis=0))


def test_a_cost_that_is_maximised_is_given_as_it_is() -> None:
    """Its reference point has no minus, and is the lowest that counts."""
    objectives = Objectives.of(BENCH, ["error", "-params"], {})
    found = reference_of(BENCH, objectives, {"error": 90, "params": "0.1 M"})["reference"]
    assert found["point"] == [90, -1e5]
    assert found["ideal"][1] == -BENCH.cost("params", EVERY).max()


def test_networks_are_all_that_are_isomorphic_to_the_front() -> None:
    """25 cells of 20 networks, and which point each is; every other architecture of these networks is none."""
    found = reference()
    archs, points = np.array(found["networks"]["archs"]), np.array(found["networks"]["points"])
    member = pareto.non_dominated(TABLE)
    canonical = BENCH.space.canonical(EVERY)
    assert np.array_equal(archs, EVERY[np.isin(canonical, canonical[member])])
    assert (points >= 0).sum() == member.sum() == 25
    np.testing.assert_array_equal(np.array(found["front"])[points[points >= 0]], TABLE[member])
    assert np.array_equal(archs[points >= 0], EVERY[member])
    numbers = np.array(found["networks"]["numbers"])
    assert numbers.max() + 1 == len(np.unique(canonical[member])) == 20
    same = BENCH.space.canonical(archs.astype(np.int8))
    assert ((same[:, None] == same) == (numbers[:, None] == numbers)).all()


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ({"error": 90}, "reference_point: expected error, latency, got error"),
        ({"error": 90, "latency": "5 J"}, "reference_point: latency of nb201/cifar10 is in s, got a limit in 'J'"),
        ({"error": [90, 5], "latency": 1}, "of error, expected a point above what is 0 on the scale, got 5 and 90"),
        ({"error": 5, "latency": 1}, "of error, expected a point above what is 0 on the scale, got 5 and 8.3933"),
        ({"error": [90], "latency": 1}, r"of error, expected a number or a pair .* got \[90\]"),
        ({"error": float("nan"), "latency": 1}, "reference_point: "),
        ({"error": ">= 90", "latency": 1}, "expected a number of error, or a text such as '5 ms', got '>= 90'"),
        ("range", "reference_point must be 'max' or 'nadir' or a table, got 'range'"),
    ],
)
def test_what_cannot_be_is_refused(point: Any, message: str) -> None:
    """In one line."""
    with pytest.raises(SettingError, match=message) as caught:
        reference(reference_point=point)
    assert "\n" not in str(caught.value)


def test_no_nadir_where_no_front_is_known() -> None:
    """Of a front of one point, and of a space that is too large to list."""
    with pytest.raises(SettingError, match="reference_point = 'nadir': of error, expected a point above"):
        reference(reference_point="nadir", constraints={"params": ">= 100 %"})
    with pytest.raises(SettingError, match="is of the exact front, which is not known where a space is too large"):
        scale_of(BENCH, ("error", "latency"), "nadir", TABLE, None)


def test_live_trainings_have_the_scale_that_is_given() -> None:
    """In pairs, which say all of it; of what is counted, and of errors in percent, it is known without any training."""
    live: Any = SimpleNamespace(
        name="live",
        card=replace(BENCH.card, live=True, facts={**BENCH.card.facts, "measured": ["latency"]}),
        costs=BENCH.costs,
        space=BENCH.space,
        cost=BENCH.cost,
    )
    objectives = Objectives(("error", "latency"), costs=BENCH.costs)
    found = reference_of(live, objectives, {"error": [5, 90], "latency": ["1 ms", "20 ms"]})["reference"]
    assert (found["ideal"], found["point"], found["front"]) == ([5, 0.001], [90, 0.02], None)
    mixed = reference_of(live, objectives, {"error": 80, "latency": ["1 ms", "20 ms"]})["reference"]
    assert (mixed["ideal"], mixed["point"]) == ([0, 0.001], [80, 0.02])
    with pytest.raises(SettingError, match="live: what latency ranges over is not known before training; give it"):
        reference_of(live, objectives, "max")
    with pytest.raises(SettingError, match="'nadir': live is trained live, so its front is not known"):
        reference_of(live, objectives, "nadir")
    counted = reference_of(live, Objectives(("error", "-params"), costs=BENCH.costs), "max")["reference"]
    params = BENCH.cost("params", BENCH.space.at(np.arange(BENCH.space.size)))
    assert (counted["ideal"], counted["point"]) == ([0, -params.max()], [100, -params.min()])
    assert counted["of"] == "all architectures, of errors from 0 to 100 %"
