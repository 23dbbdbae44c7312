"""Compares searches on surrogates with those on the table that judges them: the numbers of README.md.

Only searches are compared; oracles have their rows of regrets, labelled.

nassim run studies/surrogate_vs_table && python studies/surrogate_vs_table/compare.py results/surrogate_vs_table
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from scipy.stats import kendalltau

from nassim.benchmarks.partial_table import PartialTable
from nassim.core.arrays import Floats
from nassim.core.roles import SEARCH, labelled
from nassim.core.trace import Trace
from nassim.study.results import ResultsFolder

NUMBERS = Path(__file__).parent / "numbers" / "compare.json"
UNSEEN = "by unseen seeds"
Curves = dict[str, Floats]  # by strategy, mean true regret after each event


class Difference(NamedTuple):
    """A surrogate against the table, over the same searches; regrets are true ones, in points of error."""

    tau: float  # Kendall's, of the searches by mean final regret
    mean: float  # of the final regrets' differences: > 0 = worse than on the table
    absolute: float  # mean absolute difference of final regrets
    largest: float  # final regret that is furthest off
    anytime: float  # mean absolute difference of the curves, over events and searches


def compare(on_surrogate: Curves, on_table: Curves) -> Difference:
    """Return how the curves of the searches of the second differ."""
    ends = np.array([[curves[name][-1] for name in on_table] for curves in (on_surrogate, on_table)])
    gaps = ends[0] - ends[1]
    anytime = [np.abs(on_surrogate[name] - on_table[name]).mean() for name in on_table]
    tau = float(kendalltau(*ends).statistic)
    return Difference(
        tau, float(gaps.mean()), float(np.abs(gaps).mean()), float(np.abs(gaps).max()), float(np.mean(anytime))
    )


def curves_of(results: ResultsFolder, benchmark: str) -> Curves:
    """Return the mean true regret of each strategy after each event."""
    return {name: results.trace(name, benchmark).regret().mean(axis=0) for name in results.strategies}


def searches_of(results: ResultsFolder) -> list[str]:
    """Return the strategies that are searches on every benchmark."""
    return [name for name in results.strategies if all(results.role(name, one) == SEARCH for one in results.benchmarks)]


def by_unseen(trace: Trace, samples: PartialTable) -> float:
    """Return the mean regret of what was found, by the seeds that the run has not seen; nan for mixtures.

    A run picks a cell for its one seed, which is a part of the mean over seeds that the cell is judged by.
    """
    if trace.provenance["hands_in"] == "latest":
        return float("nan")
    best = trace.incumbent()[:, -1:]
    seen, mean = (np.take_along_axis(values, best, axis=1)[:, 0] for values in (trace.error, trace.truth))
    found = np.take_along_axis(trace.archs, best[:, :, None], axis=1)[:, 0]
    count = samples.counts[samples.space.index(found)]
    return float(((count * mean - seen) / (count - 1)).mean() - trace.provenance["optimum"])


def surrogates_of(results: ResultsFolder) -> dict[tuple[str, int], list[str]]:
    """Return (name of the table, trainings) -> the labels of the surrogates that learned from so many."""
    found: dict[tuple[str, int], list[str]] = {}
    for searched in results.spec.benchmarks:
        if searched.surrogate is not None:
            found.setdefault((searched.name, searched.learned_from["train"]), []).append(searched.label)
    return found


def measured(results: ResultsFolder) -> dict[str, Any]:
    """Return {"differences": {"table, trainings": numbers}, "regrets": {table: {strategy: numbers}}}."""
    learned = surrogates_of(results)
    curves = {label: curves_of(results, label) for label in results.benchmarks}
    tables = dict.fromkeys(name for name, _ in learned)
    found = {name: regrets(results, curves, name, learned) for name in tables}
    searches = searches_of(results)
    differences = {}
    for (name, train), labels in learned.items():
        on_table = {search: curves[name][search] for search in searches}
        each = np.array([compare(curves[label], on_table) for label in labels])
        numbers = dict(zip(Difference._fields, each.mean(axis=0).tolist(), strict=True))
        fair = [found[name][search][f"from {train:,}"] - found[name][search][UNSEEN] for search in searches]
        differences[f"{name}, {train:,}"] = numbers | {
            "lowest tau": float(each[:, 0].min()),
            "mean by unseen seeds": float(np.mean(fair)),
        }
    return {"differences": differences, "regrets": found}


def regrets(
    results: ResultsFolder, curves: dict[str, Curves], name: str, learned: dict[tuple[str, int], list[str]]
) -> dict[str, dict[str, float]]:
    """Return the final true regret of every strategy: on the table, there by unseen seeds, and on surrogates."""
    samples = PartialTable.load(name)
    found: dict[str, dict[str, float]] = {}
    for strategy in results.strategies:
        ends = {label: float(curves[label][strategy][-1]) for label in results.benchmarks}
        sizes = {
            f"from {train:,}": float(np.mean([ends[label] for label in labels]))
            for (table, train), labels in learned.items()
            if table == name
        }
        unseen = by_unseen(results.trace(strategy, name), samples)
        found[labelled(strategy, results.role(strategy, name))] = {"table": ends[name], UNSEEN: unseen, **sizes}
    return found


def shown(title: str, rows: Mapping[str, Mapping[str, float]]) -> Table:
    """Return a table of rows of numbers with the same names."""
    made = Table(title=title, title_justify="left")
    for name in ("", *next(iter(rows.values()))):
        made.add_column(name, justify="right" if name else "left")
    for name, numbers in rows.items():
        made.add_row(escape(name), *("" if np.isnan(number) else f"{number:.3f}" for number in numbers.values()))
    return made


def main() -> None:
    """Print differences, then what each strategy finds and what the table says by unseen seeds; keep it for tests."""
    numbers, console = measured(ResultsFolder.open(sys.argv[1])), Console(width=150)
    console.print(shown("surrogates against the table: means over what was learned from", numbers["differences"]))
    for name, rows in numbers["regrets"].items():
        console.print(shown(f"{name}: mean true regret after the last event", rows))
        for row in rows.values():
            row[UNSEEN] = None if np.isnan(row[UNSEEN]) else row[UNSEEN]  # JSON has no nan
    NUMBERS.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
