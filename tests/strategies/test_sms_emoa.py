"""SMS EMOA: who survives, by hand; and on average as pymoo's."""

from __future__ import annotations

import moocore
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

import nassim
from nassim.core.dominance import dominance_ranks
from nassim.core.policies import Budget, Policies
from nassim.engine.loop import simulate
from nassim.stats import pareto
from nassim.strategies.sms_emoa import BEYOND, REFERENCE, SmsEmoa, _scaled, _survivors

Floats = NDArray[np.float64]
BENCH = nassim.load("nb201/cifar10")
LEVELS = st.sampled_from([0.0, 0.1, 0.3, 0.6, 1.0, 2.5, BEYOND])


@given(arrays(np.float64, st.tuples(st.integers(2, 9), st.integers(2, 3)), elements=LEVELS), st.data())
def test_who_adds_least_dies(points: Floats, data: st.DataObject) -> None:
    """Of the last front each that goes loses the least hypervolume, by computing it with each one left out."""
    size, ranks = data.draw(st.integers(1, len(points))), dominance_ranks(points[None])[0]
    kept = _survivors(points, ranks, size)
    assert len(set(kept.tolist())) == size
    last, reference = np.sort(ranks)[size - 1], np.full(points.shape[1], REFERENCE)
    assert set(np.flatnonzero(ranks < last)) <= set(kept.tolist()) <= set(np.flatnonzero(ranks <= last))
    front = np.flatnonzero(ranks == last).tolist()
    while sum(ranks < last) + len(front) > size:
        left = [moocore.hypervolume(points[[i for i in front if i != out]].reshape(-1, len(reference)), ref=reference)
                if len(front) > 1 else 0.0 for out in front]  # fmt: skip
        dead = [i for i in front if i not in kept.tolist()]
        gone = max(dead, key=lambda i: left[front.index(i)])
        assert left[front.index(gone)] >= max(left) - 1e-9
        front.remove(gone)


def test_scales_are_of_the_parents() -> None:
    """What failed is far beyond, an objective that all share is not stretched, and nothing known is no error."""
    parents = np.array([[[1.0, 5.0], [3.0, 5.0], [np.inf, np.inf]]])
    everyone = np.concatenate([parents, [[[2.0, 6.0], [np.inf, 1.0]]]], axis=1)
    expected = [[0, 0], [1, 0], [BEYOND, BEYOND], [0.5, 1], [BEYOND, -4]]
    np.testing.assert_array_equal(_scaled(everyone, parents)[0], expected)
    assert (_scaled(np.full((1, 2, 2), np.inf), np.full((1, 1, 2), np.inf)) == BEYOND).all()


def test_pymoo_finds_as_much() -> None:
    """Means of hypervolume and of distinct cells are those of pymoo 0.6.2 at equal definitions.

    150 runs of pymoo with a population of 20 and as many children: 300 evaluations .9277 (standard error .0012) and
    281.5 (.44) cells, 1,000 evaluations .9484 (.0005) and 732.9 (2.4).
    """
    every = BENCH.space.at(np.arange(BENCH.space.size))
    table = np.column_stack([np.round(BENCH.truth(every), 4), BENCH.cost("latency", every)])
    table = pareto.scaled(table, table.min(axis=0), table.max(axis=0))
    known = [(0.9277, 0.0012), (0.9484, 0.0005), (281.5, 0.44), (732.9, 2.4)]
    policies, budget = Policies(objectives=["error", "latency"]), Budget(evaluations=1000)
    trace = simulate(
        SmsEmoa, BENCH, runs=300, seed=5, budget=budget, policies=policies, settings={"population": 20, "offspring": 20}
    )
    cells = BENCH.space.index(trace.archs.reshape(-1, 6)).reshape(300, 1000)
    volumes = pareto.hypervolume_over_time(table[cells], np.ones(2))[:, [299, 999]]
    distinct = [[len(np.unique(run[:many])) for many in (300, 1000)] for run in cells]
    found = np.concatenate([volumes, distinct], axis=1)
    error = np.hypot(found.std(axis=0, ddof=1) / np.sqrt(300), [e for _, e in known])
    assert (np.abs(found.mean(axis=0) - [mean for mean, _ in known]) < 2 * error).all()


def test_a_run_alone_is_its_row() -> None:
    """Steady state or by generations, with limits, whoever is in the batch."""
    for offspring in (1, 4):
        policies = Policies(objectives=["error", "latency"], constraints={"params": "50 %"})
        how = {
            "budget": Budget(evaluations=80),
            "policies": policies,
            "settings": {"population": 10, "offspring": offspring},
        }
        together, alone = (simulate(SmsEmoa, BENCH, runs=runs, **how) for runs in ([3, 4, 5], [4]))
        assert np.array_equal(alone.archs[0], together.archs[1])
