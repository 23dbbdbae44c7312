"""Provenance: what, besides the settings, can change a number. It is kept in every trace and in every cache key."""

from __future__ import annotations

import platform
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import nassim
from nassim.benchmark import Benchmark

PACKAGE = Path(nassim.__file__).parent
DECIDES = ("*.py", "spaces/*.py", "benchmarks/*.py", "strategies/*.py", "surrogates/*.py")


def provenance(benchmark: Benchmark) -> dict[str, Any]:
    """Return the benchmark's identity and the versions that its answers depend on."""
    return {
        "benchmark": benchmark.name,
        "data_sha256": benchmark.card.sha256,
        "optimum": benchmark.optimum,
        "unit": benchmark.card.unit,
        "search_split": benchmark.card.search_split,
        "report_split": benchmark.card.report_split,
        **versions(),
    }


def versions() -> dict[str, str]:
    """Return the versions of nassim, of its source, and of what computes for it."""
    return {
        "nassim": version("nassim"),
        "source": source_digest(),
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


@cache
def source_digest() -> str:
    """Return a short hash of all source that can change a simulated number; the report's source cannot."""
    files = sorted(path for pattern in DECIDES for path in PACKAGE.glob(pattern) if path.name != "cli.py")
    content = b"".join(path.name.encode() + path.read_bytes() for path in files)
    return sha256(content).hexdigest()[:16]
