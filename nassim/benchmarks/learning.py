"""Learns, audits and explains benchmarks, given by name or as they are, with the models of `nassim.surrogates`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nassim import catalog
from nassim.benchmarks.partial_table import source_of
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.core.arrays import Archs
from nassim.core.benchmark import Benchmark
from nassim.core.policies import Budget
from nassim.core.settings import check_value
from nassim.engine.loop import simulate
from nassim.surrogates.audit import Audit, audit_source
from nassim.surrogates.explanation import TRAIN, Explained, explain_source
from nassim.surrogates.fit import CHECKED, Options, check_target, fit_targets, usual_count
from nassim.surrogates.model import Surrogate
from nassim.surrogates.scale import Transform
from nassim.surrogates.training_records import Source, TrainingRecords

STRATEGIES = ("random_search", "regularized_evolution", "local_search", "reinforce")
RUNS, EVALUATIONS = 50, 200  # of each strategy, to see what it visits


def fit(
    benchmark: str | Source,
    train: int | None = None,
    seed: int = 0,
    *,
    active: float = 0.0,
    encoding: str | None = None,
    search: bool = False,
    transform: Transform = "auto",
    costs: list[str] | None = None,
) -> SurrogateBenchmark:
    """Learn error, seconds and costs from one training each of `train` architectures, and return it as a benchmark.

    Args:
        benchmark: A name, complete or not, or a benchmark, or a PartialTable.
        train: Architectures to learn from, one training of each; None = `usual_count`.
        seed: Of which these are, and of the models.
        active: Share of the architectures that are chosen for a low predicted error, see `design`; the rest are random.
        encoding: "graph" or "onehot"; None = the best for each target that the space has.
        search: Find the hyperparameters by cross-validation, which takes some twenty times as long.
        transform: Of the error, see `learn`.
        costs: The names of those to learn; None = all.

    Raises:
        SettingError: An option is of the wrong type or name, or out of its range.
        DataError: There are too few trainings to learn from.

    """
    source = source_of(benchmark)
    options = Options(usual_count(source) if train is None else train, seed, active, encoding, search, transform)
    check_value("costs", costs, CHECKED["costs"])
    chosen = source.costs if costs is None else tuple(dict.fromkeys(costs))
    for cost in chosen:
        check_target(source, str(cost), tuple(source.costs))
    name, card, models = fit_targets(source, options, ("error", "seconds", *chosen))
    learned = {target: model for target, model in models.items() if target not in {"error", "seconds"}}
    return SurrogateBenchmark(name, card, error=models["error"], seconds=models["seconds"], costs=learned)


def fit_model(
    benchmark: str | Source,
    target: str = "error",
    train: int = 1000,
    seed: int = 0,
    *,
    active: float = 0.0,
    encoding: str | None = None,
    search: bool = False,
    transform: Transform = "auto",
) -> Surrogate:
    """Learn one target, "error", "seconds" or the name of a cost, as `fit` does."""
    options = Options(train, seed, active, encoding, search, transform)
    return fit_targets(source_of(benchmark), options, [target]).models[target]


def audit(
    benchmark: str | Source,
    target: str = "error",
    train: int = 1000,
    seed: int = 0,
    *,
    test: int = 3000,
    active: float = 0.0,
    encoding: str | None = None,
    search: bool = False,
    strategies: Sequence[str] = STRATEGIES,
) -> Audit:
    """Learn from `train` trainings, or about as many, in each way, and judge on up to `test` unseen architectures.

    Args:
        benchmark: A name, complete or not, or a benchmark, or a PartialTable.
        target: "error", "seconds" or the name of a cost.
        train: Architectures to learn from.
        seed: Of which these are, and of the models.
        test: Architectures to judge by.
        active: Share of the random split's trainings that are chosen for a low predicted error, see `design`.
        encoding: As in `fit`.
        search: As in `fit`.
        strategies: Those that are left out in turn; of a PartialTable, which cannot be searched, none is.

    """
    source = source_of(benchmark)
    return audit_source(
        source,
        target,
        train,
        seed,
        test=test,
        active=active,
        encoding=encoding,
        search=search,
        visited=lambda: {} if isinstance(source, TrainingRecords) else _visited(source, strategies, seed),
    )


def explained(benchmark: str | Source, train: int = TRAIN, seed: int = 0, top: int = 8) -> Explained:
    """Explain the error at the last epoch, as a model of `train` trainings, or of all if there are fewer, has it."""
    return explain_source(source_of(benchmark), train, seed, top)


def _visited(benchmark: Benchmark, strategies: Sequence[str], seed: int) -> dict[str, Archs]:
    """Return the different architectures that some runs of each strategy visited, by the time of the first visit."""
    found = {}
    for strategy in strategies:
        trace = simulate(catalog.strategy(strategy), benchmark, runs=RUNS, budget=Budget(EVALUATIONS), seed=seed)
        archs = np.ascontiguousarray(trace.archs.swapaxes(0, 1)).reshape(-1, trace.archs.shape[2])
        archs = archs[archs[:, 0] >= 0]  # without padding
        _, first = np.unique(archs, axis=0, return_index=True)
        found[strategy] = archs[np.sort(first)]
    return found
