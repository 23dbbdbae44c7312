"""Puts simulated weight sharing beside the real searches of studies/weight_sharing, and draws both.

    python studies/why_darts_collapses/compare.py results/why_darts_collapses [--figures FOLDER]

The model was fitted to supernets, to no search: all real runs judge it. Writes numbers/compare.json.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from rich.console import Console
from scipy.stats import spearmanr

import nassim
from nassim.benchmarks.wrappers.one_shot_table import OneShotTable
from nassim.study.results import ResultsFolder

mpl.use("agg")
from matplotlib import pyplot as plt

HERE = Path(__file__).parent
REAL = HERE.parent / "weight_sharing" / "numbers" / "runs.parquet"
SUPERNETS = ("ideal", "supernets", "model")
METHODS = ("darts-1", "darts-2", "gdas", "setn", "enas", "rsps", "fair")
TABLES = ("nb201/cifar10", "nb201/cifar100", "nb201/imagenet16-120")
PUBLISHED = {  # validation accuracies on these, in percent: Dong and Yang, NAS-Bench-201, ICLR 2020, table 5
    "darts-1": (39.77, 15.03, 16.43),
    "darts-2": (39.77, 15.03, 16.43),
    "gdas": (89.89, 71.34, 41.59),
    "setn": (84.04, 58.86, 33.06),
    "enas": (37.51, 13.37, 15.06),
    "rsps": (80.42, 52.12, 27.22),
}
FEWEST = 5  # runs of a method that say something
RESAMPLED = 2000
SKIP = 1  # the operation's number
OPERATIONS = ("none", "skip", "conv 1x1", "conv 3x3", "pool")
COLOURS = ("0.6", "C3", "C1", "C0", "C2")
Finals = dict[str, dict[str, np.ndarray]]  # by method, then "error" and "skips", each (runs,)


def real_finals(runs: pd.DataFrame) -> Finals:
    """Return the last true error and skip count of each real run."""
    last = runs.sort_values("epoch").groupby(["method", "run"]).last().reset_index()
    return {
        method: {what: rows[what].to_numpy(float) for what in ("error", "skips")}
        for method, rows in last.groupby("method")
        if len(rows) >= FEWEST
    }


def simulated_finals(results: ResultsFolder, benchmark: str) -> Finals:
    """Return the same of simulated runs."""
    found = {}
    for method in METHODS:
        trace = results.trace(method, benchmark)
        last = trace.archs[np.arange(len(trace.runs)), trace.lengths - 1]
        found[method] = {"error": trace.incumbent_truth()[:, -1], "skips": (last == SKIP).sum(axis=1).astype(float)}
    return found


def agreement(real: Finals, simulated: Finals, what: str) -> dict[str, Any]:
    """Return the rank correlation over methods of mean `what`, with a 95 % interval by resampling runs."""
    methods = [method for method in METHODS if method in real]
    generator = np.random.default_rng(0)

    def drawn(values: np.ndarray) -> float:
        return float(generator.choice(values, len(values)).mean())

    def correlation(pairs: list[tuple[float, float]]) -> float:
        return float(spearmanr(*zip(*pairs, strict=True)).statistic)

    rho = correlation([(real[m][what].mean(), simulated[m][what].mean()) for m in methods])
    many = [correlation([(drawn(real[m][what]), drawn(simulated[m][what])) for m in methods]) for _ in range(RESAMPLED)]
    return {
        "rho": round(rho, 2),
        "interval": np.nanquantile(many, [0.025, 0.975]).round(2).tolist(),
        "methods": len(methods),
    }


def random_cell(name: str) -> dict[str, float]:
    """Return what the true error of a random cell is in percent, mean and median."""
    table = nassim.load(name)
    truth = table.truth(table.space.at(np.arange(table.space.size)))
    return {"mean": round(float(truth.mean()), 2), "median": round(float(np.median(truth)), 2)}


def summary(finals: Finals) -> dict[str, Any]:
    """Return mean error and skips with their standard errors, and how many runs."""
    return {
        method: {
            "runs": len(values["error"]),
            **{
                what: [
                    round(float(f), 2)
                    for f in (values[what].mean(), values[what].std(ddof=1) / np.sqrt(len(values[what])))
                ]
                for what in ("error", "skips")
            },
        }
        for method, values in finals.items()
    }


def draw_probabilities(results: ResultsFolder, runs: pd.DataFrame, path: Path) -> None:
    """Draw first-order DARTS: the mean probability of each operation on each edge over the epochs."""
    figure, axes = plt.subplots(4, 6, figsize=(11, 6.5), sharex=True, sharey="row", layout="constrained")
    real = runs[runs.method == "darts-1"].groupby("epoch").mean(numeric_only=True)
    for row, name in enumerate((*SUPERNETS, "real")):
        notes = None if name == "real" else results.trace("darts-1", name).diagnostics
        for edge, option in np.ndindex(6, 5):
            key = f"p {edge}.{option}"
            y = real[key].to_numpy() if notes is None else np.nanmean(notes[key], axis=0)
            axes[row, edge].plot(np.arange(1, len(y) + 1), y, color=COLOURS[option], label=OPERATIONS[option])
        axes[row, 0].set_ylabel(f"{name}\nprobability")
    for edge, ends in enumerate(("0-1", "0-2", "1-2", "0-3", "1-3", "2-3")):
        axes[0, edge].set_title(f"edge {ends}", fontsize="medium")
        axes[-1, edge].set_xlabel("epoch")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=5, frameon=False)
    figure.savefig(path, dpi=120)


def draw_scatter(path: Path) -> None:
    """Draw what a supernet says against the networks' own errors, coloured by how many edges are skip."""
    table = nassim.load("mini201/mnist5k")
    archs = table.space.at(np.arange(table.space.size))
    told, truth, skips = OneShotTable(table).told, table.truth(archs), (archs == SKIP).sum(axis=1)
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.6), sharex=True, sharey=True, layout="constrained")
    order = np.random.default_rng(0).permutation(len(truth))
    for axis, level in zip(axes, (0, 2, len(told.epochs) - 1), strict=True):
        error = told.error[0, level]
        dots = axis.scatter(truth[order], error[order], c=skips[order], s=2, cmap="viridis", rasterized=True)
        rho = spearmanr(truth, error).statistic
        axis.set_title(f"epoch {told.epochs[level]}: Spearman {rho:+.2f}", fontsize="medium")
        axis.set_xlabel("error of its own training, %")
    axes[0].set_ylabel("error with shared weights, %")
    figure.colorbar(dots, ax=axes, label="skip connections")
    figure.savefig(path, dpi=120)


