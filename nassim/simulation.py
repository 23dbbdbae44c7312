"""The loop: strategies ask, the benchmark answers, workers finish on a simulated clock, and a Trace is kept."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from nassim import catalog
from nassim.benchmark import Benchmark, Mixture
from nassim.clock import clock
from nassim.desk import Desk, Identity, Repeats, Signal
from nassim.errors import SettingError
from nassim.provenance import provenance
from nassim.recorder import Recorder
from nassim.settings import Count, Positive, check_settings, check_value
from nassim.space import Ids
from nassim.strategy import OneRun, Strategy, lifted, name_of
from nassim.streams import Rows, Streams
from nassim.trace import Trace

CHECKED = {
    "evaluations": Count | None,
    "seconds": Positive | None,
    "seed": int,
    "workers": Count,
    "signal": Signal,
    "identity": Identity,
    "repeats": Repeats,
}


def simulate(
    strategy: type[Strategy | OneRun] | str,
    benchmark: str | Benchmark,
    *,
    runs: int | ArrayLike = 100,
    evaluations: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    workers: int = 1,
    signal: Signal = "one-seed",
    identity: Identity = "string",
    repeats: Repeats = "pay",
    **settings: Any,
) -> Trace:
    """Simulate many independent runs of a strategy on a benchmark, and return all that happened.

    runs        how many, or the run numbers themselves
    evaluations, seconds  the budget of each run, either or both; an evaluation begun within it counts
    workers     asynchronous workers of each run
    signal      one-seed: each run sees one fixed training of each architecture; resampled: one drawn each
                time it asks; mean: the mean of all
    identity    string: isomorphic architectures are trainings apart; isomorphism: they share one
    repeats     pay: asking again trains again; free: the answer is known already and costs no seconds
    settings    the strategy's own

    SettingError says which argument is of the wrong name, type or range.
    """
    policies = {"workers": workers, "signal": signal, "identity": identity, "repeats": repeats}
    budget = {"evaluations": evaluations, "seconds": seconds}
    for name, value in {"seed": seed, **policies, **budget}.items():
        check_value(name, value, CHECKED[name])
    kind = lifted(catalog.strategy(strategy) if isinstance(strategy, str) else strategy)
    check_settings(kind, settings, name_of(kind), beside=CHECKED)
    bench = catalog.load(benchmark) if isinstance(benchmark, str) else catalog.as_benchmark(benchmark)
    ids = _run_numbers(runs)
    searcher = construct(kind, bench, Streams(seed, name_of(kind), ids), settings)
    check_end(name_of(kind), searcher.limit, evaluations, seconds, repeats)
    desk = Desk(bench, Streams(seed, "luck", ids), signal, repeats, identity)
    steps = min((limit for limit in (evaluations, searcher.limit) if limit is not None), default=2**62)
    recorder = Recorder(ids, len(bench.space.genes), min(steps, 1024))
    with threadpool_limits(1):  # matrices are small and many: threads would cost more than they save
        hands_in = _run(searcher, desk, recorder, workers, steps, math.inf if seconds is None else seconds)
    about = {"strategy": name_of(kind), "settings": settings, "seed": seed, **policies, **budget}
    return recorder.trace(desk.benchmark, provenance(desk.benchmark, kind) | about | {"hands_in": hands_in})


def _run(searcher: Strategy, desk: Desk, recorder: Recorder, workers: int, steps: int, seconds: float) -> str:
    """Run every row to the end of its budget; return which evaluation is handed in: 'best' or 'latest'."""
    rows: Rows = np.arange(searcher.streams.runs)
    workplace = clock(rows.size, workers)
    started, relaxed = 0, False

    def start(rows: Rows, worker: Rows) -> None:
        nonlocal started
        asked = searcher.ask(rows)
        workplace.start(rows, worker, asked, desk.answer(rows, asked, workplace.now[rows]))
        started += 1

    for worker in range(min(workers, steps)):
        start(rows, np.full(rows.size, worker))
    while (done := workplace.finish()).rows.size:
        searcher.tell(done.rows, done.asked, done.answer)
        relaxed = isinstance(done.asked, Mixture)
        archs = searcher.discretise(done.rows) if relaxed else done.asked.archs
        recorder.add(done.rows, archs, done.answer.error, done.seconds, searcher.note(done.rows))
        free = done.seconds < seconds
        if started < steps and free.any():
            all_free = free.all()
            start(*(done.rows, done.worker) if all_free else (done.rows[free], done.worker[free]))
    return "latest" if relaxed else "best"


def construct(kind: type[Strategy], bench: Benchmark, streams: Streams, settings: dict[str, Any]) -> Strategy:
    """Return a strategy for a benchmark; SettingError if a setting asks for more memory than there is."""
    try:
        searcher = kind(bench.space, streams, **settings)
    except (MemoryError, OverflowError) as error:
        raise SettingError(f"{name_of(kind)}: {settings} needs more memory than there is") from error
    except ValueError as error:
        raise SettingError(f"{name_of(kind)}: {settings} is impossible: {error}") from error
    if hasattr(bench, "known"):
        searcher.inform(bench.known)
    return searcher


def check_end(
    name: str, limit: int | None, evaluations: int | None, seconds: float | None, repeats: Repeats = "pay"
) -> None:
    """Raise SettingError unless a search of this budget, and the strategy's own limit, must end."""
    if limit is None and evaluations is None and seconds is None:
        raise SettingError(f"{name} never ends by itself: give a budget in evaluations, in seconds, or both")
    if limit is None and evaluations is None and repeats == "free":
        raise SettingError(
            f"{name} may never spend its seconds, since repeats are free: give a budget in evaluations too"
        )


def _run_numbers(runs: int | ArrayLike) -> Ids:
    numbers = list(range(runs)) if type(runs) is int else np.asarray(runs, dtype=object).tolist()
    if not isinstance(numbers, list) or not numbers or not all(map(_is_run_number, numbers)):
        raise SettingError(f"runs must be a whole number >= 1 or a list of run numbers >= 0, got {runs!r}")
    return np.array(numbers, dtype=np.int64)


def _is_run_number(number: Any) -> bool:
    return type(number) is int and 0 <= number < 2**63
