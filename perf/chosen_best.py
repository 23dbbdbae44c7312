"""How often is a strategy called worse than the best, when the best was chosen from the same runs?

Simulated studies of eleven strategies. Each takes runs from a pool of regularized evolution on a table of
NAS-Bench-201: eleven copies that differ in nothing but their draws, paired by the training luck of each run, as
strategies of a study are; within each run the copies are shuffled, so that they are alike in truth. For power, one of
them is worse by 0.1 points in every run. Compared are ways to adjust the tests of all others against the one of
lowest mean:

holm          as if the best had been named before (what reports did at first)
range         step by step by the studentized range: nassim.stats.many.against_chosen (what they do)
all pairs     Holm over all pairs

python perf/chosen_best.py                          # 2,000 studies of 100 runs on each table
python perf/chosen_best.py --studies 500 --runs 20
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

import nassim
from nassim.core.arrays import Floats
from nassim.stats.many import against_chosen
from nassim.stats.paired import SignedRank, holm, signed_rank
from nassim.strategies.regularized_evolution import RegularizedEvolution

Adjust = Callable[[Floats], set[int]]  # from regrets (strategies, runs) to those called worse than the best

TABLES = ("nb201/cifar10", "nb201/cifar100", "nb201/imagenet16-120")
COPIES, POOL, LEVEL = 11, 1000, 0.05
WORSE_BY = 0.1  # points of error
NUMBERS = Path(__file__).with_suffix(".json")


def pool(table: str) -> Floats:
    """Return final regrets of copies of one strategy in the same runs, (copies, runs)."""
    kinds = [
        type(f"Copy{number}", (RegularizedEvolution,), {"__module__": f"copy{number}"}) for number in range(COPIES)
    ]
    settings: dict[str, Any] = {"population": 50, "sample": 10}
    traces = (nassim.simulate(kind, table, runs=POOL, evaluations=300, **settings) for kind in kinds)
    return np.stack([trace.regret()[:, -1] for trace in traces])


def studies(regrets: Floats, count: int, runs: int, worse_by: float) -> Iterator[Floats]:
    """Yield the regrets (strategies, runs) of simulated studies, in which the last strategy is worse by so much."""
    generator = np.random.default_rng(0)
    for _ in range(count):
        drawn = regrets[:, generator.choice(regrets.shape[1], runs, replace=False)]
        shuffled = generator.permuted(drawn, axis=0)
        shuffled[-1] += worse_by
        yield shuffled


def tests(regrets: Floats, best: int) -> dict[int, SignedRank]:
    """Return the test of each strategy against one."""
    return {row: signed_rank(regrets[row], regrets[best]) for row in range(len(regrets)) if row != best}


def by(adjusted: Callable[[Floats], Floats]) -> Adjust:
    """Return the way that adjusts the p values of all tests against the lowest mean."""

    def called_worse(regrets: Floats) -> set[int]:
        found = tests(regrets, int(regrets.mean(axis=1).argmin()))
        p = adjusted(np.array([test.p for test in found.values()]))
        return {row for (row, test), p in zip(found.items(), p, strict=True) if p < LEVEL and test.effect > 0}

    return called_worse


def all_pairs(regrets: Floats) -> set[int]:
    """Return which strategies are worse than the one of the lowest mean, by Holm over all pairs."""
    pairs = list(combinations(range(len(regrets)), 2))
    found = [signed_rank(regrets[first], regrets[second]) for first, second in pairs]
    adjusted = holm([test.p for test in found])
    best = int(regrets.mean(axis=1).argmin())
    worse = set()
    for (first, second), test, p in zip(pairs, found, adjusted, strict=True):
        if p < LEVEL and best in {first, second}:
            loser = first if test.effect > 0 else second
            worse |= {loser} - {best}
    return worse


WAYS: dict[str, Adjust] = {"holm": by(holm), "range": by(against_chosen), "all pairs": all_pairs}


def rates(regrets: Floats, count: int, runs: int) -> dict[str, dict[str, float]]:
    """Return by way the share of studies of equals in which any is called worse, and that in which the worse one is."""
    alike, apart = (dict.fromkeys(WAYS, 0) for _ in range(2))
    for equal in studies(regrets, count, runs, 0.0):
        for way, called_worse in WAYS.items():
            alike[way] += bool(called_worse(equal))
    for unequal in studies(regrets, count, runs, WORSE_BY):
        for way, called_worse in WAYS.items():
            apart[way] += len(regrets) - 1 in called_worse(unequal)
    return {way: {"equals": alike[way] / count, "power": apart[way] / count} for way in WAYS}


def main(
    studies: Annotated[int, typer.Option(help="How many simulated studies of each kind.")] = 2000,
    runs: Annotated[int, typer.Option(help="How many runs of each strategy.")] = 100,
) -> None:
    """Print the rates, and keep them for the tests."""
    found = {table: rates(pool(table), studies, runs) for table in TABLES}
    shown = Table("%", *(f"{table}: {kind}" for table in TABLES for kind in ("equals", "power")))
    for way in WAYS:
        shown.add_row(
            way, *(f"{100 * found[table][way][kind]:.1f}" for table in TABLES for kind in ("equals", "power"))
        )
    Console(width=150).print(shown)
    kept = json.loads(NUMBERS.read_text(encoding="utf-8")) if NUMBERS.exists() else {}
    kept[f"{runs} runs"] = {"studies": studies} | found
    NUMBERS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
