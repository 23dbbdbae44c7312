"""Does the simulation tell the truth? Random search against exact order statistics of the tables."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow.parquet as pq
import pytest

import nassim
from nassim import catalog
from tests.oracles.order_statistics import expected_truth_of_best

DATASETS = ("cifar10", "cifar100", "imagenet16-120")


@cache
def simulated(dataset: str, signal: str) -> np.ndarray:
    """Return the incumbent's truth of 1,000 runs after 10, 100 and 300 evaluations, (runs, 3)."""
    trace = nassim.simulate("random_search", f"nb201/{dataset}", runs=1000, evaluations=300, seed=0, signal=signal)
    return trace.incumbent_truth()[:, [9, 99, 299]]


@pytest.mark.parametrize("signal", ["mean", "resampled", "one-seed"])
@pytest.mark.parametrize(("column", "draws"), [(0, 10), (1, 100), (2, 300)])
@pytest.mark.parametrize("dataset", DATASETS)
def test_random_search_agrees_with_the_order_statistic(dataset: str, column: int, draws: int, signal: str) -> None:
    """Simulated random search finds, within 3 standard errors, what the table's order statistic says.

    For one-seed the formula leaves out that asking a cell again shows the same training: 3 of 300 draws.
    """
    folder = catalog.shipped("benchmarks_data") / "nb201" / dataset
    table = pq.read_table(folder / "trainings.parquet").to_pydict()
    arch, error = np.array(table["arch"]), np.array(table["valid_error"])
    seeds = np.bincount(arch)
    truth = np.bincount(arch, weights=error) / seeds
    if signal == "mean":
        exact = expected_truth_of_best(truth, truth, np.full(truth.size, 1 / truth.size), draws)
    else:
        exact = expected_truth_of_best(error, truth[arch], 1 / (truth.size * seeds[arch]), draws)
    found = simulated(dataset, signal)[:, column]
    standard_error = found.std(ddof=1) / np.sqrt(found.size)
    assert abs(found.mean() - exact) < 3 * standard_error
