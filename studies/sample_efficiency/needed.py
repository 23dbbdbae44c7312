"""How good is what each strategy has found after so many trainings, and how many it needs: the numbers of README.md.

nassim run studies/sample_efficiency && python studies/sample_efficiency/needed.py results/sample_efficiency
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from scipy.stats import gmean

import nassim
from nassim.core.arrays import Floats
from nassim.core.random_streams import Streams
from nassim.core.trace import RECOMMENDED, Trace
from nassim.stats.paired import signed_rank
from nassim.stats.targets import expected_running_time, hitting_times
from nassim.study.results import ResultsFolder

STUDIES = Path(__file__).parents[1]
BUDGETS = (50, 100, 150, 200, 300)
SHOWN = (100, 300)  # budgets of the table by family
GOOD = 0.001  # share of the architectures of a table that are good
RANDOM, PEER = "random_search", "optuna[sampler=TPESampler]"
EVOLUTION = "regularized_evolution[population=50,sample=10]"
Found = dict[str, "Row"]  # by strategy, on one benchmark


class Row(NamedTuple):
    """What one strategy did on one benchmark."""

    regrets: list[float]  # mean over runs, after each budget
    good: float  # trainings until one of the good architectures was trained
    best: float  # until the best
    share: float  # of the runs that trained the best
    final: Floats  # (runs,) regret at the end


def row(trace: Trace, good: float) -> Row:
    """Return a trace's numbers; a run that ends without a target is followed by another (COCO's expected time)."""
    regret, numbers = trace.regret(), np.broadcast_to(np.arange(1.0, trace.events + 1), trace.truth.shape)
    targets = np.array([good, trace.provenance["optimum"]])
    hits = hitting_times(trace.truth, numbers, targets)
    needed = expected_running_time(hits, trace.lengths.astype(float))
    regrets = [float(regret[:, budget - 1].mean()) for budget in BUDGETS if budget <= trace.events]
    return Row(regrets, *map(float, needed), float(np.isfinite(hits[:, 1]).mean()), regret[:, -1])


def rows(results: ResultsFolder, benchmark: str, good: float) -> Found:
    """Return every strategy's numbers; if one chooses what it hands in, also as if it handed in the lowest error."""
    found = {}
    for label in results.strategies:
        trace = results.trace(label, benchmark)
        found[label] = row(trace, good)
        if RECOMMENDED in trace.diagnostics:
            found[f"{label}, the lowest instead"] = row(replace(trace, diagnostics={}), good)
    return found


def good_error(benchmark: str) -> float:
    """Return the true error that a share GOOD of all architectures of a table have at most."""
    bench = nassim.load(benchmark)
    return float(np.nanquantile(bench.truth(bench.space.at(np.arange(bench.space.size))), GOOD))


def exhausted(benchmark: str, trace: Trace) -> float:
    """Return the mean regret of runs that train the whole table and hand in the lowest error that they see.

    More cannot be seen with one seed each, so less than this is luck, or not looking at what is lucky.
    """
    bench = nassim.load(benchmark)
    archs = bench.space.at(np.arange(bench.space.size))
    truth = bench.truth(archs)
    training_seeds = Streams(trace.provenance["seed"], "luck", trace.runs).random_words(np.arange(trace.runs.size), 1)[
        :, 0
    ]
    seen = (
        bench.evaluate(nassim.Query(archs), np.full(len(archs), training_seed)).error
        for training_seed in training_seeds
    )
    return float(np.mean([truth[np.nanargmin(errors)] for errors in seen]) - bench.optimum)


def table(benchmark: str, within: float, found: Found) -> Iterator[str]:
    """Yield the lines of one benchmark's table; strategies by their last regret, p by Wilcoxon against the peer."""
    after = [f"after {budget}" for budget in BUDGETS[: len(found[PEER].regrets)]]
    yield from heading(benchmark, *after, f"until within {within:.2g}", "until the best", "of the runs", "p")
    for label, one in sorted(found.items(), key=lambda pair: pair[1].regrets[-1]):
        p = "" if label == PEER else f"{signed_rank(one.final, found[PEER].final).p:.1g}"
        means = " | ".join(f"{regret:.3g}" for regret in one.regrets)
        yield f"| {label} | {means} | {count(one.good)} | {count(one.best)} | {one.share:.0%} | {p} |"


def overall(all_found: dict[str, Found]) -> Iterator[str]:
    """Yield the lines of a table over all: regrets as shares of random search's, trainings until a good one."""
    families = families_of(all_found)
    first = next(iter(all_found.values()))
    after = [f"after {budget}" for budget in BUDGETS[: len(first[RANDOM].regrets)]]
    yield from heading("strategy", *after, *families, "trained the best")
    ratios = shares_of_random(all_found)
    for label in sorted(first, key=lambda label: ratios[label][-1]):
        good = [count(typical(all_found, family, label)) for family in families]
        share = np.mean([found[label].share for found in all_found.values()])
        yield f"| {label} | {' | '.join([*(f'{ratio:.2f}' for ratio in ratios[label]), *good, f'{share:.0%}'])} |"


