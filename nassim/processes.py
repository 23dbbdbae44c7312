"""Work on many processes: joblib decides which, so a user may set another of its backends. They end with this one."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from nassim.errors import NassimError

Result = TypeVar("Result")


def cores() -> int:
    """Return how many processes this machine runs at once."""
    from joblib import cpu_count

    return int(cpu_count())


def results(work: Callable[..., Result], items: Iterable[tuple[Any, ...]], jobs: int) -> Iterator[Result]:
    """Yield work(*item) of all items as they are done, on `jobs` processes; with one, in this process.

    Items are taken only as they are needed, so what is known by then may decide which comes next.
    """
    if jobs > 1:
        yield from _in_processes(work, items, jobs)
    else:
        yield from (work(*item) for item in items)


def _in_processes(work: Callable[..., Result], items: Iterable[tuple[Any, ...]], jobs: int) -> Iterator[Result]:
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    parallel = Parallel(n_jobs=jobs, batch_size=1, pre_dispatch=jobs + 1, return_as="generator_unordered")
    with _deaf_to_interrupts():
        outcomes = parallel(delayed(_work)(os.getpid(), work, item) for item in items)
    try:
        yield from outcomes
        get_reusable_executor(reuse=True).shutdown(wait=False)  # what follows may need the workers' memory
    except BrokenProcessPool as error:
        raise NassimError("a worker process was killed, perhaps for lack of memory; try fewer --jobs") from error
    finally:
        with warnings.catch_warnings():  # joblib warns that we did not wait for the rest
            warnings.simplefilter("ignore")
            outcomes.close()


def _work(parent: int, work: Callable[..., Result], item: tuple[Any, ...]) -> Result:
    _end_with(parent)
    return work(*item)


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
