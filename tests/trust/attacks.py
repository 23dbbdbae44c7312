"""Attempts to run code by what a user only lists, shows, reports, reproduces, imports or runs on: one function each.

Each lays its trap in a World and gives the command that should trip over it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.trust.world import World

Attack = Callable[[World], object]
ATTACKS: dict[str, Attack] = {}
SHADOWS = ("numpy", "typing", "json", "joblib", "pyarrow", "typer", "pathlib", "multiprocessing", "sitecustomize")
FAST = ("--figure", "regret", "--format", "svg", "--jobs", "1")  # of a report: one figure of one benchmark
CONSOLE = ("-P", "-c", "import sys; from nassim.__main__ import main; main(sys.argv[1:])")  # as `nassim` starts


class Payload:
    """What unpickling it calls leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def attack(function: Attack) -> Attack:
    """Add an attempt."""
    ATTACKS[function.__name__] = function
    return function
