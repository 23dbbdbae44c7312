"""Atlas: what a report is told of the architectures of a benchmark: names of their parts, costs, place among all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Archs = NDArray[np.int8]
Floats = NDArray[np.float64]
Arrow = tuple[str, str, str, str]  # the part of the drawing, from, to, operation


class Atlas(Protocol):
    """What is known of a benchmark's architectures."""

    @property
    def genes(self) -> tuple[str, ...]:
        """The names of the choices."""

    @property
    def options(self) -> tuple[tuple[str, ...], ...]:
        """The names of the options of each."""

    @property
    def size(self) -> int | None:
        """How many architectures have a known error on the report split; None = places are unknown."""

    def show(self, archs: Archs) -> list[str]:
        """Return the official text of each, (n,)."""

    def links(self, arch: Archs) -> list[Arrow]:
        """Return the graph of one architecture (genes,), sources before targets; none = it is a list of choices."""

    def costs(self, archs: Archs) -> dict[str, Floats]:
        """Return each cost by its name, (n,)."""

    def places(self, truth: Floats) -> NDArray[np.int64]:
        """Return how manyth each error on the report split is among all architectures, 1 = lowest; 0 = unknown."""


@dataclass(frozen=True)
class Numbered:
    """Of a benchmark that cannot be asked: choices and options are numbers."""

    counts: tuple[int, ...]  # options of each choice
    size: None = None

    @property
    def genes(self) -> tuple[str, ...]:
        """Such as gene 0."""
        return tuple(f"gene {gene}" for gene in range(len(self.counts)))

    @property
    def options(self) -> tuple[tuple[str, ...], ...]:
        """The numbers."""
        return tuple(tuple(map(str, range(count))) for count in self.counts)

    def show(self, archs: Archs) -> list[str]:
        """Return the numbers joined by dashes."""
        return ["-".join(map(str, arch)) for arch in archs.tolist()]

    def links(self, arch: Archs) -> list[Arrow]:  # noqa: ARG002 - as Atlas has it
        """Return nothing."""
        return []

    def costs(self, archs: Archs) -> dict[str, Floats]:  # noqa: ARG002 - as Atlas has it
        """Return nothing."""
        return {}

    def places(self, truth: Floats) -> NDArray[np.int64]:
        """Return zeros."""
        return np.zeros(truth.shape, dtype=np.int64)
