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
    trace = nassim.simulate(
        "random_search", f"nb201/{dataset}", runs=1000, evaluations=300, seed=0, signal=signal, judged_by="all-seeds"
    )
    return trace.incumbent_truth()[:, [9, 99, 299]]


def trainings(dataset: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the cell and the error of each training of a table, read without nassim."""
    folder = catalog.shipped("benchmarks_data") / "nb201" / dataset
    table = pq.read_table(folder / "trainings.parquet").to_pydict()
    return np.array(table["arch"]), np.array(table["valid_error"])


@pytest.mark.parametrize("signal", ["mean", "resampled", "one-seed"])
@pytest.mark.parametrize(("column", "draws"), [(0, 10), (1, 100), (2, 300)])
@pytest.mark.parametrize("dataset", DATASETS)
def test_random_search_agrees_with_the_order_statistic(dataset: str, column: int, draws: int, signal: str) -> None:
    """Simulated random search finds, within 3 standard errors, what the table's order statistic says.

    For one-seed the formula leaves out that asking a cell again shows the same training: 3 of 300 draws.
    """
    arch, error = trainings(dataset)
    seeds = np.bincount(arch)
    truth = np.bincount(arch, weights=error) / seeds
    if signal == "mean":
        exact = expected_truth_of_best(truth, truth, np.full(truth.size, 1 / truth.size), draws)
    else:
        exact = expected_truth_of_best(error, truth[arch], 1 / (truth.size * seeds[arch]), draws)
    found = simulated(dataset, signal)[:, column]
    standard_error = found.std(ddof=1) / np.sqrt(found.size)
    assert abs(found.mean() - exact) < 3 * standard_error


@cache
def judged_by_unseen_seeds(dataset: str) -> np.ndarray:
    """Return the same as `simulated`, of one seed's signal, judged by the others."""
    trace = nassim.simulate("random_search", f"nb201/{dataset}", runs=1000, evaluations=300, seed=0)
    assert trace.provenance["judged_by"] == "unseen-seeds"
    return trace.incumbent_truth()[:, [9, 99, 299]]


@pytest.mark.parametrize(("column", "draws"), [(0, 10), (1, 100), (2, 300)])
@pytest.mark.parametrize("dataset", DATASETS)
def test_unseen_seeds_judge_as_the_order_statistic(dataset: str, column: int, draws: int) -> None:
    """Each training is worth the mean over the others of its cell; within 3 standard errors."""
    arch, error = trainings(dataset)
    seeds = np.bincount(arch)
    others = (np.bincount(arch, weights=error)[arch] - error) / (seeds[arch] - 1)
    exact = expected_truth_of_best(error, others, 1 / (seeds.size * seeds[arch]), draws)
    found = judged_by_unseen_seeds(dataset)[:, column]
    assert abs(found.mean() - exact) < 3 * found.std(ddof=1) / np.sqrt(found.size)


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_floor_is_the_limit_of_random_search(dataset: str) -> None:
    """Who trains every cell once, and believes it, ends where endless random search among these trainings ends.

    One training of each cell is drawn, 400 times, without nassim; within 4 standard errors.
    """
    arch, error = trainings(dataset)
    begins = np.flatnonzero(np.diff(arch, prepend=-1))
    seeds = np.bincount(arch)
    others = (np.bincount(arch, weights=error)[arch] - error) / (seeds[arch] - 1)
    optimum = (np.bincount(arch, weights=error) / seeds).min()
    generator = np.random.default_rng(0)
    drawn = [begins + generator.integers(seeds) for _ in range(400)]
    floor = nassim.load(f"nb201/{dataset}").floor()
    assert floor is not None
    for expected, found in (
        (floor.exhaustive, np.array([others[shown[error[shown].argmin()]] for shown in drawn])),
        (floor.lowest, np.array([others[shown].min() for shown in drawn])),
    ):
        assert abs(found.mean() - optimum - expected) < 4 * found.std(ddof=1) / np.sqrt(found.size)
