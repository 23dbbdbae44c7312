"""What each run recommends, run by run: does it keep the limit, and what is it worth?"""

from __future__ import annotations

import math
import re

import numpy as np

from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.lines import stretches
from tests.report.marks.told import Run, Told, limits

Groups = dict[tuple[str, str], list[tuple[float, str]]]  # of a table and a cost: limits and benchmarks


def groups(told: Told) -> Groups:
    """Return which benchmarks limit the same cost of the same table, by increasing limits."""
    found: Groups = {}
    for benchmark in told.study.benchmarks:
        provenance = told.study.trace(told.study.strategies[0], benchmark).provenance
        for said in provenance.get("limits", []):
            cost, _, bound = said.split()
            table = re.sub(r"[^a-zA-Z0-9_.]+", "-", provenance["benchmark"])
            found.setdefault((table, cost), []).append((float(bound), benchmark))
    return {key: sorted(several) for key, several in found.items()}


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return two panels of every table and cost that is searched under several limits."""
    return {
        f"limits-{table}-{cost}": _panels(told, cost, several)
        for (table, cost), several in groups(told).items()
        if len(several) > 1
    }


def _panels(told: Told, cost: str, several: list[tuple[float, str]]) -> list[Panel]:
    at = np.array([bound for bound, _ in several])
    upper: list[Mark | Band] = []
    lower: list[Mark | Band] = [Mark("line", "", at, np.array([_lowest(told, cost, *one) for one in several]))]
    for name in told.study.strategies:
        within = [_within(told, cost, bound, benchmark, name) for bound, benchmark in several]
        shares = [len(errors) / runs for errors, runs in within]
        means = [sum(errors) / len(errors) if errors else math.nan for errors, _ in within]
        ends = np.array([limits(errors, max(errors, default=0)) for errors, _ in within])
        owner = told.owners[name]
        upper.append(Mark("line", f"{owner}-line", at, np.array(shares)))
        lower.append(Mark("line", f"{owner}-line", at, np.array(means)))
        for places in stretches([not math.isnan(low) for low, _ in ends]):
            inner = np.concatenate([at[places][:-1] + part * np.diff(at[places]) for part in (1e-3, 0.5, 1 - 1e-3)])
            low, high = (np.interp(inner, at[places], side[places]) for side in ends.T)  # off the edges
            lower.append(Band(f"{owner}-band", inner, low, high, steps=False))
    return [Panel(upper), Panel(lower)]


def _within(told: Told, cost: str, bound: float, benchmark: str, name: str) -> tuple[list[float], int]:
    """Return the errors of what runs recommend and keeps the limit, and how many runs there are."""
    trace, bench = told.study.trace(name, benchmark), told.study.benchmark(benchmark)
    errors = []
    for row in range(len(trace.runs)):
        run = Run(trace, row, 0.0)
        seen = trace.error[row, : run.length].tolist()
        spent = bench.cost(cost, trace.archs[row, : run.length]).tolist()
        allowed = [place for place, value in enumerate(spent) if value <= bound * (1 + 1e-5)]  # written to 6 digits
        if trace.provenance["hand_in"] == "best-told":
            told_errors = trace.diagnostics.get("told error", trace.error)[row, : run.length].tolist()
            place = told_errors.index(min(told_errors))
            errors += [float(trace.truth[row, place])] if place in allowed else []
        elif allowed:
            errors.append(float(trace.truth[row, min(allowed, key=seen.__getitem__)]))
    return errors, len(trace.runs)


def _lowest(told: Told, cost: str, bound: float, benchmark: str) -> float:
    bench = told.study.benchmark(benchmark)
    every = bench.everything()
    pairs = zip(bench.truth(every).tolist(), bench.cost(cost, every).tolist(), strict=True)
    return min(error for error, spent in pairs if spent <= bound * (1 + 1e-5))
