"""What a simulation takes of memory: counted before any of it is taken."""

from __future__ import annotations

from nassim.core.benchmark import Benchmark
from nassim.core.policies import Policies
from nassim.core.space import Space
from nassim.data.memory import check_fits

FLOATS, NUMBER = 3, 8  # error, seconds and truth of an event; bytes of a number
MOST = 1e18  # evaluations that are told apart from more
UNDER_WAY = 6  # numbers that are kept of what a worker is busy with


def bytes_of(space: Space, runs: int, events: int, workers: int) -> int:
    """Return about how many bytes so many runs of so many evaluations each take, at the least."""
    genes = len(space.genes) * space.dtype.itemsize
    kept = runs * events * (genes + FLOATS * NUMBER)
    return kept + (runs * workers * (genes + UNDER_WAY * NUMBER) if workers > 1 else 0)


def fewest(benchmark: Benchmark, seconds: float | None, policies: Policies) -> int:
    """Return how many evaluations a run makes at the least in so many seconds; 0 where that is not known.

    It is known where no training takes longer than `longest`, as on a table.
    """
    if seconds is None or policies.training_set == "billed" or policies.decision_growth > 0:
        return 0
    restart = 0.0 if policies.restart == "scratch" else policies.restart
    wait = policies.workers * policies.decision  # all but one may wait for each other's decisions
    each = benchmark.longest + restart + wait
    return int(min(seconds // each, MOST) * policies.workers)


def check_footprint(space: Space, runs: int, events: int, workers: int) -> None:
    """Raise DataError unless the memory there is can hold a simulation of this size."""
    beside = f" on {workers:,} workers each" if workers > 1 else ""
    check_fits(bytes_of(space, runs, events, workers), f"{runs:,} runs of {events:,} evaluations{beside}")
