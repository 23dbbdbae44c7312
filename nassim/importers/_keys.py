"""Which architecture a row of one's own results is about: by its text, its official number, or an option per gene."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from nassim.core.arrays import Archs, Ids
from nassim.core.errors import ArchitectureError
from nassim.core.space import Space
from nassim.importers._columns import Layout

EXACT = 2.0**53  # numbers above which floats are not all the whole ones
Entry = tuple[str, ...]  # how a row of the file writes its architecture, by the columns that say so


class Keys:
    """The architectures of a file, in the order in which they come."""

    def __init__(self, space: Space, layout: Layout) -> None:
        self.space, self.columns = space, layout.keys
        self.archs: list[Archs] = []
        self.known: dict[Entry, int] = {}  # row of `archs`
        self._options = [_spellings(options) for options in space.options]

    def rows(self, batch: pa.RecordBatch) -> Ids:
        """Return which of `archs` each row of a batch is about.

        Raises:
            ArchitectureError: Begins with the place in the batch, from 0, of the row that names none, or two
                different ones.
        """
        rows = np.empty(batch.num_rows, dtype=np.int64)
        columns = [[_plain(value) for value in batch.column(place).to_pylist()] for place in self.columns.values()]
        for place, entry in enumerate(zip(*columns, strict=True)):
            if entry not in self.known:
                try:
                    self.archs.append(self._arch(dict(zip(self.columns, entry, strict=True))))
                except ArchitectureError as error:
                    raise ArchitectureError(f"{place} {error}") from error
                self.known[entry] = len(self.archs) - 1
            rows[place] = self.known[entry]
        return rows

    def once(self, row: Ids) -> tuple[Archs, Ids]:
        """Return the architectures (k, genes), each once and sorted, and which of them each row is about."""
        archs = self.space.cast(np.array(self.archs))
        _, first, place = np.unique(archs, axis=0, return_index=True, return_inverse=True)
        return archs[first], place.reshape(-1)[row]

    def _arch(self, entry: dict[str, str]) -> Archs:
        """Return the row (genes,) that a row of the file names; ArchitectureError where its columns disagree."""
        found: dict[str, Archs] = {}
        if "arch" in entry:
            found["arch"] = self.space.parse(entry["arch"])
        if "official" in entry:
            found["official"] = self._official(entry["official"])
        if all(gene in entry for gene in self.space.genes):
            chosen = [self._option(place, entry[gene]) for place, gene in enumerate(self.space.genes)]
            found["the columns of genes"] = np.array(chosen, dtype=self.space.dtype)
        (first, arch), *others = found.items()
        for name, other in others:
            if not np.array_equal(arch, other):
                said = f"{first} says {self.space.show(arch):.60}, {name} {self.space.show(other):.60}"
                raise ArchitectureError(f"{said}; leave the wrong one out")
        for place, gene in enumerate(self.space.genes):
            if gene in entry and self._option(place, entry[gene]) != arch[place]:
                own = self.space.options[place][arch[place]]
                raise ArchitectureError(f"{first} says {gene} = {own}, the column {gene} {entry[gene]!r:.40}")
        return arch

    def _official(self, text: str) -> Archs:
        number = _float(text)
        if number is None or not abs(number) < EXACT or number != round(number):
            raise ArchitectureError(f"official must be a whole number, got {text!r:.40}")
        from_official: Callable[[int], Archs] = getattr(self.space, "from_official")  # noqa: B009  (of some spaces)
        arch: Archs = from_official(int(number))[0]
        return arch

    def _option(self, place: int, text: str) -> int:
        """Return the number of an option that is written in this way."""
        known = self._options[place]
        for spelling in (text, text.strip().casefold(), _float(text)):
            if spelling is not None and spelling in known:
                return known[spelling]
        gene, options = self.space.genes[place], self.space.options[place]
        raise ArchitectureError(f"{gene} must be one of {', '.join(options):.200}, got {text!r:.40}")


def _spellings(options: tuple[str, ...]) -> dict[str | float, int]:
    """Return the number of each option by all spellings that are of it alone: in other capitals, or the same number."""
    exact: dict[str | float, int] = {option: number for number, option in enumerate(options)}
    known: dict[str | float, int] = {}
    for spell in (str.casefold, _float):
        spelled = [spell(option) for option in options]
        known |= {
            spelling: number
            for number, spelling in enumerate(spelled)
            if spelling is not None and spelled.count(spelling) == 1
        }
    return known | exact


def _float(text: str) -> float | None:
    try:
        return {"true": 1.0, "false": 0.0}.get(text.strip().casefold()) if text.strip().isalpha() else float(text)
    except ValueError:
        return None


def _plain(value: bool | float | str | None) -> str:
    """Return an option or a text as the space spells it: a CSV file does not tell 3 from "3"."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
