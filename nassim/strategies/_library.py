"""What strategies share that let another library search: how it is found, and which of its answers belongs to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from math import inf, isnan
from types import ModuleType
from typing import Generic, TypeVar

import numpy as np

from nassim.core.arrays import Archs
from nassim.core.errors import not_installed

Name = TypeVar("Name")  # what a library calls an architecture


def library(module: str, extra: str) -> ModuleType:
    """Return a module of another library.

    Raises:
        SettingError: Says how to install it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise not_installed(extra, error) from error


class Pending(Generic[Name]):
    """What a library calls the architectures whose answers are due; of equal ones the first asked is answered first."""

    def __init__(self) -> None:
        self._names: defaultdict[tuple[int, ...], list[Name]] = defaultdict(list)

    def __bool__(self) -> bool:
        return bool(self._names)

    def add(self, arch: Archs, name: Name) -> None:
        """Remember that `name` stands for an architecture (genes,)."""
        self._names[tuple(arch.tolist())].append(name)

    def pop(self, arch: Archs) -> Name | None:
        """Return the name of an architecture, or None if the library did not ask for it."""
        key = tuple(arch.tolist())
        name = self._names[key].pop(0) if self._names.get(key) else None
        if not self._names.get(key):
            self._names.pop(key, None)
        return name


class Worst:
    """Stands in for the error of failed trainings, where a library takes no failures: the worst of the run so far."""

    def __init__(self) -> None:
        self._worst = -inf

    def of(self, error: float) -> float:
        """Return `error`, or its substitute if it is nan; 0 before any training has succeeded."""
        if not isnan(error):
            self._worst = max(self._worst, error)
            return error
        return self._worst if self._worst > -inf else 0.0


class GlobalGenerator:
    """A run's own state of numpy's global generator, for libraries that draw from it: put back after every call."""

    def __init__(self, seed: int) -> None:
        fresh = np.random.RandomState(seed)
        self._state = fresh.get_state()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let the global generator be this run's."""
        outside = np.random.get_state()
        np.random.set_state(self._state)
        try:
            yield
        finally:
            self._state = np.random.get_state()
            np.random.set_state(outside)
