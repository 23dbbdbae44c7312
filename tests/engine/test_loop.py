"""The loop agrees with an event queue, run by run, and every run is alone with its random stream."""

from __future__ import annotations

import copy
import heapq
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nassim
from nassim import simulate
from nassim.core.random_streams import Streams
from nassim.core.trace import Trace
from tests.engine.searches import BENCH, ONE, Alternating, Descent, Timed, told

NUMBERS = [6, 0, 2**33 + 1, 3]


ARRAYS = ("runs", "lengths", "archs", "error", "seconds", "truth")


def by_events(
    strategy, bench, run, *, seed=0, evaluations=None, seconds=math.inf, workers=1,
    signal="one-seed", repeats="pay", **options,
) -> list[tuple[list[int], float, float]]:  # fmt: skip
    """Simulate one run as one would on paper; return (architecture, error, time of completion) in order."""
    searcher = nassim.solo(strategy, bench.space, seed=seed, run=run, **options)
    stream = Streams(seed, "luck", [run])
    training_seed, known, queue, events = stream.random_words(ONE, 1)[0].copy(), {}, [], []
    started, budget = 0, math.inf if evaluations is None else evaluations

    def start(worker: int, now: float) -> None:
        nonlocal started
        started += 1
        asked = searcher.ask()
        drawn = {
            "one-seed": lambda: training_seed,
            "mean": lambda: None,
            "resampled": lambda: stream.random_words(ONE, 1)[0],
        }
        answer = bench.evaluate(asked, drawn[signal]())
        lasts, arch = float(answer.seconds[0]), tuple(asked.archs[0].tolist())
        if repeats == "free" and arch in known:
            error, ready = known[arch]
            answer, lasts = answer._replace(error=error), max(ready - now, 0.0)
        elif repeats == "free":
            known[arch] = answer.error, now + lasts
        heapq.heappush(queue, (now + lasts, worker, started, asked, answer))

    for worker in range(min(workers, budget)):
        start(worker, 0.0)
    while queue:
        now, worker, _, asked, answer = heapq.heappop(queue)
        searcher.tell(asked, answer)
        events.append((asked.archs[0].tolist(), float(answer.error[0]), now))
        if now < seconds and started < budget:
            start(worker, now)
    return events


def events_of(trace: Trace, row: int) -> list[tuple[list[int], float, float]]:
    """Return what a trace holds of one run, in the oracle's form."""
    end = trace.lengths[row]
    columns = (values[row, :end].tolist() for values in (trace.archs, trace.error, trace.seconds))
    return list(zip(*columns, strict=True))


def assert_same(first: Trace, second: Trace) -> None:
    """Assert that two traces hold the same numbers, bit for bit."""
    for name in ARRAYS:
        assert np.array_equal(getattr(first, name), getattr(second, name), equal_nan=name in ARRAYS[3:]), name


def rows_of(trace: Trace, rows: list[int]) -> Trace:
    """Return some rows of a trace, padded no longer than needed."""
    end = trace.lengths[rows].max()
    parts = {name: getattr(trace, name)[rows] for name in ARRAYS}
    return Trace(**{name: part[:, :end] if part.ndim > 1 else part for name, part in parts.items()}, provenance={})


