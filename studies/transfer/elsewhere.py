"""Benchmarks that know what other data sets of their space say: the searches of this study start from that.

Each is a shipped table with two costs more, which are accuracies, so that more is better: `like`, of the data set whose
ranking of architectures agrees most with its own, and `unlike`, of the one whose ranking agrees least. A study names
them as ./elsewhere.py:nb201_cifar10.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from nassim import catalog
from nassim.benchmarks.table import TableBenchmark
from nassim.core.arrays import Floats
from nassim.data.reading import read_table

GROUPS = (  # data sets of one space each
    ("nb201/cifar10", "nb201/cifar100", "nb201/imagenet16-120", "mini201/mnist5k"),
    ("fcnet/naval", "fcnet/parkinsons", "fcnet/protein", "fcnet/slice"),
    tuple(f"graph/{name}" for name in ("arxiv", "citeseer", "computers", "cora", "cs", "photo", "physics", "pubmed")),
)


def __getattr__(name: str) -> TableBenchmark:
    """Return the benchmark family_dataset."""
    found = [label for group in GROUPS for label in group if attribute(label) == name]
    if not found:
        raise AttributeError(name)
    return knowing(found[0])


def attribute(label: str) -> str:
    """Return family_dataset of family/dataset."""
    return label.replace("/", "_").replace("-", "_")


@cache
def table(label: str) -> TableBenchmark:
    """Return a shipped benchmark."""
    return TableBenchmark.load(catalog.dataset_folders()[label])


@cache
def truth(label: str) -> Floats:
    """Return the error of every network on the report split, by the lowest number of its architectures (networks,)."""
    bench = table(label)
    return bench.truth(bench.space.at(networks(bench.space.name)))


@cache
def networks(space: str) -> NDArray[np.int64]:
    """Return the lowest number of each network's architectures."""
    found = catalog.space(space)
    return np.unique(found.canonical(found.at(np.arange(found.size))))


@cache
def agreement(group: tuple[str, ...]) -> dict[tuple[str, str], float]:
    """Return Kendall's tau of the rankings of all networks, by pair of data sets, both ways round."""
    pairs = {pair: float(kendalltau(*map(truth, pair)).statistic) for pair in combinations(group, 2)}
    return pairs | {(second, first): tau for (first, second), tau in pairs.items()}


def sources(label: str) -> dict[str, str]:
    """Return which data sets `like` and `unlike` are."""
    group = next(group for group in GROUPS if label in group)
    by_tau = sorted((other for other in group if other != label), key=lambda other: agreement(group)[label, other])
    return {"like": by_tau[-1], "unlike": by_tau[0]}


@cache
def knowing(label: str) -> TableBenchmark:
    """Return a benchmark that knows what the others say."""
    given: dict[str, Any] = read_table(catalog.dataset_folders()[label])
    archs = given["space"].at(np.arange(given["space"].size))
    costs = {cost: 100.0 - table(other).truth(archs) for cost, other in sources(label).items()}
    return TableBenchmark(**given | {"costs": costs})
