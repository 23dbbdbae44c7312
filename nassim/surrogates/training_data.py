"""Draws trainings to learn from: of a benchmark that answers for its whole space, or of records of a part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nassim.core.arrays import Archs, Flags, Floats, Ids, RandomWords
from nassim.core.benchmark import Benchmark, Query
from nassim.core.errors import SettingError
from nassim.core.hashing import replica_of
from nassim.core.random_streams import Streams
from nassim.core.renamed import renamed_names
from nassim.surrogates.training_records import Source, TrainingRecords, rows_of

MISSING = " missing"  # after the name of a cost: the target that says which architectures have none
LISTED = 1 << 20  # a space of at most so many architectures is put into random order as a whole


@dataclass(frozen=True, eq=False)
class Trainings:
    """One training each of n architectures; its error is nan where it failed."""

    archs: Archs  # (n, genes), all different
    error: Floats  # (n, epochs) on the search split
    seconds: Floats  # (n,) to the last epoch
    costs: dict[str, Floats]  # name -> (n,); nan = not measured

    def values(self, target: str) -> Floats:
        """Return what is to be learned of each architecture, (n,) or for the error (n, epochs)."""
        if target.endswith(MISSING):
            return self.missing(target.removesuffix(MISSING))
        named = {"error": self.error, "seconds": self.seconds, **self.costs}
        return named[target]

    def missing(self, cost: str) -> Floats:
        """Return 1 for each architecture that was trained and has no such cost, 0 for others; nan = it failed, (n,)."""
        failed = np.isnan(self.error).any(axis=1)
        return np.where(failed, np.nan, np.isnan(self.costs[cost]).astype(np.float64))

    def only(self, rows: Ids | Flags) -> Trainings:
        """Return some of them."""
        costs = {name: values[rows] for name, values in self.costs.items()}
        return Trainings(self.archs[rows], self.error[rows], self.seconds[rows], costs)

    def joined(self, others: Trainings) -> Trainings:
        """Return these and others of the same benchmark, in this order."""
        return Trainings(
            np.concatenate([self.archs, others.archs]),
            np.concatenate([self.error, others.error]),
            np.concatenate([self.seconds, others.seconds]),
            {name: np.concatenate([values, others.costs[name]]) for name, values in self.costs.items()},
        )


def architectures_known(source: Source) -> int:
    """Return how many different architectures there are to draw."""
    return len(source.archs) if isinstance(source, TrainingRecords) else source.space.size


def draw(source: Source, count: int, seed: int) -> Trainings:
    """Return one training each of `count` architectures, drawn at random without repetition.

    Fewer are the first of more: draw(source, 100, seed) begins draw(source, 200, seed).
    """
    archs = draw_archs(source, count, seed)
    rows = np.arange(count)
    return train_once(source, archs, Streams(seed, "trainings", rows).random_words(rows, 1)[:, 0])


def draw_archs(source: Source, count: int, seed: int) -> Archs:
    """Return `count` different architectures (count, genes) in random order."""
    known = architectures_known(source)
    if count > known:
        raise SettingError(f"{source.name}: asked for {count:,} different architectures, there are {known:,}")
    if isinstance(source, TrainingRecords):
        return source.archs[_shuffled(known, seed)[:count]]
    if known <= LISTED:
        return source.space.at(_shuffled(known, seed)[:count])
    return _distinct(source, count, seed)


def train_once(source: Source, archs: Archs, training_seed: RandomWords) -> Trainings:
    """Return the training of each architecture that `training_seed` (n,) picks."""
    if isinstance(source, TrainingRecords):
        return _looked_up(source, archs, training_seed)
    curves = [
        source.evaluate(Query(archs, epochs=np.full(len(archs), epochs, dtype=np.int64)), training_seed).error
        for epochs in source.epochs
    ]
    last = source.evaluate(Query(archs), training_seed)
    return Trainings(archs, np.column_stack(curves), last.seconds, dict(zip(source.costs, last.costs.T, strict=True)))


def truth_of(source: Source, archs: Archs, target: str = "error") -> Floats:
    """Return what a model of the target is judged by, (n,): the report split's error, or the mean over trainings."""
    if isinstance(source, TrainingRecords):
        error = source.mean_error if source.test is None else source.test
        named = {"error": error, "seconds": source.mean_seconds, **source.costs}
        return named[target][rows_of(source, archs)]
    if target == "error":
        return source.truth(archs)
    mean = source.evaluate(Query(archs))
    return mean.seconds if target == "seconds" else mean.costs[:, source.costs.index(target)]


def _shuffled(count: int, seed: int) -> Ids:
    numbers = np.arange(count)
    return np.argsort(Streams(seed, "architectures", numbers).random_words(numbers, 1)[:, 0], kind="stable")


def _distinct(source: Benchmark, count: int, seed: int) -> Archs:
    """Return the first `count` different ones of a sequence of random architectures."""
    drawn = 2 * count
    while True:
        rows = np.arange(drawn)
        archs = source.space.sample(rows, Streams(seed, "architectures", rows))
        _, first = np.unique(archs, axis=0, return_index=True)
        if first.size >= count:
            return archs[np.sort(first)[:count]]
        drawn *= 2


def _looked_up(samples: TrainingRecords, archs: Archs, training_seed: RandomWords) -> Trainings:
    row = rows_of(samples, archs)
    replica = replica_of(row, training_seed, samples.counts[row])
    costs = {name: values[row] for name, values in samples.costs.items()}
    return Trainings(archs, samples.error[:, row, replica].T, samples.seconds[-1, row, replica], costs)


if not TYPE_CHECKING:  # of what was benchmarks/trainings.py
    _PARTIAL = "nassim.benchmarks.partial_table"
    __getattr__ = renamed_names(__name__, {name: f"{_PARTIAL}.{name}" for name in ("source_of", "table_of")})
