"""A benchmark as the objective of an Optuna study."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nassim.bridges.function import Function
from nassim.core.benchmark import Benchmark
from nassim.core.renamed import renamed_keywords

if TYPE_CHECKING:
    from optuna import Trial


@renamed_keywords(luck="training_seed")
def objective(benchmark: str | Benchmark, training_seed: int | None = None) -> Callable[[Trial], float]:
    """Return a function of an Optuna trial: it suggests every gene by its name, and returns the error.

    `training_seed` picks which repeated training of an architecture is seen; None = their mean. A failed training is
    nan, which Optuna counts as a failed trial.
    """
    function = Function(benchmark, training_seed)
    space = function.benchmark.space
    named = list(zip(space.genes, space.options, strict=True))

    def error(trial: Trial) -> float:
        options = [names.index(trial.suggest_categorical(gene, names)) for gene, names in named]
        return float(function.predict([options])[0])

    return error
