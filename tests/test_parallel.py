"""Work on many processes: they end with the one that feeds them, and say what to do where they cannot start."""

from __future__ import annotations

import errno
import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nassim import parallel
from nassim.core.errors import NassimError

ROOT = Path(__file__).parents[1]
WAITS = """
import os, sys, time
from nassim import parallel
from joblib.externals import loky

sys.stdout.write(f"{os.getpid()}\\n")
sys.stdout.flush()
list(parallel.results(time.sleep, ((60,) for _ in range(4)), 2))
"""


def children(pid: int) -> Iterator[int]:
    """Yield the processes below one, as far as the system says."""
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(place.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == pid:
            yield int(place.parent.name)
            yield from children(int(place.parent.name))


def running(pid: int) -> bool:
    """Return whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="counts processes by /proc")
def test_workers_that_are_starting_end_with_their_parent() -> None:
    """Killed as soon as the first of them is there, long before any has work; within seconds none is left."""
    with subprocess.Popen([sys.executable, "-c", WAITS], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline()
        while not (started := list(children(parent.pid))):
            time.sleep(0.002)
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 30
    while any(map(running, started)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in started if running(pid)]


def test_a_worker_whose_parent_has_gone_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have been killed while the worker imported."""

    class Ended(Exception):  # noqa: N818
        """In place of the end of this process."""

    def end(code: int) -> None:
        assert code == 1
        raise Ended

    monkeypatch.setattr(os, "_exit", end)
    with pytest.raises(Ended):
        parallel._begin_under(os.getppid() + 1)


def test_without_shared_memory_one_process_is_advised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks of processes lie in /dev/shm; where that is read-only, only one process can work."""
    import _multiprocessing

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor(max_workers=2).shutdown(wait=True)  # those of another test would do
    monkeypatch.setattr(_multiprocessing, "SemLock", refuse)
    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", refuse)
    monkeypatch.setattr("joblib.externals.loky.backend.synchronize.SemLock.__init__", refuse)
    with pytest.raises(
        NassimError, match=r"cannot be started \(Read-only file system; is /dev/shm read-only.*--jobs 1"
    ):
        list(parallel.results(operator.add, ((1, 2), (3, 4)), 2))
    assert list(parallel.results(operator.add, ((1, 2), (3, 4)), 1)) == [3, 7]


@pytest.mark.slow  # four whole studies, each killed and run again
def test_kills_leave_nothing_behind(tmp_path: Path) -> None:
    """Four kills at random moments, two of them of a study on two processes; perf/kills.py does any number."""
    from tests.scripts import script

    left = script(ROOT / "perf" / "kills.py").killed(tmp_path, kills=4, seed=7)
    assert left.pop("under way") <= left.pop("kills") == 4
    assert left == {"bytes differ": 0, "files differ": 0, "processes left": 0}
