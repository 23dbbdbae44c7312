"""A cluster in plain Python: one run, some workers, a heap of what they are busy with."""

from __future__ import annotations

import heapq
from typing import Any, NamedTuple, Protocol

from tests.oracles.random import WORD, Random
from tests.oracles.space import Arch
from tests.oracles.training import hash32


class Job(NamedTuple):
    """One step of a training: to so many epochs, from so many already paid for."""

    arch: Arch
    epochs: int
    since: int
    label: Any  # the searcher's own


class Searcher(Protocol):
    """What an oracle of multi-fidelity search does."""

    def ask(self) -> Job:
        """Return the next job."""

    def tell(self, job: Job, error: float) -> None:
        """Learn what came of it; infinite = the training failed."""


class Event(NamedTuple):
    """What completed, and when."""

    arch: Arch
    epochs: int
    error: float
    seconds: float


def simulate(searcher: Searcher, benchmark: Any, seed: int, run: int, evaluations: int, workers: int) -> list[Event]:
    """Let workers do jobs, each as soon as it is free, until the budget is spent; the lowest worker wins ties."""
    training_seed, events, busy, started = Random(seed, "luck", run).word(), [], [], 0

    def start(worker: int, now: float) -> None:
        nonlocal started
        started += 1
        job = searcher.ask()
        error, seconds = look(benchmark, job, training_seed)
        heapq.heappush(busy, (now + seconds, worker, job, error))

    for worker in range(min(workers, evaluations)):
        start(worker, 0.0)
    while busy:
        now, worker, job, error = heapq.heappop(busy)
        searcher.tell(job, float("inf") if error != error else error)  # noqa: PLR0124  (nan differs from itself)
        events.append(Event(job.arch, job.epochs, error, now))
        if started < evaluations:
            start(worker, now)
    return events


def look(benchmark: Any, job: Job, training_seed: int) -> tuple[float, float]:
    """Return the error after the job's epochs, and the seconds since its checkpoint."""
    number = 0
    for choice, choices in zip(job.arch, benchmark.space.choices, strict=True):
        number = number * choices + choice
    replica = hash32(number * 0x9E3779B9 % WORD ^ training_seed) * int(benchmark._counts[number]) // WORD
    error, seconds = (table[:, number, replica].tolist() for table in (benchmark._error, benchmark._seconds))
    at = benchmark.epochs.index(job.epochs)
    paid = seconds[benchmark.epochs.index(job.since)] if job.since else 0.0
    return error[at], seconds[at] - paid
