"""Siblings: how alike tables of one space rank networks, as every card shows."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy.stats import rankdata
from typer.testing import CliRunner

from nassim import catalog
from nassim.benchmarks.siblings import _agreement, siblings
from nassim.cli._app import application
from nassim.spaces.nb201 import NB201


def living() -> np.ndarray:
    """Return one architecture of each network that has a path, by a walk over the cell's own graph."""
    space = NB201()
    cells = space.at(np.arange(space.size))
    none = 0
    straight, first, second = cells[:, 3] != none, cells[:, 4] != none, cells[:, 5] != none
    to_one, to_two = cells[:, 0] != none, cells[:, 1] != none
    two = to_two | (to_one & (cells[:, 2] != none))
    connected = straight | (first & to_one) | (second & two)
    _, representatives = np.unique(space.canonical(cells), return_index=True)
    return representatives[connected[representatives]]


def errors(name: str) -> np.ndarray:
    """Return the mean last validation error of every architecture, read from the file itself."""
    table = pq.read_table(catalog.dataset_folders()[name] / "trainings.parquet").to_pandas()
    last = table[table.epoch == table.epoch.max()]
    return last.groupby("arch").valid_error.mean().round(5).to_numpy()


def test_the_tables_of_nb201_rank_alike_and_mnist5k_the_other_way_round() -> None:
    """Each number is the Pearson correlation of ranks over the 6,461 networks that have a path."""
    chosen = living()
    assert chosen.size == 6461
    for sibling in siblings("mini201/mnist5k"):
        ranks = [rankdata(errors(name)[chosen]) for name in ("mini201/mnist5k", sibling.name)]
        assert sibling.networks == 6461
        assert sibling.spearman == pytest.approx(np.corrcoef(*ranks)[0, 1], abs=1e-5)
    found = {sibling.name: sibling.spearman for sibling in siblings("nb201/cifar10")}
    assert found["nb201/cifar100"] > 0.96
    assert found["nb201/imagenet16-120"] > 0.93
    assert found["mini201/mnist5k"] < -0.35
    assert next(iter(found)) == "nb201/cifar100"


def test_too_few_networks_or_equal_errors_say_nothing() -> None:
    """Then the rank correlation is nan; tables that rank alike have 1, the other way round -1."""
    ids, error = np.arange(12), np.arange(12, dtype=np.float32)
    assert _agreement((ids, error), (ids, error)) == (12, 1.0)
    assert _agreement((ids, error), (ids, -error)) == (12, -1.0)
    assert np.isnan(_agreement((ids, error), (ids, np.ones(12, dtype=np.float32)))[1])
    assert np.isnan(_agreement((ids, error), (ids[:9], error[:9]))[1])


def test_show_tells_it() -> None:
    """The card has a line for each sibling, and nothing for a table that is alone in its space."""
    shown = CliRunner().invoke(application(), ["show", "nb201/cifar100"]).output
    assert "ranks like" in shown
    assert "+0.97  nb201/cifar10" in shown
    assert "ranks like" not in CliRunner().invoke(application(), ["show", "graph/proteins"]).output
