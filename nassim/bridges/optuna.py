"""A benchmark as the objective of an Optuna study, of one value or several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nassim.bridges.function import Function
from nassim.core.benchmark import Benchmark
from nassim.core.objectives import Objectives
from nassim.core.policies import ERROR, Limits
from nassim.core.renamed import renamed_keywords

if TYPE_CHECKING:
    from optuna import Trial
    from optuna.trial import FrozenTrial

MISSES = "nassim:misses"  # the attribute of a trial that says by how much it misses each limit


@renamed_keywords(luck="training_seed")
def objective(
    benchmark: str | Benchmark,
    training_seed: int | None = None,
    objectives: Sequence[str] = (ERROR,),
    constraints: Limits | None = None,
) -> Callable[[Trial], float | tuple[float, ...]]:
    """Return a function of an Optuna trial: it suggests every gene by its name, and returns what is minimised.

    A failed training, or a missing cost, is nan, which Optuna counts as a failed trial.

    Args:
        benchmark: A benchmark, or its name.
        training_seed: Picks which repeated training of an architecture is seen; None = their mean.
        objectives: "error" and costs of the benchmark, as `nassim.simulate` takes them: a number is returned for one, a
            tuple for several.
        constraints: Limits of costs, as `nassim.simulate` takes them. Of Optuna 5 they are constraints of the trial; to
            samplers of earlier versions give `constraints_func=nassim.bridges.optuna.misses`.

    Raises:
        SettingError: If objectives or constraints are none of the benchmark's.
    """
    function = Function(benchmark, training_seed)
    space = function.benchmark.space
    wanted = Objectives.of(function.benchmark, objectives, constraints or {})
    wanted.check_possible(function.benchmark)
    named = list(zip(space.genes, space.options, strict=True))

    def minimised(trial: Trial) -> float | tuple[float, ...]:
        options = [names.index(trial.suggest_categorical(gene, names)) for gene, names in named]
        outcome = function.outcome(function.archs([options]))
        if wanted.limits:
            missed = wanted.misses(outcome.error, outcome.costs)[0]
            _constrain(trial, [str(limit) for limit in wanted.limits], np.nan_to_num(missed, nan=np.inf).tolist())
        values = wanted.values(outcome.error, outcome.costs)[0].tolist()
        return tuple(values) if len(values) > 1 else float(values[0])

    return minimised


def misses(trial: FrozenTrial) -> list[float]:
    """Return by which share of its bound a trial misses each limit, at most 0 = kept: a `constraints_func`."""
    missed: list[float] = trial.user_attrs[MISSES]
    return missed


def _constrain(trial: Trial, names: Sequence[str], missed: list[float]) -> None:
    """Let a trial say by how much it misses its limits."""
    if not hasattr(trial, "set_constraint"):  # before Optuna 5
        trial.set_user_attr(MISSES, missed)
        return
    for name, one in zip(names, missed, strict=True):
        trial.set_constraint(name, one)
