"""What a report is told of the architectures of a benchmark: names of their parts, costs, place among all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats
from nassim.core.renamed import renamed_names

Arrow = tuple[str, str, str, str]  # the part of the drawing, from, to, operation

NOTHING = {"none", "zero", "zeroize"}  # operations that carry nothing


class ArchitectureIndex(Protocol):
    """What is known of a benchmark's architectures."""

    @property
    def genes(self) -> tuple[str, ...]:
        """The names of the genes."""

    @property
    def options(self) -> tuple[tuple[str, ...], ...]:
        """The names of the options of each."""

    @property
    def size(self) -> int | None:
        """How many architectures have a known error on the report split; None = places are unknown."""

    def everything(self) -> Archs | None:
        """Return all architectures that have trainings, (n, genes); None = they are too many, or not known."""

    def show(self, archs: Archs) -> list[str]:
        """Return the official text of each, (n,)."""

    def links(self, arch: Archs) -> list[Arrow]:
        """Return the graph of one architecture (genes,), sources before targets; none = it is a list of options."""

    def costs(self, archs: Archs) -> dict[str, Floats]:
        """Return each cost by its name, (n,)."""

    def about_costs(self) -> dict[str, str]:
        """Return what is said of each cost, such as its unit, where anything is."""

    def errors(self, archs: Archs) -> Floats:
        """Return their errors on the report split, the same for all runs, (n,); nan = unknown."""

    def places(self, truth: Floats) -> NDArray[np.int64]:
        """Return how manyth each error on the report split is among all architectures, 1 = lowest; 0 = unknown."""


@dataclass(frozen=True)
class NumberedIndex:
    """Of a benchmark that cannot be asked: genes and options are numbers."""

    counts: tuple[int, ...]  # options of each gene
    size: None = None

    @property
    def genes(self) -> tuple[str, ...]:
        """Such as gene 0."""
        return tuple(f"gene {gene}" for gene in range(len(self.counts)))

    @property
    def options(self) -> tuple[tuple[str, ...], ...]:
        """The numbers."""
        return tuple(tuple(map(str, range(count))) for count in self.counts)

    def everything(self) -> Archs | None:
        """Return None."""
        return None

    def show(self, archs: Archs) -> list[str]:
        """Return the numbers joined by dashes."""
        return ["-".join(map(str, arch)) for arch in archs.tolist()]

    def links(self, arch: Archs) -> list[Arrow]:  # noqa: ARG002 - as ArchitectureIndex has it
        """Return nothing."""
        return []

    def costs(self, archs: Archs) -> dict[str, Floats]:  # noqa: ARG002 - as ArchitectureIndex has it
        """Return nothing."""
        return {}

    def about_costs(self) -> dict[str, str]:
        """Return nothing."""
        return {}

    def errors(self, archs: Archs) -> Floats:
        """Return nan."""
        return np.full(len(archs), np.nan)

    def places(self, truth: Floats) -> NDArray[np.int64]:
        """Return zeros."""
        return np.zeros(truth.shape, dtype=np.int64)


def parts_of(arrows: Sequence[Arrow]) -> dict[str, list[Arrow]]:
    """Return the graphs of an architecture that are drawn apart, by their names, a list of arrows each."""
    parts: dict[str, list[Arrow]] = {}
    for arrow in arrows:
        parts.setdefault(arrow[0], []).append(arrow)
    return parts


def in_line(arrows: Sequence[Arrow]) -> list[str]:
    """Return the nodes so that every arrow goes to the right: sources as they come, the rest after all of theirs."""
    waiting = list(dict.fromkeys(node for _, source, target, _ in arrows for node in (source, target)))
    line: list[str] = []
    while waiting:
        ready = [node for node in waiting if all(source in line for _, source, target, _ in arrows if target == node)]
        line.append(ready[0])
        waiting.remove(ready[0])
    return line


def node_labels(line: Sequence[str]) -> list[str]:
    """Return what is written into nodes in a line: numbers but for the first and the last, names as they are."""
    ends = {0: "in", len(line) - 1: "out"}
    return [ends.get(place, node) if node.isdecimal() else node for place, node in enumerate(line)]


def operations_of(options: Sequence[Sequence[str]]) -> list[str]:
    """Return the names of all options that carry something, each once; its place decides its colour everywhere."""
    return sorted({name for named in options for name in named} - NOTHING)


if not TYPE_CHECKING:  # a type checker shall know no old names
    _HERE = "nassim.report.architecture_index"
    __getattr__ = renamed_names(__name__, {"Atlas": f"{_HERE}.ArchitectureIndex", "Numbered": f"{_HERE}.NumberedIndex"})
