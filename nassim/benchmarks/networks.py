"""NetworkTable: answers from trainings of every network of a space that has too many architectures to list."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import numpy as np

from nassim.benchmark import Card
from nassim.benchmarks.files import read_table
from nassim.benchmarks.lookup import Lookup
from nassim.benchmarks.table import TableBenchmark
from nassim.space import Archs, Ids, Space

NOTICED = 1.0  # simulated seconds that it takes to notice that a row is no architecture


class NetworkTable(Lookup):
    """A row per network, in the order of `canonical`; the rest is as Lookup takes it.

    What is no architecture of the space fails, in a second: strategies that choose gene by gene may ask for such.
    It cannot relax: that would add up all rows of the space, so mixtures are asked of a surrogate of it.
    """

    def __init__(self, name: str, space: Space, card: Card, *, networks: Ids, **trainings: Any) -> None:
        super().__init__(name, space, card, ids=np.append(networks, space.size), **_with_failure(**trainings))
        self._networks = networks

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


def _with_failure(**trainings: Any) -> dict[str, Any]:
    """Return what Lookup takes with a last row that failed."""
    last = ((0, 0), (0, 1), (0, 0))
    more = {
        "error": np.pad(trainings["error"], last, constant_values=np.nan),
        "seconds": np.pad(trainings["seconds"], last, constant_values=NOTICED),
        "counts": np.append(trainings["counts"], 1),
        "costs": {cost: np.append(values, np.nan) for cost, values in trainings["costs"].items()},
    }
    if trainings.get("test") is not None:
        more["test"] = np.append(trainings["test"], np.nan)
    return {**trainings, **more}


def load_table(folder: Path) -> TableBenchmark | NetworkTable:
    """Return the benchmark in a data folder; DataError names what is missing or damaged."""
    found = read_table(folder)
    return NetworkTable(**found) if "networks" in found else TableBenchmark(**found)
