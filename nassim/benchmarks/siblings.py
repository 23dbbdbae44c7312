"""How alike a table and the other installed tables of its space rank networks.

A table that ranks otherwise than all its siblings is worth a second look before anything is built on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from nassim import catalog
from nassim.benchmarks.partial_table import PartialTable
from nassim.core.arrays import Ids
from nassim.core.errors import NassimError
from nassim.data.inventory import dataset_info

FEWEST = 10  # common networks, of which a rank correlation says something
Errors = NDArray[np.float32]


class Sibling(NamedTuple):
    """Another table of the same space."""

    name: str
    networks: int  # distinct ones that both tables have trained, and that have a path from input to output
    spearman: float  # rank correlation of their mean errors on the search splits; nan = too few, or all alike


def siblings(name: str) -> list[Sibling]:
    """Return the other tables of the space of the installed table `family/dataset`, those most alike first.

    A sibling that is damaged is left out. DataError if the table itself is.
    """
    space = dataset_info(name).space
    own = _errors(PartialTable.load(name))
    found = [Sibling(other, *_agreement(own, errors)) for other, errors in _others(name, space)]
    return sorted(found, key=lambda sibling: -np.nan_to_num(sibling.spearman, nan=-2.0))


def _others(name: str, space: str) -> Iterator[tuple[str, tuple[Ids, Errors]]]:
    for other in sorted(catalog.dataset_folders()):
        try:
            if other != name and dataset_info(other).space == space:
                yield other, _errors(PartialTable.load(other))
        except NassimError:
            continue


def _errors(samples: PartialTable) -> tuple[Ids, Errors]:
    """Return the distinct living networks of a table, by canonical id, sorted, and their mean errors at the last epoch.

    Of isomorphic architectures that were trained apart, the one with the lowest index speaks for the network.
    """
    space = samples.space
    error = samples.mean_error.astype(np.float32)  # means of equal accuracies differ in their last bits
    network, first = np.unique(space.canonical(samples.archs), return_index=True)
    living = ~np.isin(network, space.canonical(space.unconnected)) & np.isfinite(error[first])
    return network[living], error[first][living]


def _agreement(one: tuple[Ids, Errors], other: tuple[Ids, Errors]) -> tuple[int, float]:
    """Return how many networks both have, and Spearman's rank correlation over them."""
    common, mine, theirs = np.intersect1d(one[0], other[0], assume_unique=True, return_indices=True)
    errors = one[1][mine], other[1][theirs]
    if common.size < FEWEST or any(np.ptp(values) == 0 for values in errors):
        return common.size, np.nan
    return common.size, float(spearmanr(*errors).statistic)
