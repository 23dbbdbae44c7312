"""TableBenchmark: answers from a table of real trainings of every architecture of a space."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from nassim.benchmarks.tabular import Tabular
from nassim.benchmarks.training_seeds import Drawn, drawn
from nassim.core.arrays import Archs, Floats, Ids, RandomWords
from nassim.core.errors import DataError
from nassim.core.expectation import contract, expect
from nassim.core.relaxation import Mixture, RelaxedOutcome


class TableBenchmark(Tabular):
    """Every architecture of a space has its own row, in the order of `index`; the rest is as Tabular takes it."""

    _drawn: Drawn | None = None  # the runs' own tables that were asked of last

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read the benchmark in a data folder; DataError names what is missing or damaged."""
        from nassim.data.reading import read_table

        found = read_table(Path(folder))
        if "networks" in found:
            raise DataError(f"{folder}: holds a table of networks, no row of each architecture; nassim.load reads it")
        return cls(**found)

    def row(self, archs: Archs) -> Ids:
        """Return the index of each architecture, shape (n,)."""
        return self.space.index(archs)

    def everything(self) -> Archs:
        """Return all architectures, shape (size, genes)."""
        return self.space.at(np.arange(self.space.size))

    def per_network(self) -> Self:
        """Return this benchmark with the trainings of one representative answering for all isomorphic cells."""
        row = self.space.canonical(self.everything())
        return type(self)(
            self.name,
            self.space,
            self.card,
            epochs=self.epochs,
            error=self._error[:, row, :-1],
            seconds=self._seconds[:, row, :-1],
            counts=self._counts[row].astype(np.int64),
            costs=self._measured.only(row),
            test=self._truth[row] if self._tested else None,
            ids=row,
            resumable=self.resumable,
        )

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
        """Return the exact expected error under independent choices per gene, its gradient, and expected seconds.

        Each run relaxes its own draw of the table: at a vertex this is `evaluate` with the same training seeds.
        Failed trainings count as the table's worst.
        """
        probabilities, choices = mixture.probabilities, self.space.choices
        error, gradient = contract(self._tables(training_seed), probabilities, choices)
        seconds = expect(np.ascontiguousarray(self._seconds[-1, :, -1]), probabilities, choices)
        return RelaxedOutcome(error, gradient, seconds * (mixture.epochs / self.epochs[-1]))

    def _tables(self, training_seed: RandomWords | None) -> Floats:
        """Return each run's own table (m, size), or the one (1, size) of means; the last drawn is remembered."""
        if training_seed is None:
            return self._without_failures(self._error[-1, :, -1])[None]
        self._drawn = drawn(self._drawn, training_seed, self.space.size, self._draw)
        return self._drawn.tables

    def _draw(self, word: RandomWords, table: Floats) -> None:
        """Fill the table (size,) of a run with this training seed."""
        table[:] = self._without_failures(self._error.take(self._training(np.arange(self.space.size), word)))

    @cached_property
    def _worst(self) -> float:
        """What a failed training counts in a relaxation."""
        return float(np.nanmax(self._error[-1], initial=-np.inf))

    def _without_failures(self, error: Floats) -> Floats:
        return np.where(np.isnan(error), self._worst, error)
