"""Samples: trainings of some architectures of a space, to learn a surrogate from; a table holds them all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from nassim import catalog
from nassim.core.benchmark import Card
from nassim.core.errors import UnknownNameError
from nassim.core.random_streams import Floats
from nassim.core.space import Archs, Ids, Space


@dataclass(frozen=True, eq=False)
class Samples:
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

    @classmethod
    def load(cls, place: str | Path) -> Self:
        """Read a benchmark's data, whole or partial, by its name `family/dataset` or from its folder.

        DataError names what is missing or damaged.
        """
        from nassim.data.reading import read_samples

        return cls(**read_samples(find_folder(place) if isinstance(place, str) else place))

    @property
    def mean_error(self) -> Floats:
        """The mean error over the trainings that did not fail, at the last epoch, (n,); nan = all failed."""
        return mean_of(self.error[-1])

    @property
    def mean_seconds(self) -> Floats:
        """The mean training time to the last epoch, (n,)."""
        return mean_of(self.seconds[-1])


def find_folder(name: str) -> Path:
    """Return the data folder of the benchmark `family/dataset`."""
    for folder in catalog.data_folders():
        if name in catalog.names("benchmarks") and (folder / name / "trainings.parquet").is_file():
            return folder / name
    raise UnknownNameError.of("benchmark", name, catalog.names("benchmarks"))


def mean_of(values: Floats) -> Floats:
    """Return the mean of the numbers in each row of (n, replicas), nan where there is none."""
    real = ~np.isnan(values)
    total = np.where(real, values, 0.0).sum(axis=1)
    mean: Floats = np.divide(total, real.sum(axis=1), out=np.full(len(values), np.nan), where=real.any(axis=1))
    return mean
