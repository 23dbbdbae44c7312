"""Work on many processes: joblib decides which, so a user may set another of its backends. They end with this one.

They start as `python -m ...`, for which Python puts the current folder first on the path: a numpy.py lying there would
be run. So they start with PYTHONSAFEPATH, and then look for modules where this process does.
"""

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
from typing import TypeVar, TypeVarTuple

from nassim.core.errors import NassimError

Result = TypeVar("Result")
Item = TypeVarTuple("Item")
POLL = 0.5  # seconds after which a worker looks whether it is still wanted

SAFE = "PYTHONSAFEPATH"


def cores() -> int:
    """Return how many processes this machine runs at once."""
    from joblib import cpu_count

    return int(cpu_count())


def results(work: Callable[[*Item], Result], items: Iterable[tuple[*Item]], jobs: int) -> Iterator[Result]:
    """Yield work(*item) of all items as they are done, on `jobs` processes; with one, in this process.

    Items are taken only as they are needed, so what is known by then may decide which comes next.
    """
    if jobs > 1:
        yield from _in_processes(work, items, jobs)
    else:
        yield from (work(*item) for item in items)


def _in_processes(work: Callable[[*Item], Result], items: Iterable[tuple[*Item]], jobs: int) -> Iterator[Result]:
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    how = {"batch_size": 1, "pre_dispatch": jobs + 1, "return_as": "generator_unordered"}
    parallel = Parallel(n_jobs=jobs, **how, **_from_the_start())
    with _safe_paths() as before:  # until the end: a worker that was idle for long is replaced by a new one
        with _startable(), _deaf_to_interrupts():
            outcomes = parallel(delayed(_work)(os.getpid(), before, work, item) for item in items)
        try:
            yield from outcomes
            get_reusable_executor(reuse=True).shutdown(wait=False)  # what follows may need the workers' memory
        except NassimError as error:  # worded already: what the pool adds is for --traceback alone
            error.elsewhere = str(error.__cause__ or "")
            raise error.with_traceback(None) from None
        except BrokenProcessPool as error:
            raise NassimError("a worker process was killed, perhaps for lack of memory; try fewer --jobs") from error
        finally:
            with warnings.catch_warnings():  # joblib warns that we did not wait for the rest
                warnings.simplefilter("ignore")
                outcomes.close()


def _work(parent: int, safe: str | None, work: Callable[[*Item], Result], item: tuple[*Item]) -> Result:
    if os.getpid() != parent:
        _end_with(parent)
        _set(SAFE, safe)  # what the work itself starts finds what this process's user has set
    return work(*item)


@contextmanager
def _startable() -> Iterator[None]:
    """Say what to do where processes cannot be started: their locks lie in /dev/shm, which may be closed or missing."""
    try:
        yield
    except OSError as error:
        why = f"{error.strerror or error}; is /dev/shm read-only, full or missing?"
        raise NassimError(f"worker processes cannot be started ({why}); give --jobs 1, which needs none") from error


def _from_the_start() -> dict[str, Callable[[int], None] | tuple[int]]:
    """Return what makes joblib's own workers watch this process before they get any work; others have other parents."""
    from joblib.parallel import LokyBackend, get_active_backend

    own = isinstance(get_active_backend()[0], LokyBackend)
    return {"initializer": _begin_under, "initargs": (os.getpid(),)} if own else {}


def _begin_under(parent: int) -> None:
    """End this worker at once if its parent was killed while it started, and later when the parent is."""
    if os.getppid() != parent:
        os._exit(1)
    _end_with(parent)


@cache
def _end_with(parent: int) -> None:
    """See to it that this worker ends when the process that feeds it is killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(POLL)
        os._exit(1)

    if os.getppid() == parent:  # other backends may put someone between
        threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _safe_paths() -> Iterator[str | None]:
    """Let processes that are started meanwhile import nothing from the current folder; yield what was set before."""
    before = os.environ.get(SAFE)
    os.environ[SAFE] = "1"
    try:
        yield before
    finally:
        _set(SAFE, before)


def _set(variable: str, value: str | None) -> None:
    """Set an environment variable, or none of that name."""
    if value is None:
        os.environ.pop(variable, None)
    else:
        os.environ[variable] = value


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
