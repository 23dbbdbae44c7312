"""How well rankings and winners transfer between data sets: the first two tables of README.md, and rankings.png.

    python studies/transfer/rankings.py

All from the tables: nothing is simulated. Every network counts once.
"""

from __future__ import annotations

from itertools import chain, product
from pathlib import Path
from typing import Any

import numpy as np
from elsewhere import GROUPS, networks, table, truth
from keeping import keep
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from rich.console import Console
from rich.table import Table
from scipy.stats import kendalltau, spearmanr

from nassim import catalog
from nassim.benchmarks.partial_table import PartialTable
from nassim.core.arrays import Floats

BEST, RESAMPLES = 0.1, 100
SMALL = "mini201/mnist5k"
MEASURES = ("tau", "+-", "Spearman", "of the best tenth")
PROTEINS = "graph/proteins"  # has a smaller space: its networks are compared where the others have them too


def taus(group: tuple[str, ...]) -> Floats:
    """Return Kendall's tau of all pairs (k, k); on the diagonal that of two seeds, nan where there is one."""
    found = np.array([[kendalltau(truth(one), truth(other)).statistic for other in group] for one in group])
    np.fill_diagonal(found, [ceiling(label) for label in group])
    return found


def ceiling(label: str) -> float:
    """Return Kendall's tau between the first two seeds of all networks that have two; nan without."""
    samples = PartialTable.load(label)
    own = samples.space.canonical(samples.archs) == samples.space.index(samples.archs)
    rows = np.flatnonzero(own & (samples.counts > 1))
    if not rows.size:
        return np.nan
    pair = samples.error[-1, rows, :2]
    return float(kendalltau(*pair[~np.isnan(pair).any(axis=1)].T).statistic)


def of_the_best(one: Floats, other: Floats) -> float:
    """Return Kendall's tau among the best tenth, as `one` has them."""
    best = one <= np.nanquantile(one, BEST)
    return float(kendalltau(one[best], other[best]).statistic)


def interval(one: Floats, other: Floats) -> float:
    """Return half the width of the 95 % bootstrap interval of Kendall's tau, over networks."""
    generator = np.random.default_rng(0)
    drawn = (generator.integers(one.size, size=one.size) for _ in range(RESAMPLES))
    low, high = np.quantile([kendalltau(one[rows], other[rows]).statistic for rows in drawn], [0.025, 0.975])
    return float(high - low) / 2


def winner(of: str, on: str) -> tuple[float, float]:
    """Return the regret on a data set of the best network of another, and the share of networks that are better."""
    there = truth(on)[np.nanargmin(truth(of))]
    return float(there - np.nanmin(truth(on))), float((truth(on) < there).mean())


def expected_best(errors: Floats, draws: int) -> float:
    """Return the mean of the lowest of so many errors drawn at random, with replacement."""
    ordered = np.sort(errors[~np.isnan(errors)])
    above = 1 - np.arange(ordered.size + 1) / ordered.size
    return float((ordered * (above[:-1] ** draws - above[1:] ** draws)).sum())


def worth(of: str, on: str) -> int:
    """Return of how many random networks the best is expected to be as good as the winner of another data set."""
    there, draws = truth(on)[np.nanargmin(truth(of))], 1
    while expected_best(truth(on), draws) > there and draws < truth(on).size:
        draws = max(draws + 1, int(draws * 1.1))
    return draws


def proteins() -> dict[str, float]:
    """Return Kendall's tau of graph/proteins with the other graph data sets, over the networks that both have."""
    own, space = table(PROTEINS), catalog.space("graph")
    archs = own.space.at(networks(own.space.name))
    errors = own.truth(archs)
    known = ~np.isnan(errors)
    there = np.array([space.parse(own.space.show(arch)) for arch in archs[known]])
    return {label: float(kendalltau(errors[known], table(label).truth(there)).statistic) for label in GROUPS[2]}


