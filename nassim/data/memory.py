"""How much memory there is: what cannot fit is refused before it is taken, with the numbers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nassim.core.errors import DataError

UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")
STEP = 1024
LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")  # of a container, v2 and v1


def available() -> int:
    """Return about how many bytes this process may still take: of the machine, its container and its own limit."""
    return min(_limits(), default=sys.maxsize)


def said(size: float) -> str:
    """Return a number of bytes in words, such as '1.4 MiB'."""
    place = 0
    while size >= STEP and place < len(UNITS) - 1:
        size, place = size / STEP, place + 1
    return f"{size:,.0f} {UNITS[place]}" if place == 0 else f"{size:,.1f} {UNITS[place]}"


def check_fits(size: int, what: str) -> None:
    """Raise DataError unless so many bytes can be taken; `what` takes them."""
    if size > (free := available()):
        raise DataError(f"{what} would take {said(size)} of memory, {said(free)} are free; free some, or ask for less")


def _limits() -> Iterator[int]:
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        yield next(int(line.split()[1]) * STEP for line in lines if line.startswith("MemAvailable"))
    for path in LIMITS:
        with suppress(OSError, ValueError):  # v2 says "max" where there is none
            yield int(Path(path).read_text(encoding="ascii"))
    with suppress(ImportError):
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_AS)
        if soft != resource.RLIM_INFINITY:
            yield soft
    with suppress(AttributeError, ValueError, OSError):  # no such thing on some systems
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
