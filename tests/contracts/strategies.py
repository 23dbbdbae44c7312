"""Every strategy, on every benchmark that a strategy is tested on, and traces made once."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

import nassim
from nassim import catalog
from nassim.benchmarks import loading
from nassim.core.trace import Trace
from tests.toys import toy_benchmark

LIBRARIES = {"optuna", "pymoo"}  # strategies of the same name need them
ELSEWHERE = {"nevergrad", "smac"}  # take minutes here; see tests/strategies/test_libraries.py
MISSING = {name for name in LIBRARIES if not find_spec(name)}
NAMES = [name for name in catalog.names("strategies") if name not in ELSEWHERE | MISSING]
TOY = toy_benchmark((3, 2, 5, 4), replicas=3)
NUMBERS = [3, 0, 2**33 + 1, 11]
ARRAYS = ("runs", "lengths", "archs", "error", "seconds", "truth")
EVALUATIONS = 45  # longer than any default population or neighbourhood
QUICK: dict[str, dict[str, Any]] = {  # what takes the place of defaults that would take minutes here
    "bananas": {"layers": 2, "members": 2, "epochs": 30, "update": 5},
    "enas": {"children": 2},
    "mo_bananas": {"layers": 2, "members": 2, "epochs": 30, "update": 5},
    "npenas": {"layers": 2, "epochs": 30},
    "optuna": {"sampler": "RandomSampler"},
    "rsps": {"candidates": 3},
    "setn": {"candidates": 3},
    "xgb_search": {"members": 2, "rounds": 3},
}


@cache
def bench(where: str) -> Any:
    """Return a benchmark, made or loaded once."""
    return TOY if where == "toy" else loading.load(where)


@cache
def whole(name: str, where: str, workers: int = 1, seconds: float | None = None) -> Trace:
    """Return the trace of some runs together."""
    how = {"evaluations": EVALUATIONS, "workers": workers, "seconds": seconds}
    return simulate(name, bench(where), runs=NUMBERS, **how)


def differences(first: Trace, second: Trace) -> list[str]:
    """Return which arrays of two traces are not the same bit for bit."""
    return [
        field
        for field in ARRAYS
        if not np.array_equal(getattr(first, field), getattr(second, field), equal_nan=field in ARRAYS[3:])
    ]


def simulate(name: str, benchmark: Any, **options: Any) -> Trace:
    """Return a trace under the default settings, or those that are quick instead."""
    return nassim.simulate(name, benchmark, **QUICK.get(name, {}) | options)
