"""What searches of other data sets are worth: the last tables of README.md, and warm_start.png.

    nassim run studies/transfer && python studies/transfer/compare.py results/transfer

Regrets are in the unit of each data set. "Worth" is after how many evaluations evolution that knows nothing of other
data sets is as good, on average.
"""

from __future__ import annotations

import sys
from itertools import combinations, product
from pathlib import Path

import numpy as np
from elsewhere import GROUPS, sources, table, truth
from keeping import keep, numbers_of
from matplotlib import pyplot as plt
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.stats import kendalltau, t

from nassim.core.arrays import Floats
from nassim.study.results import ResultsFolder

COLD, GAUSSIAN = "evolution", "gaussian_process"
FROM = ", from the {} alike"
WARM = {source: FROM.format(word) for source, word in (("like", "most"), ("unlike", "least"))}
PLAIN = ("random_search", "local_search[neighbourhood=first]", COLD, "genetic_algorithm", "simulated_annealing")
PLAIN += ("reinforce[learning_rate=0.05]", GAUSSIAN)
EARLY = (10, 30)
FIRST = 3  # evaluations before which means of so few runs say little
TITLES = ("NAS-Bench-201", "FC-Net", "NAS-Bench-Graph")
COLOURS = {COLD: "#4477aa", GAUSSIAN: "#ee6677"}
STYLES = {"": "-", WARM["like"]: "--", WARM["unlike"]: ":"}


def reached(curve: Floats, value: float) -> str:
    """Return after how many evaluations a mean curve is as low as a value."""
    as_low = curve <= value
    return f"{int(as_low.argmax()) + 1}" if as_low.any() else f"> {curve.size}"


def order(results: ResultsFolder, benchmark: str, half: slice = slice(None)) -> Floats:
    """Return the mean final regrets of the strategies that know nothing of other data sets, of some runs."""
    return np.array([results.trace(name, benchmark).regret()[half, -1].mean() for name in PLAIN])


def handed_in(results: ResultsFolder, strategy: str, benchmark: str) -> NDArray[np.int8]:
    """Return what each run hands in at the end (runs, genes)."""
    trace = results.trace(strategy, benchmark)
    return np.take_along_axis(trace.archs, trace.incumbent()[:, -1:, None], axis=1)[:, 0]


def transferred(results: ResultsFolder, of: str, on: str) -> float:
    """Return the mean regret on a data set of what evolution finds on another."""
    return float(table(on).truth(handed_in(results, COLD, of)).mean() - table(on).optimum)


def orders(results: ResultsFolder) -> Table:
    """Return how well the order of strategies agrees between data sets, and between halves of the runs of one."""
    shown = Table(title="order of seven strategies by mean final regret: Kendall's tau", title_justify="left")
    for head in ("", "mean over pairs", "lowest", "highest", "halves of the runs of one data set"):
        shown.add_column(head)
    runs = len(results.trace(COLD, results.benchmarks[0]).runs)
    first, second = slice(0, runs // 2), slice(runs // 2, None)
    for title, group in zip((*TITLES, "between spaces"), (*GROUPS, ()), strict=True):
        pairs = combinations(group, 2) if group else (p for g in combinations(GROUPS, 2) for p in product(*g))
        found = [kendalltau(order(results, one), order(results, other)).statistic for one, other in pairs]
        halves = [kendalltau(order(results, name, first), order(results, name, second)).statistic for name in group]
        ceiling = f"{np.mean(halves):.2f}" if halves else ""
        shown.add_row(title, f"{np.mean(found):.2f}", f"{np.min(found):.2f}", f"{np.max(found):.2f}", ceiling)
    return shown


def warm(results: ResultsFolder) -> Table:
    """Return what each warm start is worth on each data set."""
    shown = Table(title="warm starts: regret, and what it is worth in evaluations of evolution", title_justify="left")
    times = [*(f"after {n}" for n in EARLY), "last"]
    for head in ("data set", "evolution", *times, *(f"GP {time}" for time in times)):
        shown.add_column(head)
    for label in (label for group in GROUPS for label in group):
        cold = results.trace(COLD, label).regret().mean(axis=0)
        plain = results.trace(GAUSSIAN, label).regret().mean(axis=0)
        shown.add_row(label, f"{cold[-1]:.3g}", *said(cold, cold), *said(plain, cold))
        for source, words in WARM.items():
            curves = [results.trace(name + words, label).regret().mean(axis=0) for name in (COLD, GAUSSIAN)]
            other = sources(label)[source].partition("/")[2]
            shown.add_row(f"  from {other}", "", *(cell for curve in curves for cell in said(curve, cold)))
    return shown


def said(curve: Floats, cold: Floats) -> list[str]:
    """Return what a curve has reached early and at the end, and after how many evaluations the cold one is there."""
    at = [curve[n - 1] for n in EARLY] + [curve[-1]]
    return [f"{value:.3g} = {reached(cold, value)}" for value in at]


def found_elsewhere(results: ResultsFolder) -> Table:
    """Return what a search on another data set has found, and what that is worth."""
    shown = Table(title="evolution on another data set: regret here, and what it is worth", title_justify="left")
    for head in ("here", "from the most alike", "from the least alike", "evolution here"):
        shown.add_column(head)
    for label in (label for group in GROUPS for label in group):
        cold = results.trace(COLD, label).regret().mean(axis=0)
        found = [transferred(results, other, label) for other in sources(label).values()]
        shown.add_row(label, *(f"{value:.3g} = {reached(cold, value)}" for value in found), f"{cold[-1]:.3g}")
    return shown


def normalised(results: ResultsFolder, strategy: str, group: tuple[str, ...]) -> Floats:
    """Return each run's regret over time as a share of a random architecture's, mean over data sets (runs, events)."""
    shares = []
    for label in group:
        typical = np.nanmean(truth(label)) - table(label).optimum
        shares.append(results.trace(strategy, label).regret() / typical)
    return np.mean(shares, axis=0)


def figure(results: ResultsFolder, path: Path) -> None:
    """Draw the mean curves of each group with 95 % intervals over runs."""
    drawn, axes = plt.subplots(1, len(GROUPS), figsize=(11.5, 3.8), layout="constrained")
    for place, group, title in zip(axes, GROUPS, TITLES, strict=True):
        for name, words in product(COLOURS, STYLES):
            colour, style = COLOURS[name], STYLES[words]
            curves = normalised(results, name + words, group)
            mean, spread = curves.mean(axis=0), curves.std(axis=0, ddof=1) / np.sqrt(len(curves))
            reach = spread * t.ppf(0.975, len(curves) - 1)
            events = np.arange(1, mean.size + 1)
            events, mean, reach = (values[FIRST - 1 :] for values in (events, mean, reach))
            said_as = (name + words).replace("_", " ")
            place.plot(events, mean, color=colour, linestyle=style, linewidth=1.5, label=said_as)
            place.fill_between(events, mean - reach, mean + reach, color=colour, alpha=0.15, linewidth=0)
        place.set(title=f"{title}, {len(group)} data sets", yscale="log", xscale="log", xlabel="evaluations")
    axes[0].set_ylabel("regret / that of a random one")
    handles, labels = axes[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    drawn.savefig(path, dpi=130)


def main() -> None:
    """Print the tables, and draw the figure."""
    results, console = ResultsFolder.open(sys.argv[1]), Console(width=150)
    shown = orders(results), found_elsewhere(results), warm(results)
    for printed in shown:
        console.print(printed)
    keep("compare", dict(kept for printed in shown for kept in numbers_of(printed)))
    figure(results, Path(__file__).with_name("warm_start.png"))


if __name__ == "__main__":
    main()