def shares_of_random(all_found: dict[str, Found]) -> dict[str, list[float]]:
    """Return mean regrets after each budget as shares of random search's, geometric means over benchmarks."""
    return {
        label: gmean(
            [np.divide(found[label].regrets, found[RANDOM].regrets) for found in all_found.values()], axis=0
        ).tolist()
        for label in next(iter(all_found.values()))
    }


def of_family(all_found: dict[str, Found], family: str) -> dict[str, Found]:
    """Return what was found on the benchmarks of one family."""
    return {name: found for name, found in all_found.items() if name.partition("/")[0] == family}


def families_of(all_found: dict[str, Found]) -> list[str]:
    """Return the families of benchmarks, in their order."""
    return list(dict.fromkeys(benchmark.partition("/")[0] for benchmark in all_found))


def by_family(all_found: dict[str, Found]) -> Iterator[str]:
    """Yield the lines of a table of regrets as shares of random search's, after two budgets, for each family."""
    families = families_of(all_found)
    ratios = {family: shares_of_random(of_family(all_found, family)) for family in families}
    run = len(next(iter(ratios[families[0]].values())))
    budgets = [place for place, budget in enumerate(BUDGETS[:run]) if budget in SHOWN]
    heads = [f"{family}, after {BUDGETS[place]}" for family in families for place in budgets]
    yield from heading("strategy", *heads)
    for label in next(iter(ratios.values())):
        known = [ratios[family][label] for family in families]
        cells = (f"{ratio[place]:.2f}" for ratio in known for place in budgets)
        yield f"| {label} | {' | '.join(cells)} |"


def over_tables(all_found: dict[str, Found]) -> dict[str, dict[str, list[float]]]:
    """Return p by Wilcoxon over benchmarks, each a pair of regrets, after the SHOWN budgets, by strategy and rival.

    A few runs cannot tell two strategies apart on one benchmark (5 pairs: p is 0.06 or more); many benchmarks can.
    """
    first = next(iter(all_found.values()))
    places = [place for place, budget in enumerate(BUDGETS[: len(first[RANDOM].regrets)]) if budget in SHOWN]
    with np.errstate(divide="ignore"):  # a regret of zero is smaller by more than any other
        logs = {label: np.log([found[label].regrets for found in all_found.values()])[:, places].T for label in first}
    rivals = [rival for rival in (RANDOM, PEER, EVOLUTION) if rival in first]
    return {
        label: {rival: [signed_rank(*pair).p for pair in zip(mine, logs[rival], strict=True)] for rival in rivals}
        for label, mine in logs.items()
    }


def compared(all_found: dict[str, Found]) -> Iterator[str]:
    """Yield the lines of a table of the p values over benchmarks."""
    tests = over_tables(all_found)
    rivals = next(iter(tests.values()))
    yield from heading(
        "p over the tables",
        *(f"{rival}, after {budget}" for rival, many in rivals.items() for budget, _ in zip(SHOWN, many, strict=False)),
    )
    for label, against in tests.items():
        yield f"| {label} | {' | '.join(f'{p:.2g}' for many in against.values() for p in many)} |"


def heading(*columns: str) -> Iterator[str]:
    """Yield the first two lines of a table in Markdown."""
    yield f"\n| {' | '.join(columns)} |"
    yield "|---|" + "---:|" * (len(columns) - 1)


def typical(all_found: dict[str, Found], family: str, label: str) -> float:
    """Return the median over a family's benchmarks of the trainings until a good architecture."""
    return float(np.median([found[label].good for found in of_family(all_found, family).values()]))


def count(needed: float) -> str:
    """Return a number of trainings as text."""
    return f"{needed:,.0f}" if np.isfinite(needed) else "-"


def main() -> None:
    """Print a table per benchmark and one over all."""
    results, write = ResultsFolder.open(sys.argv[1]), Console(soft_wrap=True, markup=False, highlight=False).print
    all_found, floors = {}, {}
    for benchmark in results.benchmarks:
        good, peer = good_error(benchmark), results.trace(PEER, benchmark)
        all_found[benchmark] = rows(results, benchmark, good)
        for line in table(benchmark, good - peer.provenance["optimum"], all_found[benchmark]):
            write(line)
        floors[benchmark] = exhausted(benchmark, peer)
        write(f"\nTraining the whole table and handing in the lowest error: {floors[benchmark]:.3g}")
    if RANDOM in results.strategies:
        for line in (*overall(all_found), *by_family(all_found), *compared(all_found)):
            write(line)
    kept: dict[str, Any] = {"the whole table": floors}
    for benchmark, found in all_found.items():
        for label, one in found.items():
            p = signed_rank(one.final, found[PEER].final).p
            kept[f"{label} on {benchmark}"] = [*one.regrets, one.share, p]
    if RANDOM in results.strategies:
        kept |= shares_of_random(all_found)
        families = families_of(all_found)
        shares = {family: shares_of_random(of_family(all_found, family)) for family in families}
        needed = {label: [typical(all_found, family, label) for family in families] for label in all_found[benchmark]}
        kept["by family"] = {label: [shares[family][label] for family in families] for label in needed}
        kept["over the tables"] = over_tables(all_found)
        kept["until a good one"] = {
            label: [one if np.isfinite(one) else None for one in many] for label, many in needed.items()
        }
    numbers = STUDIES / results.spec.name / "numbers"
    numbers.mkdir(parents=True, exist_ok=True)
    (numbers / "needed.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
