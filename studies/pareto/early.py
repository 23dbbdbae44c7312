"""What searches for several objectives have found after 100, 300 and 1,000 trainings, and how many were different.

    nassim run studies/pareto
    nassim run studies/pareto/models.toml
    python studies/pareto/early.py results/pareto results/pareto_models

writes numbers/early.json, of every strategy on every benchmark, and prints the tables of README.md.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console

import nassim
from nassim.core.trace import Trace
from nassim.report.indicators import Scale
from nassim.stats.pareto import hypervolume, non_dominated
from nassim.stats.ranks import ranks

HERE = Path(__file__).parent
AFTER = (100, 300)  # and in the end


class Found(NamedTuple):
    """One strategy on one benchmark after so many trainings."""

    benchmark: str
    strategy: str
    after: int
    regret: float  # mean over runs of the hypervolume that is missed, % of the box between lowest and highest
    error: float  # the standard error of that mean
    rank: float  # among the strategies, mean over runs
    distinct: float  # mean number of different architectures that were trained


class Means(NamedTuple):
    """One strategy on a family of benchmarks, by the number of trainings."""

    share: dict[int, float]  # its regret as a share of random search's, the geometric mean over benchmarks
    rank: dict[int, float]  # mean over benchmarks
    distinct: float  # in the end


def rows_of(folder: str) -> Iterator[Found]:
    """Yield each strategy on each benchmark after each number of trainings that it has made."""
    results = nassim.results(folder)
    for benchmark in results.benchmarks:
        traces = {strategy: results.trace(strategy, benchmark) for strategy in results.strategies}
        end = next(iter(traces.values())).events
        steps = (*(number for number in AFTER if number < end), end)
        missed = {strategy: missed_after(trace, steps) for strategy, trace in traces.items()}
        for place, after in enumerate(steps):
            at = np.array([regret[place] for regret in missed.values()])
            places = ranks(at).mean(axis=-1)
            for (strategy, trace), values, rank in zip(traces.items(), at, places, strict=True):
                error = float(values.std(ddof=1) / np.sqrt(values.size))
                yield Found(
                    benchmark, strategy, after, float(values.mean()), error, float(rank), _distinct(trace, after)
                )


def missed_after(trace: Trace, steps: Sequence[int]) -> list[list[float]]:
    """Return by how much hypervolume each run's set is behind the exact front after so many trainings, (steps, runs).

    The set is what nothing dominates by what the run was told; the report split judges it. As `hypervolume_regret` of a
    report, which has it after every training.
    """
    scale, told = Scale.of(trace), trace.candidates()
    judged, corner = scale.values(trace), np.ones(told.shape[2])
    best = 0.0 if scale.front is None else hypervolume(scale.front, corner)
    sets = [
        [run[:after][non_dominated(seen[:after])] for run, seen in zip(judged, told, strict=True)] for after in steps
    ]
    return [[100 * (best - hypervolume(points, corner)) for points in runs] for runs in sets]


def _distinct(trace: Trace, after: int) -> float:
    """Return how many different architectures a run has trained by then, mean over runs."""
    return float(np.mean([len(np.unique(run[:after], axis=0)) for run in trace.archs]))


def means(rows: list[Found], benchmarks: list[str]) -> dict[str, Means]:
    """Return what each strategy comes to on a family of benchmarks."""
    known = {(row.benchmark, row.strategy, row.after): row for row in rows}
    found = {}
    for strategy in dict.fromkeys(row.strategy for row in rows):
        steps = sorted({row.after for row in rows})
        own = {step: [known[one, strategy, step] for one in benchmarks] for step in steps}
        found[strategy] = Means(
            {step: _share(own[step], [known[one, "random_search", step] for one in benchmarks]) for step in steps},
            {step: float(np.mean([row.rank for row in own[step]])) for step in steps},
            float(np.mean([row.distinct for row in own[steps[-1]]])),
        )
    return found


def table(found: dict[str, Means]) -> str:
    """Return a table in markdown: a line per strategy."""
    steps = next(iter(found.values())).share
    head = [*(f"after {step:,}" for step in steps), *(f"rank after {step:,}" for step in steps)]
    lines = [f"| strategy | {' | '.join(head)} | different of {max(steps):,} |", f"|---|{'---:|' * (len(head) + 1)}"]
    for strategy, row in found.items():
        cells = [*(f"{value:.2f}" for value in (*row.share.values(), *row.rank.values())), f"{row.distinct:.0f}"]
        lines.append(f"| {strategy} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _share(own: list[Found], others: list[Found]) -> float:
    """Return the regret as a share of random search's, the geometric mean over benchmarks."""
    pairs = zip(own, others, strict=True)
    return float(np.exp(np.mean([np.log(max(one.regret, 1e-3) / max(two.regret, 1e-3)) for one, two in pairs])))


def main(folders: list[str]) -> None:
    """Write the numbers and print the tables: of all benchmarks, and of those of each kind of objectives."""
    console = Console()
    plain = {}
    for folder in folders:
        name, rows = Path(folder).name, list(rows_of(folder))
        benchmarks = list(dict.fromkeys(row.benchmark for row in rows))
        kinds = dict.fromkeys(one.rpartition(", ")[2] for one in benchmarks)
        families = {"all": benchmarks, **{kind: [one for one in benchmarks if one.endswith(kind)] for kind in kinds}}
        tables = {family: means(rows, those) for family, those in families.items()}
        for family, found in tables.items():
            console.print(
                f"{name}: {family}, {len(families[family])} benchmarks\n\n{table(found)}\n",
                markup=False,
                soft_wrap=True,
            )
        plain[name] = {
            "tables": {family: {key: row._asdict() for key, row in found.items()} for family, found in tables.items()},
            "cells": [row._asdict() for row in rows],
        }
    (HERE / "numbers").mkdir(exist_ok=True)
    (HERE / "numbers" / "early.json").write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
