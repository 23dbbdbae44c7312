"""Each reward written out for one architecture, and the best of all architectures, one limit at a time."""

from __future__ import annotations

import numpy as np

from tests.report.marks.compare import Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.limits import groups
from tests.report.marks.told import Told

REWARDS = {  # of error, cost and limit: what is lowest is best
    0: lambda e, c, t: e,
    1: lambda e, c, t: e if c <= t else 100 * c / t,
    2: lambda e, c, t: e + 100 * max(c / t - 1, 0),
    3: lambda e, c, t: -(1 - e / 100) * (c / t) ** -0.07,
    4: lambda e, c, t: -(1 - e / 100) / max(c / t, 1),
    5: lambda e, c, t: -(1 - e / 100) + 0.07 * abs(c / t - 1),
}


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return two panels of every table and cost that is searched under one upper limit."""
    return {
        f"reward-optimum-{table}-{cost}": _panels(told, benchmarks[0][1], cost)
        for (table, cost), benchmarks in groups(told).items()
        if told.study.architecture_index(benchmarks[0][1]) is not None
    }


def _panels(told: Told, benchmark: str, cost: str) -> list[Panel]:
    bench = told.study.benchmark(benchmark)
    every = bench.everything()
    pairs = list(zip(bench.truth(every).tolist(), bench.cost(cost, every).tolist(), strict=True))
    ordered = sorted(c for _, c in pairs)
    at = np.arange(1, 100)
    limits = [_quantile(ordered, percent / 100) for percent in at.tolist()]
    upper, lower = [Mark("line", "", np.array([np.nan] * 2), np.array([1.0, 1.0]))], []
    for number, reward in REWARDS.items():
        best = [min(pairs, key=lambda pair, t=t, reward=reward: reward(*pair, t)) for t in limits]
        ratios = [c / t for (_, c), t in zip(best, limits, strict=True)]
        upper.append(Mark("line", f"series-{number}-line", at, np.array(ratios)))
        lower.append(Mark("line", f"series-{number}-line", at, np.array([e for e, _ in best])))
    return [Panel(upper, ("linear", "log")), Panel(lower)]


def _quantile(ordered: list[float], share: float) -> float:
    """Return the linear interpolation between the two nearest of all."""
    place = share * (len(ordered) - 1)
    below = int(place)
    return ordered[below] + (place - below) * (ordered[min(below + 1, len(ordered) - 1)] - ordered[below])
