"""Compares searches on surrogates with those on the table that judges them: the numbers of README.md.

nassim run studies/surrogate_vs_table && python studies/surrogate_vs_table/compare.py results/surrogate_vs_table
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from scipy.stats import kendalltau

from nassim.benchmarks.samples import Samples
from nassim.study.results import Results
from nassim.trace import Trace

Floats = NDArray[np.float64]
Curves = dict[str, Floats]  # by strategy, mean true regret after each event


class Difference(NamedTuple):
    """A surrogate against the table, over all strategies; regrets are true ones, in points of error."""

    tau: float  # Kendall's, of the strategies by mean final regret
    mean: float  # of the final regrets' differences: > 0 = worse than on the table
    absolute: float  # mean absolute difference of final regrets
    largest: float  # final regret that is furthest off
    anytime: float  # mean absolute difference of the curves, over events and strategies


def compare(on_surrogate: Curves, on_table: Curves) -> Difference:
    """Return how the curves of the same strategies differ."""
    ends = np.array([[curves[name][-1] for name in on_table] for curves in (on_surrogate, on_table)])
    gaps = ends[0] - ends[1]
    anytime = [np.abs(on_surrogate[name] - on_table[name]).mean() for name in on_table]
    tau = float(kendalltau(*ends).statistic)
    return Difference(
        tau, float(gaps.mean()), float(np.abs(gaps).mean()), float(np.abs(gaps).max()), float(np.mean(anytime))
    )


def curves_of(results: Results, benchmark: str) -> Curves:
    """Return the mean true regret of each strategy after each event."""
    return {name: results.trace(name, benchmark).regret().mean(axis=0) for name in results.strategies}


def by_unseen(trace: Trace, samples: Samples) -> float:
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


def surrogates_of(results: Results) -> dict[tuple[str, int], list[str]]:
    """Return (name of the table, trainings) -> the labels of the surrogates that learned from so many."""
    found: dict[tuple[str, int], list[str]] = {}
    for label, asked in results.study["surrogates"].items():
        found.setdefault((asked["name"], asked["surrogate"]["train"]), []).append(label)
    return found


def table(title: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> Table:
    """Return a table whose first two columns are words."""
    made = Table(title=title, title_justify="left")
    for number, name in enumerate(head):
        made.add_column(name, justify="left" if number < 1 else "right")
    for row in rows:
        made.add_row(*row)
    return made


def main() -> None:
    """Print three tables: differences, what each strategy finds, and what the table says by unseen seeds."""
    results, console = Results.open(sys.argv[1]), Console(width=150)
    learned = surrogates_of(results)
    names = list(dict.fromkeys(name for name, _ in learned))
    curves = {label: curves_of(results, label) for label in results.benchmarks}
    rows = []
    for (name, train), labels in learned.items():
        each = np.array([compare(curves[label], curves[name]) for label in labels])
        rows.append([name, f"{train:,}", *(f"{value:.3f}" for value in each.mean(axis=0)), f"{each[:, 0].min():.2f}"])
    head = ("table", "trainings", *Difference._fields, "lowest tau")
    console.print(table("surrogates against the table: means over what was learned from", head, rows))
    sizes = list(dict.fromkeys(train for _, train in learned))
    for name in names:
        samples = Samples.load(name)
        head = ("strategy", "table", "by unseen seeds", *(f"{train:,}" for train in sizes))
        console.print(
            table(f"{name}: mean true regret after the last event", head, found(results, curves, name, samples, sizes))
        )


def found(
    results: Results, curves: dict[str, Curves], name: str, samples: Samples, sizes: list[int]
) -> list[list[str]]:
    """Return the final regrets of every strategy: on the table, there by unseen seeds, and on surrogates."""
    learned = surrogates_of(results)
    rows = []
    for strategy in results.strategies:
        unseen = by_unseen(results.trace(strategy, name), samples)
        ends = [np.mean([curves[label][strategy][-1] for label in learned[name, train]]) for train in sizes]
        rows.append([escape(strategy), *(f"{value:.3f}" for value in (curves[name][strategy][-1], unseen, *ends))])
    return rows


if __name__ == "__main__":
    main()
