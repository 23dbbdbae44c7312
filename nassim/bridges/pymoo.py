"""A benchmark as a problem of pymoo (Blank and Deb, 2020), with one objective or several and with limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nassim.bridges.function import Function
from nassim.core.arrays import Archs, Floats
from nassim.core.benchmark import Benchmark
from nassim.core.errors import not_installed
from nassim.core.objectives import Objectives
from nassim.core.policies import ERROR, Limits

try:
    from pymoo.core.problem import Problem
except ImportError as error:
    raise not_installed("pymoo", error) from error


class NasProblem(Problem):  # type: ignore[misc]  # pymoo has no types
    """Variables are the numbers of options, one of each gene; those that are not whole are rounded down.

    F is what is minimised, and G by which share of its bound each limit is missed: at most 0 where it is kept. What
    failed, or is missing, is infinite.

    Args:
        benchmark: A benchmark, or its name.
        training_seed: Picks which repeated training of an architecture is seen; None = their mean.
        objectives: "error" and costs of the benchmark, as `nassim.simulate` takes them.
        constraints: Limits of costs, as `nassim.simulate` takes them.

    Raises:
        SettingError: If objectives or constraints are none of the benchmark's.
    """

    def __init__(
        self,
        benchmark: str | Benchmark,
        training_seed: int | None = None,
        objectives: Sequence[str] = (ERROR,),
        constraints: Limits | None = None,
    ) -> None:
        self.function = Function(benchmark, training_seed)
        self.benchmark = self.function.benchmark
        self.wanted = Objectives.of(self.benchmark, objectives, constraints or {})
        self.wanted.check_possible(self.benchmark)
        low, high = np.array(self.function.bounds).T
        sizes = {"n_obj": len(self.wanted.names), "n_ieq_constr": len(self.wanted.limits)}
        super().__init__(n_var=low.size, xl=low, xu=high, vtype=int, **sizes)

    def archs(self, x: Floats) -> Archs:
        """Return the architectures (n, genes) that variables (n, genes) stand for."""
        return self.function.archs(x)

    def _evaluate(self, x: Floats, out: dict[str, Floats], *_: object, **__: object) -> None:
        outcome = self.function.outcome(self.archs(x))
        out["F"] = np.nan_to_num(self.wanted.values(outcome.error, outcome.costs), nan=np.inf)
        out["G"] = np.nan_to_num(self.wanted.misses(outcome.error, outcome.costs), nan=np.inf)
