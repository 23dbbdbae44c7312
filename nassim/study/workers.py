"""Units of work on many processes: joblib decides which, so a user may set another of its backends."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from nassim.errors import NassimError
from nassim.study.schedule import Schedule
from nassim.study.units import Unit, compute


def cores() -> int:
    """Return how many processes this machine runs at once."""
    from joblib import cpu_count

    return int(cpu_count())


def computed(schedule: Schedule, folder: Path, jobs: int) -> Iterator[tuple[Unit, float]]:
    """Compute the units of a schedule and yield each with its real seconds when its trace is on disk."""
    if jobs > 1:
        yield from _in_processes(schedule, folder, jobs)
    else:
        for unit in schedule:
            yield unit, compute(unit, folder)


def _in_processes(schedule: Schedule, folder: Path, jobs: int) -> Iterator[tuple[Unit, float]]:
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    parallel = Parallel(n_jobs=jobs, batch_size=1, pre_dispatch=jobs + 1, return_as="generator_unordered")
    with _deaf_to_interrupts():
        outcomes = parallel(delayed(_work)(unit, folder, os.getpid()) for unit in schedule)
    try:
        yield from outcomes
        get_reusable_executor(reuse=True).shutdown(wait=False)  # what follows may need the workers' memory
    except BrokenProcessPool as error:
        raise NassimError("a worker process was killed, perhaps for lack of memory; try fewer --jobs") from error
    finally:
        with warnings.catch_warnings():  # joblib warns that we did not wait for the rest
            warnings.simplefilter("ignore")
            outcomes.close()


def _work(unit: Unit, folder: Path, parent: int) -> tuple[Unit, float]:
    _end_with(parent)
    return unit, compute(unit, folder)


@cache
def _end_with(parent: int) -> None:
    """See to it that this worker ends when the process that feeds it is killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    if os.getppid() == parent:  # other backends may put someone between
        threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Start processes that leave Ctrl-C to this one: what is ignored here and now, they ignore for good."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
