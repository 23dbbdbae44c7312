"""A strategy's time to decide, restarts and fidelities, as simulate treats them."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.arrays import Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.strategy import Strategy
from nassim.core.trace import Trace
from nassim.engine.suggestion_latency import SuggestionLatency
from tests.toys import toy_benchmark

BENCH = toy_benchmark((3, 2, 5, 4))


class Climb(Strategy):
    """Trains every architecture epoch by epoch: 1, 3, 9; with `detour` another one in between."""

    def __init__(self, space: Any, streams: Any, *, detour: bool = False) -> None:
        super().__init__(space, streams)
        self.detour = detour
        self.asked = 0
        self.archs: Any = None

    def ask(self, rows: Rows) -> Query:
        """Return the next step of the training."""
        step, other = divmod(self.asked, 2) if self.detour else (self.asked, 0)
        self.asked += 1
        if other:
            everyone = np.zeros((rows.size, len(self.space.choices)), dtype=np.int8)
            return Query(everyone, np.full(rows.size, 1), np.full(rows.size, 0))
        if step % 3 == 0:
            self.archs = self.space.sample(rows, self.streams)
        epochs = (0, 1, 3, 9)
        return Query(self.archs, np.full(rows.size, epochs[step % 3 + 1]), np.full(rows.size, epochs[step % 3]))

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Learn nothing."""


def lasts(trace: Trace) -> Any:
    """Return how long each evaluation of one worker took."""
    return np.diff(trace.seconds, axis=1, prepend=0)


def test_a_mind_decides_one_question_after_the_other():
    """Three workers that are free at once wait once, twice and three times as long; each answer known costs more."""
    latency, row = SuggestionLatency(2, 2.0, 0.5), np.array([1])
    waits = [float(latency.wait(row, np.array([10.0]), told)[0]) for told in (0, 0, 2)]
    assert waits == [2.0, 4.0, 7.0]
    assert float(latency.wait(row, np.array([30.0]), 4)[0]) == 4.0
    assert SuggestionLatency(2, 0.0, 0.0).wait(row, np.array([10.0]), 9) == 0.0


@pytest.mark.parametrize("workers", [1, 3, 16])
def test_decisions_are_on_the_simulated_clock(workers):
    """With any number of workers, times are those of a queue of decisions and a queue of workers in plain Python."""
    how = {"runs": 3, "evaluations": 40, "workers": workers}
    trace = nassim.simulate("random_search", BENCH, **how, decision=0.5, decision_growth=0.01)
    plain = nassim.simulate("random_search", BENCH, runs=3, evaluations=40)
    for row in range(3):
        lasting, latency, queue, done = lasts(plain)[row], 0.0, [(0.0, worker) for worker in range(workers)], []
        for asked, seconds in enumerate(lasting):
            now, worker = heapq.heappop(queue)
            latency = max(latency, now) + 0.5 + 0.01 * max(0, asked + 1 - workers)
            heapq.heappush(queue, (latency + seconds, worker))
            done.append(latency + seconds)
        np.testing.assert_allclose(trace.seconds[row], sorted(done))


def test_nothing_begins_after_the_budget():
    """Also while the mind is the bottleneck, each evaluation begins within the budget in seconds."""
    trace = nassim.simulate("random_search", BENCH, runs=5, seconds=60, workers=8, decision=3.0)
    assert (trace.lengths < 20).all()  # one decision every three seconds
    assert (trace.lengths >= 19 - 8).all()


@pytest.mark.parametrize(("restart", "more"), [(0.0, 0.0), (5.0, 5.0)])
def test_a_resumed_training_pays_the_epochs_since_its_checkpoint(restart, more):
    """Three steps of a training cost its whole seconds, and the restarts, if something else came between."""
    trace = nassim.simulate(Climb, BENCH, runs=3, evaluations=6, detour=True, restart=restart, signal="mean")
    whole = BENCH.evaluate(Query(trace.archs[:, 0])).seconds
    np.testing.assert_allclose(lasts(trace)[:, ::2].sum(axis=1), whole + 2 * more)


@pytest.mark.parametrize("restart", [0.0, 5.0, "scratch"])
def test_a_worker_that_goes_on_pays_no_restart(restart):
    """Who trains on what it has just trained needs no checkpoint."""
    trace = nassim.simulate(Climb, BENCH, runs=3, evaluations=6, restart=restart, signal="mean")
    whole = BENCH.evaluate(Query(trace.archs[:, 0])).seconds
    np.testing.assert_allclose(lasts(trace)[:, :3].sum(axis=1), whole)


def test_from_scratch_everything_is_trained_again():
    """Without checkpoints the later steps cost all epochs from the first on."""
    trace = nassim.simulate(Climb, BENCH, runs=3, evaluations=6, detour=True, restart="scratch", signal="mean")
    for step, epochs in enumerate((1, 3, 9)):
        whole = BENCH.evaluate(Query(trace.archs[:, 0], np.full(3, epochs))).seconds
        np.testing.assert_allclose(lasts(trace)[:, 2 * step], whole)


def test_who_was_trained_furthest_is_the_incumbent():
    """The trace notes the epochs; of those trained furthest so far the first with the lowest error is handed in."""
    trace = nassim.simulate(Climb, BENCH, runs=4, evaluations=30)
    assert trace.diagnostic("epochs")[0, :6].tolist() == [1, 3, 9, 1, 3, 9]
    for row, incumbent in enumerate(trace.incumbent()):
        for event in range(30):
            seen = [(-trace.diagnostic("epochs")[row, e], trace.error[row, e], e) for e in range(event + 1)]
            assert incumbent[event] == min(seen)[2]


@pytest.mark.parametrize(
    ("name", "value"), [("restart", -1.0), ("restart", "scrach"), ("decision", -1), ("decision_growth", "")]
)
def test_wrong_policies_are_named(name, value):
    """What is out of range is refused in one line."""
    with pytest.raises(SettingError, match=f"{name} must be"):
        nassim.simulate("random_search", BENCH, evaluations=2, **{name: value})
