"""The simulated clock, against an event queue per run in plain Python."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.core.benchmark import Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.relaxation import Mixture, RelaxedOutcome
from nassim.engine.workers import ManyWorkers, clock

# Whole seconds make ties frequent, 0 makes several completions at one moment, fractions make sums inexact.
durations = st.one_of(st.sampled_from([0.0, 1.0, 2.0, 3.0]), st.floats(0, 1e6), st.just(0.1))


class Queues:
    """The oracle: for each run a heap of (completion, worker, label)."""

    def __init__(self, runs: int) -> None:
        self.now = [0.0] * runs
        self.queues: list[list[tuple[float, int, int]]] = [[] for _ in range(runs)]

    def start(self, run: int, worker: int, label: int, seconds: float) -> None:
        """Let a worker begin now."""
        heapq.heappush(self.queues[run], (self.now[run] + seconds, worker, label))

    def finish(self) -> list[tuple[int, int, float, int]]:
        """Complete the earliest of every busy run: (run, worker, seconds, label)."""
        done = []
        for run, queue in enumerate(self.queues):
            if queue:
                seconds, worker, label = heapq.heappop(queue)
                self.now[run] = seconds
                done.append((run, worker, seconds, label))
        return done


def labelled(labels: np.ndarray, seconds: np.ndarray, tagged: bool) -> tuple[Query, Outcome]:
    """Return a question and its answer whose every field tells its label."""
    archs = np.column_stack([labels % 50, labels // 50]).astype(np.int8)
    query = Query(archs, epochs=labels + 1, tag=labels.astype(np.float64) if tagged else None)
    return query, Outcome(labels / 7, seconds, np.column_stack([labels, -labels]).astype(np.float64))


@pytest.mark.parametrize("kind", [clock, ManyWorkers])
@given(runs=st.integers(1, 4), workers=st.integers(1, 5), data=st.data())
@settings(deadline=None, max_examples=80)
def test_the_clock_agrees_with_an_event_queue(kind, runs, workers, data):
    """Order, workers, times and what was asked and answered agree with the queues, while runs drop out at random."""
    time, oracle, labels = kind(runs, workers), Queues(runs), 0
    tagged = data.draw(st.booleans())

    def start(rows: np.ndarray, worker: np.ndarray) -> None:
        nonlocal labels
        seconds = np.array(data.draw(st.lists(durations, min_size=rows.size, max_size=rows.size)))
        names = np.arange(labels, labels + rows.size)
        labels += rows.size
        for row, of, name, lasts in zip(rows.tolist(), worker.tolist(), names.tolist(), seconds.tolist(), strict=True):
            oracle.start(row, of, name, lasts)
        time.start(rows, worker, *labelled(names, seconds, tagged))

    for worker in range(workers):
        start(np.arange(runs), np.full(runs, worker))
    for step in range(40):
        done, expected = time.finish(), oracle.finish()
        if done is None:
            assert not expected
            break
        assert [*zip(done.rows.tolist(), done.worker.tolist(), done.seconds.tolist(), strict=True)] == [
            event[:3] for event in expected
        ]
        assert time.now.tolist() == oracle.now
        names = np.array([event[3] for event in expected])
        query, outcome = labelled(names, done.answer.seconds, tagged)
        for part, meant in ((done.asked, query), (done.answer, outcome)):
            assert type(part) is type(meant)
            assert all(np.array_equal(got, wanted) for got, wanted in zip(part, meant, strict=True))
        goes_on = [step < 15 and data.draw(st.integers(0, 4)) > 0 for _ in expected]
        if any(goes_on):
            start(done.rows[goes_on], done.worker[goes_on])
    assert not oracle.finish()


def test_ties_go_to_the_lowest_worker():
    """Of evaluations that complete together, that of the lowest worker counts first, whenever it began."""
    time, one = ManyWorkers(1, 3), np.zeros(1, dtype=np.intp)
    for worker in (2, 0, 1):
        time.start(one, np.array([worker]), *labelled(np.array([worker]), np.array([5.0]), tagged=False))
    assert [int(time.finish().worker[0]) for _ in range(3)] == [0, 1, 2]


@pytest.mark.parametrize("workers", [1, 3])
def test_an_idle_clock_finishes_nothing(workers):
    """Before anything began, and after all is done, no row completes and time stands still."""
    time = clock(2, workers)
    assert time.finish() is None
    time.start(np.arange(2), np.zeros(2, dtype=np.intp), *labelled(np.arange(2), np.array([1.0, 2.0]), tagged=False))
    assert time.finish().rows.tolist() == [0, 1]
    assert time.finish() is None
    assert time.now.tolist() == [1, 2]


@pytest.mark.parametrize("workers", [1, 3])
def test_mixtures_and_slopes_are_kept_like_queries(workers):
    """A question about a distribution comes back with its gradient, whole."""
    time, rows = clock(2, workers), np.arange(2)
    mixture = Mixture(np.arange(12.0).reshape(2, 2, 3), np.array([1.0, 2.0]))
    answer = RelaxedOutcome(np.array([0.1, 0.2]), -mixture.probabilities, np.array([4.0, 3.0]))
    time.start(rows, np.zeros(2, dtype=np.intp), mixture, answer)
    done = time.finish()
    assert isinstance(done.asked, Mixture)
    assert isinstance(done.answer, RelaxedOutcome)
    assert all(np.array_equal(got, sent) for got, sent in zip(done.asked + done.answer, mixture + answer, strict=True))
    assert done.seconds.tolist() == [4, 3]


def test_a_field_must_be_given_always_or_never():
    """With several workers, what is sometimes tagged could not be handed back."""
    rows, worker = np.arange(2), np.zeros(2, dtype=np.intp)
    archs, outcome = np.zeros((2, 3), dtype=np.int8), Outcome(np.ones(2), np.ones(2), np.zeros((2, 0)))
    workplace = clock(2, 2)
    workplace.start(rows, worker, Query(archs), outcome)
    with pytest.raises(SettingError, match="'tag' in all that it asks, or in none"):
        workplace.start(rows, worker + 1, Query(archs, tag=np.arange(2)), outcome)
