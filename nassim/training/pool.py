"""Work on many processes of one thread each; they end with the process that feeds them."""

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

import torch

from nassim.errors import NassimError

Result = TypeVar("Result")


def results(work: Callable[..., Result], items: Iterable[tuple[Any, ...]], jobs: int) -> Iterator[Result]:
    """Yield work(*item) of all items as they are done, on `jobs` processes; with one, in this process."""
    if jobs > 1:
        yield from _in_processes(work, items, jobs)
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield from (work(*item) for item in items)
    finally:
        torch.set_num_threads(threads)


def _in_processes(work: Callable[..., Result], items: Iterable[tuple[Any, ...]], jobs: int) -> Iterator[Result]:
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=jobs, batch_size=1, pre_dispatch=2 * jobs, return_as="generator_unordered")
    with _deaf_to_interrupts():
        outcomes = parallel(delayed(_alone)(os.getpid(), work, item) for item in items)
    try:
        yield from outcomes
    except BrokenProcessPool as error:
        raise NassimError("a worker process was killed, perhaps for lack of memory; try fewer --jobs") from error
    finally:
        with warnings.catch_warnings():  # joblib warns that we did not wait for the rest
            warnings.simplefilter("ignore")
            outcomes.close()


def _alone(parent: int, work: Callable[..., Result], item: tuple[Any, ...]) -> Result:
    _prepare(parent)
    return work(*item)


@cache
def _prepare(parent: int) -> None:
    """Use one thread, and end when the process that feeds this one is killed."""
    torch.set_num_threads(1)

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
