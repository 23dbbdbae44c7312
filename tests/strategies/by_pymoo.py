"""Searches of NAS-Bench-201 by pymoo itself, at the definitions of our evolutionary strategies."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymoo.core.mutation import Mutation
from pymoo.core.problem import Problem
from pymoo.operators.crossover.ux import UniformCrossover
from pymoo.operators.sampling.rnd import IntegerRandomSampling
from pymoo.optimize import minimize

import nassim
from nassim.core.random_streams import Streams
from nassim.core.trace import Trace
from nassim.stats import pareto

BENCH = nassim.load("nb201/cifar10")
ALL = BENCH.space.at(np.arange(BENCH.space.size))
SCALE = {"latency": 1000.0, "params": 1e-3}  # pymoo's NSGA-III takes what is below .001 for nothing
AT = (300, 1000)  # evaluations
Floats = NDArray[np.float64]


class Redrawn(Mutation):
    """Each gene is drawn anew with probability 1 / genes."""

    def _do(self, _: Problem, x: NDArray[np.int64], random_state: Any = None, **__: Any) -> NDArray[np.int64]:
        changed = x.copy()
        chosen = random_state.random(x.shape) < 1 / x.shape[1]
        changed[chosen] = random_state.integers(0, 5, size=x.shape)[chosen]
        return changed


class Cells(Problem):
    """The error, and costs, of cells, for a run that always sees the same training of each."""

    def __init__(self, costs: tuple[str, ...], run: int) -> None:
        super().__init__(n_var=6, n_obj=1 + len(costs), xl=0, xu=4, vtype=int)
        self.seed, self.costs, self.asked = (
            Streams(0, "pymoo", [run]).random_words(np.zeros(1, dtype=np.intp), 1)[0],
            costs,
            [],
        )

    def _evaluate(self, x: NDArray[np.int64], out: dict[str, Any], *_: Any, **__: Any) -> None:
        archs = x.astype(np.int8)
        error = BENCH.evaluate(nassim.Query(archs), np.repeat(self.seed, len(archs))).error
        out["F"] = np.column_stack([error, *(SCALE[cost] * BENCH.cost(cost, archs) for cost in self.costs)])
        self.asked.extend(BENCH.space.index(archs).tolist())


def measured(kind: Any, costs: tuple[str, ...], runs: int, crossover: float, **settings: Any) -> Floats:
    """Return the figures (runs, figures) of so many runs of an algorithm of pymoo."""
    cells = []
    for run in range(runs):
        problem = Cells(costs, run)
        how = {"sampling": IntegerRandomSampling(), "crossover": UniformCrossover(prob=crossover)}
        method = kind(**how, mutation=Redrawn(prob=1.0), **settings)
        minimize(problem, method, ("n_eval", AT[-1] + 200), seed=run)
        cells.append(problem.asked[: AT[-1]])
    return figures(np.array(cells), costs)


def of_trace(trace: Trace, costs: tuple[str, ...], at: tuple[int, ...] = AT) -> Floats:
    """Return the figures (runs, figures) of our runs."""
    return figures(BENCH.space.index(trace.archs.reshape(-1, 6)).reshape(len(trace.archs), -1), costs, at)


def figures(cells: NDArray[np.int64], costs: tuple[str, ...], at: tuple[int, ...] = AT) -> Floats:
    """Return hypervolumes and numbers of distinct cells after so many evaluations, (runs, 2 x at), of cells (runs, n).

    Errors are means over all trainings; all objectives are shares of the table's range.
    """
    table = np.column_stack([np.round(BENCH.truth(ALL), 4), *(BENCH.cost(cost, ALL) for cost in costs)])
    table = pareto.scaled(table, table.min(axis=0), table.max(axis=0))
    volumes = pareto.hypervolume_over_time(table[cells], np.ones(table.shape[1]))[:, [many - 1 for many in at]]
    distinct = [[len(np.unique(run[:many])) for many in at] for run in cells]
    return np.concatenate([volumes, distinct], axis=1)


def apart(ours: Floats, theirs: Floats) -> Floats:
    """Return how many standard errors of the difference the means of figures lie apart."""
    error = [np.std(each, axis=0, ddof=1) / np.sqrt(len(each)) for each in (ours, theirs)]
    found: Floats = (ours.mean(axis=0) - theirs.mean(axis=0)) / np.hypot(*error)
    return found
