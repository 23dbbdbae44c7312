"""Surrogates as benchmarks that the catalog can load by name, so that the contract of benchmarks holds for them."""

from __future__ import annotations

import nassim
from nassim.benchmarks.surrogate import SurrogateBenchmark

CELLS = "tests.benchmarks.fitted:cells"


def cells() -> SurrogateBenchmark:
    """Return a surrogate of NAS-Bench-201 from 200 trainings."""
    fitted = nassim.fit("nb201/cifar10", train=200)
    fitted.name = CELLS
    return fitted