def heat(axes: Axes, group: tuple[str, ...], values: Floats, title: str) -> None:
    """Draw a matrix with its numbers; the diagonal in italics, which is another thing."""
    axes.imshow(values, vmin=0, vmax=1, cmap="cividis")
    names = [label.partition("/")[2] for label in group]
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            style = "italic" if row == column else "normal"
            colour = "black" if value > 0.6 else "white"  # noqa: PLR2004  (where the colours are light)
            number = f"{value:.2f}".replace("0.", ".")
            axes.text(column, row, number, ha="center", va="center", style=style, color=colour)
    axes.set_title(title, fontsize=10)


def figure(path: Path) -> None:
    """Draw the matrices of all groups."""
    widths = [len(group) for group in GROUPS]
    drawn, axes = plt.subplots(1, len(GROUPS), figsize=(11.5, 4.4), layout="constrained", width_ratios=widths)
    titles = ("NAS-Bench-201", "FC-Net", "NAS-Bench-Graph")
    for place, group, title in zip(axes, GROUPS, titles, strict=True):
        heat(place, group, taus(group), title)
    title = "Kendall's tau of all networks between data sets; in italics, of two seeds of one, where known"
    drawn.suptitle(title, fontsize=11)
    drawn.savefig(path, dpi=130)


def blocks() -> dict[str, list[tuple[str, str]]]:
    """Return the pairs of data sets, ranked by and judged on, by what is said of them together."""
    pairs = {group[0].partition("/")[0]: [(of, on) for on, of in product(group, group) if on != of] for group in GROUPS}
    small = {
        name: [pair for pair in found if any("mini201" in label for label in pair)] for name, found in pairs.items()
    }
    large = {name: [pair for pair in found if pair not in small[name]] for name, found in pairs.items()}
    return large | {f"{name} with mini201": found for name, found in small.items() if found}


def main() -> None:
    """Print the tables, draw the figure, and keep the numbers."""
    console, kept = Console(width=140), dict[str, Any]()
    for block, pairs in blocks().items():
        shown = Table(title=block, title_justify="left")
        for head in ("ranked by", "judged on", *MEASURES, "winner's regret", "better", "worth"):
            shown.add_column(head)
        found = {pair: measured(*pair) for pair in pairs}
        for pair, values in found.items():
            *four, regret, better, draws = values
            cells = [f"{value:.3f}" for value in four]
            shown.add_row(*pair, *cells, f"{regret:.3g}", f"{better:.2%}", f"{draws:,}")
        seeds = {label: ceiling(label) for label in dict.fromkeys(chain(*pairs))}
        console.print(shown)
        console.print("two seeds of a data set:", {label: round(value, 3) for label, value in seeds.items()})
        kept[block] = extremes(found, seeds)
        kept |= {f"{of} on {on}": values for (of, on), values in found.items()}
    kept[PROTEINS] = proteins()
    console.print(f"{PROTEINS} with the others:", {label: round(tau, 3) for label, tau in kept[PROTEINS].items()})
    keep("rankings", kept)
    figure(Path(__file__).with_name("rankings.png"))


def measured(of: str, on: str) -> list[float]:
    """Return what MEASURES names, the winner's regret, the share of better networks and what the winner is worth."""
    one, other = truth(of), truth(on)
    tau, rho = kendalltau(one, other).statistic, spearmanr(one, other).statistic
    return [float(tau), interval(one, other), float(rho), of_the_best(one, other), *winner(of, on), worth(of, on)]


def extremes(found: dict[tuple[str, str], list[float]], seeds: dict[str, float]) -> dict[str, list[float]]:
    """Return the lowest and the highest of each number of a block."""
    columns = zip((*MEASURES, "winner's regret", "better", "worth"), zip(*found.values(), strict=True), strict=True)
    known = [value for value in seeds.values() if np.isfinite(value)]
    seen = [("seeds", known), *columns] if known else list(columns)
    return {name: [float(min(values)), float(max(values))] for name, values in seen}


if __name__ == "__main__":
    main()
