"""One file = one published protocol: protocols/nats_bench_2021.py is what `protocol = "nats-bench-2021"` asks for.

Each defines PROTOCOL. The docstring's first line is its title and paper. What it sets is as published, in the authors'
code where that says more than the paper; `differs` says what nassim does otherwise.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import cast

from nassim.core.documents import JsonValue
from nassim.core.errors import UnknownNameError

Settings = Mapping[str, JsonValue]


@dataclass(frozen=True)
class Task:
    """What a protocol sets on one space."""

    epochs: int  # how far a strategy trains
    budgets: Mapping[str, Settings]  # by data set: evaluations or seconds
    strategies: Mapping[str, Settings]  # by name: the published settings


@dataclass(frozen=True)
class Protocol:
    """A published way of comparing strategies."""

    tasks: Mapping[str, Task]  # by space
    policies: Settings  # where they differ from a study's defaults
    runs: int
    searched: str = "{}"  # the data set that answers a strategy, where {} is the one that judges what it hands in
    validation: str | None = None  # the cost in seconds that an evaluation pays besides its training
    differs: tuple[str, ...] = ()


def names() -> list[str]:
    """Return the sorted names of all protocols there are."""
    files = (path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
    return sorted(stem.replace("_", "-") for stem in files)


def protocol(name: str) -> Protocol:
    """Return the protocol of a name; UnknownNameError suggests what was probably meant."""
    return cast("Protocol", _module(name).PROTOCOL)


def summary(name: str) -> str:
    """Return in a line what a protocol is called and where it was published."""
    return (_module(name).__doc__ or "").partition("\n")[0]


def _module(name: str) -> ModuleType:
    if name not in names():
        raise UnknownNameError.of("protocol", name, names())
    return importlib.import_module(f"nassim.protocols.{name.replace('-', '_')}")