@given(
    strategy=st.sampled_from(
        [
            ("random_search", {}),
            ("regularized_evolution", {"population": 4, "sample": 2}),
            (Alternating, {"step": 2}),
        ]
    ),
    budget=st.sampled_from(
        [
            {"evaluations": 1},
            {"evaluations": 13},
            {"seconds": 60.0},
            {"seconds": 1e-9},
            {"evaluations": 5, "seconds": 80.0},
            {"evaluations": 40, "seconds": 80.0},
        ]
    ),
    workers=st.integers(1, 6),
    signal=st.sampled_from(["one-seed", "resampled", "mean"]),
    repeats=st.sampled_from(["pay", "free"]),
    ties=st.booleans(),
    seed=st.integers(0, 5),
)
@settings(deadline=None, max_examples=70)
def test_simulation_agrees_with_an_event_queue(strategy, budget, workers, signal, repeats, ties, seed):
    """Every run of every kind of simulation is, bit for bit, what an event simulation of it alone gives."""
    kind, options = strategy
    bench = Timed(BENCH, 7.0) if ties else BENCH
    if repeats == "free" and "evaluations" not in budget:
        budget = {**budget, "evaluations": 60}  # a small space is soon known: time would stand still
    how = {"seed": seed, "workers": workers, "signal": signal, "repeats": repeats, **budget, **options}
    trace = simulate(kind, bench, runs=NUMBERS, **how)
    for row, run in enumerate(NUMBERS):
        assert events_of(trace, row) == by_events(kind, bench, run, **how)


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("strategy", ["random_search", "regularized_evolution", Alternating, Descent])
def test_a_run_does_not_depend_on_its_company(strategy, workers):
    """A run alone equals its row, and permuting run numbers permutes rows, with unequal lengths."""
    how = {"seconds": 90.0, "evaluations": 40, "workers": workers, "signal": "one-seed"}
    together = simulate(strategy, BENCH, runs=NUMBERS, **how)
    for row, run in enumerate(NUMBERS):
        assert_same(simulate(strategy, BENCH, runs=[run], **how), rows_of(together, [row]))
    order = [2, 0, 3, 1]
    permuted = simulate(strategy, BENCH, runs=[NUMBERS[row] for row in order], **how)
    assert_same(permuted, rows_of(together, order))


def test_runs_are_counted_from_0():
    """A number of runs means the run numbers 0, 1, 2, ..., of any integer type."""
    counted = simulate("random_search", BENCH, runs=3, evaluations=4)
    assert counted.runs.tolist() == [0, 1, 2]
    for numbers in ([0, 1, 2], range(3), np.arange(3, dtype=np.uint8)):
        assert_same(simulate("random_search", BENCH, runs=numbers, evaluations=4), counted)


def test_seeds_change_draws_and_luck():
    """Another seed asks for other architectures, and sees other trainings of the same ones."""
    first, second = (simulate("random_search", BENCH, runs=40, evaluations=20, seed=seed) for seed in (0, 1))
    assert (first.archs != second.archs).any(axis=2).mean() > 0.5
    assert told(first) != told(second)


def test_provenance_says_everything_that_decided_the_numbers(tmp_path):
    """Strategy, settings, seed, budget and policies stand in the trace, and survive a file."""
    trace = simulate(
        "regularized_evolution", BENCH, runs=2, evaluations=5, seconds=1e4, seed=3, workers=2, signal="mean",
        identity="isomorphism", repeats="free", population=4, sample=2,
    )  # fmt: skip
    about = trace.provenance
    expected = {
        "strategy": "regularized_evolution", "settings": {"population": 4, "sample": 2}, "seed": 3, "workers": 2,
        "signal": "mean", "identity": "isomorphism", "repeats": "free", "evaluations": 5, "seconds": 1e4,
        "benchmark": BENCH.name, "optimum": BENCH.optimum, "hands_in": "best",
    }  # fmt: skip
    assert {key: about[key] for key in expected} == expected
    assert json.loads(json.dumps(about)) == about
    trace.save(tmp_path / "trace.parquet")
    loaded = Trace.load(tmp_path / "trace.parquet")
    assert_same(loaded, trace)
    assert loaded.provenance == about


def test_a_simulation_leaves_its_benchmark_as_it_was():
    """The same simulation twice on one benchmark, another in between, gives the same trace."""
    bench = copy.copy(BENCH)
    first = simulate("random_search", bench, runs=3, evaluations=10)
    simulate(Descent, bench, runs=4, seed=9)
    simulate("random_search", bench, runs=7, evaluations=4, identity="isomorphism", signal="resampled")
    assert_same(simulate("random_search", bench, runs=3, evaluations=10), first)
