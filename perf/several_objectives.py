"""How fast are searches for several objectives, beside pymoo in the same run?

    python perf/several_objectives.py [--runs 31] [--evaluations 10000] [--out FILE]

NSGA-II of ours and of pymoo at equal definitions, on NAS-Bench-201 (CIFAR-10, error and latency), population 100; then
the hypervolume after every one of 300 evaluations, of 10,000 runs of each kind of cloud. Processor seconds of one core.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.mutation import Mutation
from pymoo.core.problem import Problem
from pymoo.operators.crossover.ux import UniformCrossover
from pymoo.operators.sampling.rnd import IntegerRandomSampling
from pymoo.optimize import minimize
from threadpoolctl import threadpool_limits

import nassim
from nassim.stats.pareto import hypervolume_over_time

BENCH = nassim.load("nb201/cifar10")
POPULATION, CLOUD = 100, (10_000, 300, 2)


class Redrawn(Mutation):
    """Each gene is drawn anew with probability 1 / genes."""

    def _do(self, _: Problem, x: NDArray[np.int64], random_state: Any = None, **__: Any) -> NDArray[np.int64]:
        changed = x.copy()
        chosen = random_state.random(x.shape) < 1 / x.shape[1]
        changed[chosen] = random_state.integers(0, 5, size=x.shape)[chosen]
        return changed


class Cells(Problem):
    """Error and latency of cells, for a run that always sees the same training of each."""

    def __init__(self, run: int) -> None:
        super().__init__(n_var=6, n_obj=2, xl=0, xu=4, vtype=int)
        self.seed = np.array([run * 7919 % 2**32], dtype=np.uint32)

    def _evaluate(self, x: NDArray[np.int64], out: dict[str, Any], *_: Any, **__: Any) -> None:
        archs = x.astype(np.int8)
        outcome = BENCH.evaluate(nassim.Query(archs), np.repeat(self.seed, len(archs)))
        out["F"] = np.column_stack([outcome.error, BENCH.cost("latency", archs)])


def ours(runs: int, evaluations: int) -> None:
    """Search as nassim does."""
    search = {"runs": runs, "evaluations": evaluations, "objectives": ["error", "latency"]}
    nassim.simulate("nsga2", BENCH, **search, tournament="dominance")


def theirs(runs: int, evaluations: int) -> None:
    """Search as pymoo does, one run after the other."""
    for run in range(runs):
        crossover = UniformCrossover(prob=0.9)
        method = NSGA2(POPULATION, IntegerRandomSampling(), crossover=crossover, mutation=Redrawn(prob=1.0))
        minimize(Cells(run), method, ("n_eval", evaluations), seed=run)


def seconds(work: Callable[[], object]) -> float:
    """Return how many processor seconds something takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=31)
    parser.add_argument("--evaluations", type=int, default=10_000)
    parser.add_argument("--out", type=Path, help="a JSON file for the numbers")
    asked = parser.parse_args()
    random = np.random.default_rng(0).random(CLOUD)
    bent = np.stack([random[:, :, 0], np.clip(1 - random[:, :, 0] + 0.3 * random[:, :, 1], 0, 1)], axis=2)
    with threadpool_limits(1):
        found = {
            "nsga2": seconds(lambda: ours(asked.runs, asked.evaluations)),
            "pymoo": seconds(lambda: theirs(asked.runs, asked.evaluations)),
            "hypervolume of random clouds": seconds(lambda: hypervolume_over_time(random, np.ones(2))),
            "hypervolume of fronts": seconds(lambda: hypervolume_over_time(bent, np.ones(2))),
        }
    found["pymoo / nsga2"] = found["pymoo"] / found["nsga2"]
    for name, value in found.items():
        print(f"{name:30} {value:.2f}")
    if asked.out:
        asked.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
