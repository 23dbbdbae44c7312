"""Tabular: answers from recorded trainings; which row of them an architecture has is for tables to say."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from nassim.benchmarks.measurements import Measurements
from nassim.benchmarks.unseen import expected_of_lowest, means_of_others
from nassim.core.arrays import Archs, Floats, Ids, RandomWords
from nassim.core.benchmark import Benchmark, Card, Floor, Outcome, Query, check_cost
from nassim.core.errors import SettingError
from nassim.core.hashing import GOLDEN, below, hash32
from nassim.core.relaxation import TrainingSet
from nassim.core.renamed import renamed_names
from nassim.core.space import Space


class Tabular(Benchmark):
    """Rows of trainings, each trained `replicas` times or fewer, recorded at some epochs.

    Args:
        error: (epochs, rows, replicas) on the search split; nan = that training failed.
        seconds: (epochs, rows, replicas) from scratch to the epoch.
        counts: (rows,) how many replicas of a row, the first, are real.
        test: (rows,) error on the report split; by default the mean of the last epoch's `error`.
        costs: Name -> (rows,), or (rows, measurements), padded with nan, of which a run is told one.
        ids: (rows,) those of equal id share their training seed; by default each has its own.
        resumable: Whether training further goes on from what is paid; if not, it is another training from scratch.
    """

    exact: ClassVar[bool] = True  # of trainings and truth; expectations of mixtures are sums, in any order

    def __init__(
        self,
        name: str,
        space: Space,
        card: Card,
        *,
        epochs: tuple[int, ...],
        error: Floats,
        seconds: Floats,
        counts: Ids,
        costs: dict[str, Floats],
        test: Floats | None = None,
        ids: Ids | None = None,
        resumable: bool = True,
    ) -> None:
        self.name, self.space, self.card, self.epochs = name, space, card, epochs
        self.costs, self.resumable = tuple(costs), resumable
        self._error, self._seconds = (_with_mean(values, counts) for values in (error, seconds))
        self._counts = counts.astype(np.uint64)
        self._measured = Measurements(costs, card.noise)
        self._costs = self._measured.means(counts.size)
        self._truth = self._error[-1, :, -1] if test is None else test
        self._tested = test is not None
        ids = np.arange(counts.size) if ids is None else ids
        self._ids = ids
        self._salt = ids.astype(np.uint32) * GOLDEN  # what an architecture adds to a run's training seed

    @abstractmethod
    def row(self, archs: Archs) -> Ids:
        """Return which row of the trainings answers for each architecture, shape (n,)."""

    @abstractmethod
    def everything(self) -> Archs:
        """Return the architectures that have rows, in the order of the rows, shape (rows, genes)."""

    @abstractmethod
    def per_network(self) -> Self:
        """Return this benchmark with the trainings of one representative answering for all isomorphic architectures."""

    @cached_property
    def optimum(self) -> float:
        """The lowest error on the report split."""
        return float(np.nanmin(self._truth))

    @cached_property
    def longest(self) -> float:
        """Seconds that no evaluation takes longer than."""
        return float(np.nanmax(self._seconds))

    def truth(self, archs: Archs) -> Floats:
        """Return the error on the report split, shape (n,)."""
        return self._truth.take(self.row(archs))

    def unseen(self, archs: Archs, training_seed: RandomWords) -> Floats:
        """Return the mean error (n,) over the trainings that runs of this seed (n,) do not see, at the last epoch."""
        if self._others is None:
            raise SettingError(f"{self.name} has no trainings that could judge who saw the others")
        row = self.row(archs)
        column = self._training(row, training_seed) % self._error.shape[2]
        found: Floats = self._others[row, column]
        return found

    def floor(self) -> Floor | None:
        """Return what is left to chance where unseen trainings judge; None where they cannot judge."""
        return self._floor

    @cached_property
    def _others(self) -> Floats | None:
        """For each training (rows, replicas) the mean of the others; None if the report split is other data."""
        return None if self._tested else means_of_others(self._error[-1, :, :-1], self._counts.astype(np.int64))

    @cached_property
    def _floor(self) -> Floor | None:
        if self._others is None:
            return None
        networks = np.sort(np.unique(self._salt, return_index=True)[1])  # those of equal training seed show the same
        error, others = self._error[-1, networks, :-1], self._others[networks]
        counts = self._counts[networks].astype(np.int64)
        expected = (expected_of_lowest(shown, others, counts) for shown in (others, error))
        return Floor(*(regret - self.optimum for regret in expected))

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return the outcome of training each row of the query, as its training seed (m,) has it; None = the mean."""
        row = self.row(query.archs)
        training = self._training(row, training_seed)
        at = training if query.epochs is None else training + self._offset(query.epochs)
        seconds = self._seconds.take(at)
        if query.since is not None and self.resumable:
            resumed = query.since > 0
            paid = training + self._offset(np.where(resumed, query.since, self.epochs[0]))
            seconds = seconds - np.where(resumed, self._seconds.take(paid), 0.0)
        costs = self._costs.take(row, axis=0)
        if self._measured.noisy and training_seed is not None:
            costs = self._measured.told(costs, row, self._ids.take(row), training_seed)
        return Outcome(self._error.take(at), seconds, costs)

    def measure(self, name: str, archs: Archs, training_seed: RandomWords | None = None) -> Floats:
        """Return one of the costs, (n,), as an answer to a run of this seed has it, or the mean of its measurements."""
        check_cost(self.name, name, self.costs)
        row, column = self.row(archs), self.costs.index(name)
        costs = self._costs.take(row, axis=0)
        if training_seed is not None:
            costs = self._measured.told(costs, row, self._ids.take(row), training_seed)
        return costs[:, column]

    def trained(self, arch: Archs) -> Floats:
        """Return the error of each repeated training of one architecture (genes,) at the last epoch; nan = failed."""
        row = int(self.row(arch[None])[0])
        return self._error[-1, row, : int(self._counts[row])]

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return one of the costs, shape (n,)."""
        check_cost(self.name, name, self.costs, self.card.measured)
        return self._costs[:, self.costs.index(name)].take(self.row(archs))

    def training_set(self, *, mean: bool) -> TrainingSet:
        """Return the trainings of all rows, those of equal id once; each takes its mean seconds over seeds.

        Args:
            mean: The seconds of all seeds of a row, since answers are their means.
        """
        _, first, which = np.unique(self._ids, return_index=True, return_inverse=True)
        seconds, times = self._seconds[-1, first, -1], self._counts[first]
        return TrainingSet(seconds * times if mean else seconds, which.reshape(-1), times if mean else 1)

    def _training(self, row: Ids, training_seed: RandomWords | None) -> Ids:
        """Return the flat position of the last epoch of the training that each run sees of each architecture.

        Which of its repeated trainings that is, is a hash of (run, architecture); without a training seed it is their
        mean.
        """
        columns = self._error.shape[2]
        last: Ids = (row + (len(self.epochs) - 1) * self._counts.size) * columns
        if training_seed is None:
            last += columns - 1
            return last
        last += below(hash32(self._salt.take(row) ^ training_seed), self._counts.take(row))
        return last

    def _offset(self, epochs: NDArray[np.int64]) -> Ids:
        """Return how far before the flat position of the last epoch that of each asked epoch lies, as <= 0."""
        at = np.searchsorted(self.epochs, epochs).clip(max=len(self.epochs) - 1)
        missing = np.asarray(self.epochs)[at] != epochs
        if missing.any():
            asked = int(epochs[missing.argmax()])
            raise SettingError(f"{self.name} has no results after {asked} epochs; recorded: {self.epochs}")
        before: Ids = (at - (len(self.epochs) - 1)) * self._error[0].size
        return before


def _with_mean(values: Floats, counts: Ids) -> Floats:
    """Return (epochs, archs, replicas + 1): the mean over the trainings that did not fail comes last."""
    total = values.sum(axis=2)
    if (counts == values.shape[2]).all() and not np.isnan(total).any():  # the usual case, in half the time
        return np.concatenate([values, (total / values.shape[2])[:, :, None]], axis=2)
    real = (np.arange(values.shape[2]) < counts[:, None]) & ~np.isnan(values)
    number = real.sum(axis=2)
    total = np.where(real, values, 0.0).sum(axis=2)
    mean = np.divide(total, number, out=np.full_like(total, np.nan), where=number > 0)
    return np.concatenate([values, mean[:, :, None]], axis=2)


if not TYPE_CHECKING:  # old names
    __getattr__ = renamed_names(__name__, {"Lookup": f"{__name__}.Tabular"})
