"""CostsOf: costs of another benchmark of the same space."""

from __future__ import annotations

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError, UnknownNameError

COUNTED = "nassim.benchmarks.untrained:nb201"
ARCHS = nassim.load("nb201/cifar10").space.at(np.arange(0, 15_625, 500))


def joined(**options: object) -> nassim.Benchmark:
    """Return the shipped benchmark with costs of another."""
    return nassim.load("nb201/cifar10", wrap=[{"name": "costs_of", **options}])


def test_further_costs_follow_its_own() -> None:
    """All that it lacks, or those that are named; errors and seconds are as without."""
    plain, counted = nassim.load("nb201/cifar10"), nassim.load(COUNTED)
    for bench in (joined(source=COUNTED), joined(source=COUNTED, costs=["macs"])):
        assert bench.costs == ("params", "latency", "macs")
        outcome, without = bench.evaluate(Query(ARCHS)), plain.evaluate(Query(ARCHS))
        assert np.array_equal(outcome.error, without.error)
        assert np.array_equal(outcome.costs[:, :2], without.costs)
        assert np.array_equal(outcome.costs[:, 2], counted.cost("macs", ARCHS))
        assert "multiply-accumulates" in str(bench.card.facts["costs"]["macs"])
    trace = nassim.simulate(
        "nsga2", joined(source=COUNTED), runs=2, evaluations=40, population=10, objectives=["error", "macs"]
    )
    assert trace.objective_names == ["error", "macs"]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"source": "graph/cora"}, SettingError, "graph/cora is of graph, and nb201/cifar10 of nb201"),
        ({"source": "nb201/cifar100"}, SettingError, "has no cost that nb201/cifar10 lacks; it has params, latency"),
        (
            {"source": COUNTED, "costs": ["params"]},
            SettingError,
            "has a cost 'params' already; leave it out of 'costs'",
        ),
        ({"source": COUNTED, "costs": ["macs", "macs"]}, SettingError, "has a cost 'macs' already"),
        ({"source": COUNTED, "costs": ["mac"]}, UnknownNameError, "did you mean 'macs'"),
        ({"source": "nb201/cifar"}, UnknownNameError, "did you mean 'nb201/cifar10"),
        ({}, SettingError, "source"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, object], error: type[Exception], message: str) -> None:
    """In one line."""
    with pytest.raises(error, match=message) as caught:
        joined(**options)
    assert "\n" not in str(caught.value)