def draw_finals(real: Finals, simulated: dict[str, Finals], path: Path) -> None:
    """Draw mean final error and skip count of each method, real and simulated."""
    figure, axes = plt.subplots(1, 2, figsize=(11, 3.4), layout="constrained")
    every = {"real": real, **simulated}
    for axis, what, label in zip(
        axes, ("error", "skips"), ("true error of the cell, %", "skip connections of 6"), strict=True
    ):
        for place, (name, finals) in enumerate(every.items()):
            there = [(number, finals[m][what]) for number, m in enumerate(METHODS) if m in finals]
            x = np.array([number for number, _ in there]) + 0.18 * (place - 1.5)
            means = [values.mean() for _, values in there]
            spread = [1.96 * values.std(ddof=1) / np.sqrt(len(values)) for _, values in there]
            axis.errorbar(
                x, means, spread, fmt="osD^"[place], color=f"C{place}" if place else "black", label=name, ms=5
            )
        axis.set_xticks(range(len(METHODS)), METHODS)
        axis.set_ylabel(label)
    axes[0].legend(frameon=False)
    figure.savefig(path, dpi=120)


def draw_curves(results: ResultsFolder, runs: pd.DataFrame, path: Path) -> None:
    """Draw mean true regret and skip count of the cell that each method would hand in, over its epochs."""
    figure, axes = plt.subplots(2, len(METHODS), figsize=(13, 5), sharex="col", sharey="row", layout="constrained")
    optimum = nassim.load("mini201/mnist5k").optimum
    for column, method in enumerate(METHODS):
        real = runs[runs.method == method].groupby("epoch").mean(numeric_only=True)
        for axis, values in zip(axes[:, column], (real.error - optimum, real.skips), strict=True):
            axis.plot(real.index, values, color="black", label="real")
        for name, colour in zip(SUPERNETS, ("C1", "C2", "C3"), strict=True):
            trace = results.trace(method, name)
            curves = (np.nanmean(trace.regret(), axis=0), (trace.archs == SKIP).sum(axis=2).mean(axis=0))
            for axis, values in zip(axes[:, column], curves, strict=True):
                axis.plot(np.arange(1, len(values) + 1), values, color=colour, label=name)
        axes[0, column].set_title(method, fontsize="medium")
        axes[1, column].set_xlabel("epoch")
    axes[0, 0].set_ylabel("true regret of the cell, %")
    axes[1, 0].set_ylabel("skip connections of 6")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=4, frameon=False)
    figure.savefig(path, dpi=120)


def main() -> None:
    """Compare, draw, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("--figures", type=Path, default=HERE)
    options = parser.parse_args()
    results, runs = ResultsFolder.open(options.results), pq.read_table(REAL).to_pandas()
    real, simulated = real_finals(runs), {name: simulated_finals(results, name) for name in SUPERNETS}
    others = {name: simulated_finals(results, name) for name in results.benchmarks if name not in SUPERNETS}
    found = {
        "published": {
            method: {name: round(100.0 - accuracy, 2) for name, accuracy in zip(TABLES, accuracies, strict=True)}
            for method, accuracies in PUBLISHED.items()
        },
        "random cell": {name: random_cell(name) for name in ("mini201/mnist5k", *TABLES)},
        "real": summary(real),
        "simulated": {name: summary(finals) for name, finals in (simulated | others).items()},
        "agreement": {
            name: {what: agreement(real, finals, what) for what in ("error", "skips")}
            for name, finals in simulated.items()
        },
    }
    (HERE / "numbers").mkdir(exist_ok=True)
    (HERE / "numbers" / "compare.json").write_text(json.dumps(found, indent=1) + "\n")
    Console().print_json(data=found)
    draw_probabilities(results, runs, options.figures / "probabilities.png")
    draw_curves(results, runs, options.figures / "curves.png")
    draw_scatter(options.figures / "scatter.png")
    draw_finals(real, simulated, options.figures / "finals.png")


if __name__ == "__main__":
    main()
