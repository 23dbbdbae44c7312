"""One file = one published protocol: protocols/nats_bench_2021.py is what `protocol = "nats-bench-2021"` asks for.

Each defines PROTOCOL. The docstring's first line is its title and paper. What it sets is as published, in the authors'
code where that says more than the paper; `differs` says what nassim does otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from nassim.core.documents import JsonValue
from nassim.core.registry import Registry

Settings = Mapping[str, JsonValue]
PROTOCOLS = Registry("protocol", "protocols", "protocols")


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
    searched: str = "{}"  # the data set that answers a strategy, where {} is the one that judges what it recommends
    validation: str | None = None  # the cost in seconds that an evaluation pays besides its training
    tested: bool = True  # whether errors on test images judge
    wrap: tuple[Settings, ...] = ()  # wrappers around what is searched
    sources: Mapping[str, str] = field(default_factory=dict)  # other benchmarks that these need: name -> how to get it
    free: tuple[str, ...] = ()  # policies that strategies which it does not know may say for themselves
    differs: tuple[str, ...] = ()


def names() -> list[str]:
    """Return the sorted names of all protocols there are."""
    return PROTOCOLS.names()


def protocol(name: str) -> Protocol:
    """Return the protocol of a name; UnknownNameError suggests what was probably meant."""
    return cast("Protocol", PROTOCOLS.module(name).PROTOCOL)


def summary(name: str) -> str:
    """Return in a line what a protocol is called and where it was published."""
    return (PROTOCOLS.module(name).__doc__ or "").partition("\n")[0]
