"""Provenance: what, besides the settings, can change a number. It is kept in every trace and in every cache key."""

from __future__ import annotations

import inspect
import platform
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from nassim.core.benchmark import Benchmark
from nassim.core.documents import Table
from nassim.core.frames import is_python
from nassim.engine import source


def provenance(benchmark: Benchmark, strategy: type) -> Table:
    """Return the benchmark's identity, and the versions and the source that its answers and questions depend on."""
    learned = benchmark.card.facts.get("learned_costs")
    return {
        "benchmark": benchmark.name,
        "data_sha256": benchmark.card.sha256,
        "optimum": benchmark.optimum,
        "unit": benchmark.card.unit,
        "search_split": benchmark.card.search_split,
        "report_split": benchmark.card.report_split,
        "choices": list(map(int, benchmark.space.choices)),
        "live": benchmark.card.live,
        **({"learned_costs": dict(learned)} if learned else {}),
        "source": source_digest(*source_files(strategy, *benchmark.kinds, type(benchmark.space))),
        **versions(),
    }


def versions() -> dict[str, str]:
    """Return the versions of nassim and of what computes for it."""
    libraries = {name: version(name) for name in ("nassim", "numpy", "scipy")}
    return libraries | {"python": platform.python_version()}


def source_files(*kinds: type) -> Iterator[Path]:
    """Yield the files that classes and their bases are written in; none for what is made in an interactive session."""
    for kind in kinds:
        for base in getattr(kind, "one_run", kind).__mro__:
            with suppress(OSError, TypeError):
                yield Path(inspect.getfile(base))


def source_digest(*files: Path) -> str:
    """Return a short hash of the simulator's source, of these files, and of what they import of ours or beside them.

    So the source of one strategy does not count for another, nor that of the report for either, nor do comments and
    docstrings.
    """
    waiting, digests = [source.PACKAGE / "engine" / "loop.py", *files], dict[Path, str]()
    while waiting:
        path = waiting.pop()
        if path not in digests and path.is_file() and not is_python(path):
            digests[path], imported = source.read(path)
            waiting += imported
    named = (f"{path.stem} {digests[path]}" for path in sorted(digests))
    return sha256("\n".join(named).encode()).hexdigest()[:16]
