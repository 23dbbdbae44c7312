"""A benchmark with learning curves that studies can name."""

from __future__ import annotations

from nassim.benchmarks.table import TableBenchmark
from tests.toys import toy_benchmark


def toy() -> TableBenchmark:
    """Return a toy table of four fidelities."""
    return toy_benchmark((3, 4, 2, 5), epochs=(1, 2, 3, 4))
