"""NetworkTable: answers from trainings of every network of a space that has too many architectures to list."""

from __future__ import annotations

from pathlib import Path
from typing import Self, Unpack

import numpy as np

from nassim.benchmarks.monte_carlo import draw, estimate, mean_of_each
from nassim.benchmarks.table import TableBenchmark
from nassim.benchmarks.tabular import Tabular
from nassim.core.arrays import Archs, Floats, Ids, RandomWords
from nassim.core.benchmark import Card
from nassim.core.relaxation import Mixture, RelaxedOutcome, TrainingSet
from nassim.core.space import Space
from nassim.data.arranging import Arranged, with_failure
from nassim.data.reading import read_table

BLOCK = 64  # mixtures answered at a time


class NetworkTable(Tabular):
    """A row per network, in the order of `canonical`; the rest is as Tabular takes it.

    What is no architecture of the space fails, in a second: strategies that choose gene by gene may ask for such.
    What it says of a mixture is an estimate: the exact answer would add up all rows of the space at every step.
    """

    def __init__(
        self, name: str, space: Space, card: Card, *, networks: Ids, costs: dict[str, Floats],
        resumable: bool = True, **trainings: Unpack[Arranged]
    ) -> None:  # fmt: skip
        found, costs = with_failure(trainings, costs)
        ids = np.append(networks, space.no_id)
        super().__init__(name, space, card, ids=ids, costs=costs, resumable=resumable, **found)
        self._networks = networks
        self._worst = np.nanmax(self._error[-1], initial=-np.inf)  # what a failed training counts in a relaxation

    def row(self, archs: Archs) -> Ids:
        """Return the row of each architecture's network, (n,); the last is that of what is none."""
        network = self.space.canonical(archs)
        row = np.searchsorted(self._networks, network).clip(max=self._networks.size - 1)
        return np.where(self._networks[row] == network, row, self._networks.size)

    def everything(self) -> Archs:
        """Return a representative of each network, shape (networks, genes)."""
        return self.space.at(self._networks)

    def per_network(self) -> Self:
        """Return this benchmark: isomorphic architectures share their answers already."""
        return self

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
        """Return unbiased estimates of the expected error under independent choices per gene, its gradient and seconds.

        They are means over 32 architectures drawn from the mixture and all changes of one gene of each,
        as a run of this training seed sees them; a mixture of one architecture is answered exactly. What fails, or is
        no architecture, counts as the table's worst.
        """
        parts = []
        for start in range(0, len(mixture.probabilities), BLOCK):
            some = slice(start, start + BLOCK)
            parts.append(
                self._estimates(mixture.probabilities[some], None if training_seed is None else training_seed[some])
            )
        error, gradient, seconds = map(np.concatenate, zip(*parts, strict=True))
        return RelaxedOutcome(error, gradient, seconds * (mixture.epochs / self.epochs[-1]))

    def training_set(self, *, mean: bool) -> TrainingSet:
        """Return the trainings of all networks: each may be drawn for an estimate."""
        seconds, _, times = super().training_set(mean=mean)
        return TrainingSet(seconds[:-1], times=times if isinstance(times, int) else times[:-1])

    def _estimates(self, probabilities: Floats, training_seed: RandomWords | None) -> tuple[Floats, ...]:
        """Return error (m,), gradient (m, genes, widest) and seconds of whole trainings (m,)."""
        drawn = draw(probabilities, training_seed)
        row = self.row(drawn.reshape(-1, drawn.shape[2]))
        seconds = mean_of_each(self._seconds[-1, :, -1].take(row).reshape(len(drawn), -1))

        def errors(archs: Archs, owner: Ids) -> Floats:
            found = self._error.take(
                self._training(self.row(archs), None if training_seed is None else training_seed[owner])
            )
            return np.where(np.isnan(found), self._worst, found)

        return (*estimate(self.space, probabilities, drawn, errors), seconds)


def load_table(folder: Path) -> TableBenchmark | NetworkTable:
    """Return the benchmark in a data folder; DataError names what is missing or damaged."""
    found = read_table(folder)
    return NetworkTable(**found) if "networks" in found else TableBenchmark(**found)
