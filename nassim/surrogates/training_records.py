"""What was measured of some architectures of a space, and from what a surrogate may be learned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nassim.core.arrays import Archs, Floats, Ids
from nassim.core.benchmark import Benchmark, Card
from nassim.core.space import Space


@dataclass(frozen=True, eq=False)
class TrainingRecords:
    """What was measured of n architectures. The first counts[i] replicas of architecture i are real."""

    name: str
    space: Space
    card: Card
    epochs: tuple[int, ...]  # the fidelities, increasing
    archs: Archs  # (n, genes), each architecture once
    error: Floats  # (epochs, n, replicas) on the search split; nan = that training failed, or padding
    seconds: Floats  # (epochs, n, replicas) from scratch to the epoch
    counts: Ids  # (n,)
    costs: dict[str, Floats]  # name -> (n,); nan = not measured
    test: Floats | None = None  # (n,) error on the report split; None = the mean error over replicas

    @property
    def mean_error(self) -> Floats:
        """The mean error over the trainings that did not fail, at the last epoch, (n,); nan = all failed."""
        return mean_of(self.error[-1])

    @property
    def mean_seconds(self) -> Floats:
        """The mean training time to the last epoch, (n,)."""
        return mean_of(self.seconds[-1])


Source = Benchmark | TrainingRecords  # what a surrogate can be learned from


def rows_of(records: TrainingRecords, archs: Archs) -> Ids:
    """Return where in the records each architecture is; all are there."""
    place = {arch.tobytes(): row for row, arch in enumerate(records.archs)}
    return np.array([place[arch.tobytes()] for arch in np.ascontiguousarray(archs)], dtype=np.int64)


def mean_of(values: Floats) -> Floats:
    """Return the mean of the numbers in each row of (n, replicas), nan where there is none."""
    real = ~np.isnan(values)
    total = np.where(real, values, 0.0).sum(axis=1)
    mean: Floats = np.divide(total, real.sum(axis=1), out=np.full(len(values), np.nan), where=real.any(axis=1))
    return mean
