"""Local search driven by hand, its evaluations sorted into climbs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import nassim
from nassim.core.arrays import Archs
from nassim.core.benchmark import Benchmark, Query
from nassim.core.space import Space
from nassim.strategies.local_search import SCOUT, LocalSearch


class Step(NamedTuple):
    """One evaluation."""

    arch: Archs
    tag: int
    error: float


def search(space: Space, error_of: Callable[[Archs], Any], evaluations: int, **options: Any) -> list[Step]:
    """Drive one run by hand."""
    run = nassim.solo(LocalSearch, space, **options)
    steps = []
    for _ in range(evaluations):
        asked = run.ask()
        steps.append(Step(asked.archs[0], int(asked.tag[0]), float(error_of(asked.archs)[0])))
        run.tell(asked, steps[-1].error)
    return steps


def climbs(steps: list[Step]) -> list[list[Step]]:
    """Return the completed climbs, each from its random start to before the next."""
    starts = [number for number, step in enumerate(steps) if step.tag == SCOUT]
    return [steps[start:end] for start, end in pairwise(starts)]


def error_in(benchmark: Benchmark) -> Callable[[Archs], Any]:
    """Return the mean error of the benchmark as a function of the architecture alone."""
    return lambda archs: benchmark.evaluate(Query(archs)).error
