"""Disclosure: the trainings whose results a search by mixtures was told, run by run, and what they cost.

What a table says of a mixture depends on every architecture that the mixture may stand for, and its gradient on those
that differ from one of them in one gene. A strategy that hears both differentiates through the trainings of all of
these, whatever it is billed.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ids, Rows
from nassim.core.relaxation import Mixture, TrainingSet
from nassim.core.space import Space

LARGEST = 1 << 28  # bytes that may be spent on which run was told of which training; beyond, all count as told


class Disclosure:
    """Keeps what each run was told.

    A mixture of which every option is possible discloses all; so does any mixture on a benchmark that answers from all
    of its trainings at once, as a surrogate does, or from an unknown choice of them.
    """

    def __init__(self, space: Space, trainings: TrainingSet, runs: int) -> None:
        self._space, self._trainings, self._runs = space, trainings, runs
        self._all = np.zeros(runs, dtype=np.bool_)

    def add(self, rows: Rows, mixture: Mixture) -> None:
        """Add what the answers for a mixture disclose to each row."""
        if self._all[rows].all():
            return
        possible = mixture.probabilities > 0
        everything: NDArray[np.bool_] = np.all(possible | ~self._space.option_mask, axis=(1, 2))
        if self._trainings.which is None or self._runs * self._trainings.seconds.size > LARGEST:
            everything[:] = True
        self._all[rows[everything]] = True
        single = ~everything & (possible.sum(axis=2) == 1).all(axis=1)
        if single.any():
            self._know(rows[single], self._around(possible[single].argmax(axis=2)))
        for row in np.flatnonzero(~everything & ~single):
            self._know(rows[[row]], self._hull([np.flatnonzero(options) for options in possible[row]])[None])
        if mixture.supernet is not None and mixture.supernet.candidates is not None:
            self._know(rows, mixture.supernet.candidates)

    def seconds(self) -> Floats:
        """Return the simulated seconds of all trainings that each run was told of, (runs,); nan = unknown."""
        total = self._trainings.seconds.sum()
        return np.array(
            [
                total if everything else self._trainings.seconds[self._known[run]].sum()
                for run, everything in enumerate(self._all)
            ]
        )

    def _know(self, rows: Rows, archs: Archs) -> None:
        """Add architectures (m, n, genes) to what each of the rows (m,) knows."""
        if self._trainings.which is None:
            return
        index = self._space.index(archs.reshape(-1, archs.shape[2])).reshape(archs.shape[:2])
        self._known[rows[:, None], self._trainings.which[index]] = True

    @cached_property
    def _known(self) -> NDArray[np.bool_]:
        return np.zeros((self._runs, self._trainings.seconds.size), dtype=np.bool_)

    def _around(self, archs: Ids) -> Archs:
        """Return each architecture (m, genes) with each gene set to each of its options, (m, n, genes)."""
        gene = np.repeat(np.arange(len(self._space.choices)), self._space.choices)
        option = np.concatenate([np.arange(count) for count in self._space.choices])
        around = np.repeat(archs[:, None].astype(self._space.dtype), gene.size, axis=1)
        around[:, np.arange(gene.size), gene] = option
        return around

    def _hull(self, chosen: list[Ids]) -> Archs:
        """Return all that may be chosen, and all that differs from it in one gene; some come twice, (n, genes)."""
        free = [np.arange(count) for count in self._space.choices]
        return np.concatenate(
            [_product([*chosen[:gene], free[gene], *chosen[gene + 1 :]]) for gene in range(len(free))]
        )


def _product(options: list[Ids]) -> Ids:
    """Return all architectures that take each gene's option from a list of its own, (n, genes)."""
    return np.stack(np.meshgrid(*options, indexing="ij"), axis=-1).reshape(-1, len(options))
