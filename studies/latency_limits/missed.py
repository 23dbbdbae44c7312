"""How often what a run hands in misses the limit, by each rule of handing in, from one and the same trainings.

    nassim run studies/latency_limits
    nassim run studies/latency_limits/exponents.toml
    python studies/latency_limits/missed.py results/latency_limits results/latency_limits_exponents

writes numbers/missed.json, of every strategy and limit, and prints the tables of README.md, means over limits.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console

import nassim
from nassim.core.constraint_handling import told_error
from nassim.core.policies import HandIn, Handling
from nassim.core.trace import Trace
from nassim.core.trace_schema import VIOLATION

HERE = Path(__file__).parent
RULES: tuple[HandIn, ...] = ("best-feasible", "best-told")
TABLES = ("nb201/cifar10", "nb201/cifar100", "nb201/imagenet16-120")
LIMITS = 9  # of the study
PERCENTILES = np.arange(1, 100)
FORMS: tuple[tuple[Handling, float | None], ...] = (
    ("none", None),
    ("feasibility-first", None),
    ("penalty", 100.0),
    ("penalty", 10.0),
    ("mnasnet-soft", -0.07),
    ("mnasnet-soft", -0.3),
    ("mnasnet-soft", -1.0),
    ("mnasnet-hard", None),
    ("tunas", -0.07),
    ("tunas", -0.3),
    ("tunas", -1.0),
)
WITHIN = (0.0, 0.01, 0.05)  # shares of the limit by which it may be missed


class Found(NamedTuple):
    """One strategy under one limit, by one rule."""

    strategy: str
    benchmark: str
    rule: str
    nothing: float  # share of the runs that hand in nothing
    within: list[float]  # share of all runs whose latency is within the limit, and within 1 and 5 % more
    regret: float | None  # mean over the runs within the limit: error less the lowest within it; None = none is
    longest: float | None  # the longest latency that any run hands in, as a share of the limit; 1 = none is beyond it


class Means(NamedTuple):
    """One strategy, over all limits."""

    nothing: float  # by the rule best-feasible
    regret: float | None
    limits: int  # under which any run is within it
    within: list[float]  # by the rule best-told
    regret_told: float | None
    limits_told: int
    longest: float


class Exact(NamedTuple):
    """The best of all architectures by one reward, over limits at each percentile of the latency."""

    missed: list[float]  # share of the limits that it misses, by more than 1 % and by more than 5 %
    longest: float  # the longest latency as a share of the limit
    regret: float  # mean: error less the lowest within the limit; below 0 where it misses limits


def found_by(trace: Trace, strategy: str, benchmark: str, rule: HandIn) -> Found:
    """Return what the runs of a trace come to where they hand in by a rule; all else of them is the same."""
    asked = replace(trace, provenance={**trace.provenance, "hand_in": rule})
    last = asked.incumbent()[:, -1]
    rows = np.flatnonzero(last >= 0)
    missed, truth = (values[rows, last[rows]] for values in (trace.diagnostics[VIOLATION], trace.truth))
    kept = missed <= 0
    return Found(
        strategy,
        benchmark,
        rule,
        float((last < 0).mean()),
        [float((missed <= share).sum() / len(last)) for share in WITHIN],
        float(truth[kept].mean() - trace.provenance["optimum"]) if kept.any() else None,
        float(1 + missed.max()) if missed.size else None,
    )


def rows_of(folder: str) -> Iterator[Found]:
    """Yield each strategy under each limit by each rule."""
    results = nassim.results(folder)
    for benchmark in results.benchmarks:
        for strategy in results.strategies:
            trace = results.trace(strategy, benchmark)
            yield from (found_by(trace, strategy, benchmark, rule) for rule in RULES)


def means(rows: list[Found]) -> dict[str, Means]:
    """Return what each strategy comes to, means over benchmarks."""
    found = {}
    for strategy in dict.fromkeys(row.strategy for row in rows):
        kept, told = ([row for row in rows if (row.strategy, row.rule) == (strategy, rule)] for rule in RULES)
        found[strategy] = Means(
            float(np.mean([row.nothing for row in kept])),
            *_regret(kept),
            np.mean([row.within for row in told], axis=0).tolist(),
            *_regret(told),
            max(row.longest or 0 for row in told),
        )
    return found


def _regret(rows: list[Found]) -> tuple[float | None, int]:
    known = [row.regret for row in rows if row.regret is not None]
    return float(np.mean(known)) if known else None, len(known)


def exact(benchmark: str) -> dict[str, Exact]:
    """Return what the best of all architectures by each reward comes to, over limits at 99 percentiles."""
    bench = nassim.load(benchmark)
    every = bench.everything()
    error, latency = bench.truth(every), bench.cost("latency", every)
    found = {}
    for form, weight in FORMS:
        missed, regrets = [], []
        for bound in np.quantile(latency, PERCENTILES / 100):
            ratio = latency / bound
            told = told_error(form, weight, error, ratio[:, None], np.maximum(ratio - 1, 0))
            best = int(told.argmin())
            missed.append(float(ratio[best] - 1))
            regrets.append(float(error[best] - error[ratio <= 1].min()))
        shares = [float((np.array(missed) > share).mean()) for share in WITHIN]
        found[form if weight is None else f"{form}, {weight:g}"] = Exact(
            shares, 1 + max(missed), float(np.mean(regrets))
        )
    return found


def table(rows: dict[str, Means]) -> str:
    """Return a table in markdown: a line per strategy."""
    lines = [
        "| strategy | best-feasible: nothing | regret | best-told: within | 1 % | 5 % | regret of these | longest |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for strategy, row in rows.items():
        cells = [_percent(row.nothing), _number(row.regret, row.limits), *map(_percent, row.within)]
        cells.append(_number(row.regret_told, row.limits_told))
        lines.append(f"| {strategy} | {' | '.join(cells)} | {row.longest:.2f} |")
    return "\n".join(lines)


def exact_table(found: dict[str, dict[str, Exact]]) -> str:
    """Return a table in markdown: a line per form, and for each data set how many limits its best misses."""
    names = [name.rpartition("/")[2] for name in found]
    lines = [f"| form | {' | '.join(f'{name}: misses | by more than 5 % | longest | regret' for name in names)} |"]
    lines.append(f"|---|{'---:|' * (4 * len(names))}")
    for form in next(iter(found.values())):
        cells = [
            cell
            for each in found.values()
            for cell in (
                _percent(each[form].missed[0]),
                _percent(each[form].missed[2]),
                f"{each[form].longest:.2f}",
                f"{each[form].regret:.2f}",
            )
        ]
        lines.append(f"| {form} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _number(regret: float | None, limits: int) -> str:
    return "-" if regret is None else f"{regret:.2f}" + (f" (of {limits})" if limits < LIMITS else "")


def main(folders: list[str]) -> None:
    """Write the numbers and print the tables."""
    console = Console()
    optima = {name: exact(name) for name in TABLES}
    console.print(f"exact\n\n{exact_table(optima)}\n", markup=False, soft_wrap=True)
    numbers = {Path(folder).name: list(rows_of(folder)) for folder in folders}
    for name, rows in numbers.items():
        console.print(f"{name}\n\n{table(means(rows))}\n", markup=False, soft_wrap=True)
    plain = {
        "exact": {form: {name: optima[name][form]._asdict() for name in optima} for form in optima[TABLES[0]]},
        **{
            name: {
                "means": {strategy: row._asdict() for strategy, row in means(rows).items()},
                "cells": [row._asdict() for row in rows],
            }
            for name, rows in numbers.items()
        },
    }
    (HERE / "numbers").mkdir(exist_ok=True)
    (HERE / "numbers" / "missed.json").write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
