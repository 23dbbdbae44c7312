"""Does work on networks in parallel, each result on the disk as soon as it is there, none twice. It needs no torch."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Protocol, TypeVar

from nassim.core.documents import Table
from nassim.core.watcher import Watcher
from nassim.data.atomic import alone, writing
from nassim.parallel import cores, results
from nassim.training.parts import Parts, Record

Job = tuple[int, int]  # network, by its canonical id, and replica


class Planned(Protocol):
    """What work on networks is, all but the network and the replica."""

    @property
    def device(self) -> str:
        """Where it is done."""

    def identity(self) -> Table:
        """Return what decides the numbers, as plain values."""


Work = TypeVar("Work", bound=Planned)


def gather(
    work: Callable[[Work, Job], Record],
    plan: Work,
    wanted: list[Job],
    folder: Path,
    jobs: int | None,
    watcher: Watcher | None,
) -> dict[Job, Record]:
    """Do the work that is still missing, keep each record in the folder as soon as it is there, and return all."""
    watcher = watcher or Watcher()
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        parts = Parts(folder, plan.identity(), watcher.note)
        missing = [job for job in wanted if job not in parts.records]
        watcher.begin(len(wanted) - len(missing), len(wanted))
        processes = min(jobs or (cores() if plan.device == "cpu" else 1), len(missing))
        start = time.monotonic()
        for done, record in enumerate(results(_alone, ((work, plan, job) for job in missing), processes), start=1):
            parts.add(record)
            watcher.advance((time.monotonic() - start) / done * (len(missing) - done))
        return parts.records


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch, if anything has loaded it, compute on one thread: results depend on it, and other cores are busy."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _alone(work: Callable[[Work, Job], Record], plan: Work, job: Job) -> Record:
    with one_thread():
        return work(plan, job)


def by_hash(network: int) -> bytes:
    """Return by what networks are sorted so that their order is a random one, always the same."""
    return blake2b(str(network).encode(), digest_size=8).digest()
