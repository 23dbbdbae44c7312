"""Fits the model of weight sharing, `nassim.benchmarks.weight_sharing.Sharing`, to the supernets of mini201/mnist5k.

    python studies/weight_sharing/fit.py

Four parameters come from the one-shot table, `minibatch` from how fast the entropy of the first five real runs of
first-order DARTS falls. Nothing is fitted to what a search finds. Writes numbers/fit.json.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from rich.console import Console
from scipy.optimize import curve_fit
from scipy.stats import spearmanr

import nassim
from nassim import catalog
from nassim.benchmarks.one_shot import OneShot
from nassim.benchmarks.weight_sharing import Sharing, WeightSharing

HERE = Path(__file__).parent
WATCHED = f"{HERE.parent}/why_darts_collapses/watched.py:Watched"
EPOCHS = 50  # of DARTS
MANY = 3  # convolutions of six operations
FITTED = 5  # runs of each method; the others judge
SIMULATED = 200  # runs
DEAD = 85.0  # percent of errors from which on a network has no path from its images to its classes
NONE, SKIP, CONV_1X1, CONV_3X3, POOL = range(5)


def standard(errors: np.ndarray) -> np.ndarray:
    """Return errors (..., size) less their mean, in units of their standard deviation."""
    centred = errors - errors.mean(axis=-1, keepdims=True)
    return centred / centred.std(axis=-1, keepdims=True)


def ranked(told: np.ndarray, truth: np.ndarray) -> list[float]:
    """Return the rank correlation with the truth by level, mean over the supernets."""
    return [float(np.mean([spearmanr(errors, truth).statistic for errors in level])) for level in told.swapaxes(0, 1)]


def additive(values: np.ndarray, archs: np.ndarray) -> np.ndarray:
    """Return the mean of values (size,) for each option of each gene, (genes, 5): all are equally frequent."""
    return np.array([[values[archs[:, gene] == option].mean() for option in range(5)] for gene in range(6)])


def advantage(values: np.ndarray, archs: np.ndarray) -> float:
    """Return by how much convolutions are worse than skip and pooling, mean over the edges."""
    effects = additive(values, archs)
    return float((effects[:, [CONV_1X1, CONV_3X3]].mean(axis=1) - effects[:, [SKIP, POOL]].mean(axis=1)).mean())


def shared(residual: np.ndarray, archs: np.ndarray) -> float:
    """Return the share of a residual's variance that is the sum of effects of single options."""
    effects = additive(residual, archs)
    return float(effects[np.arange(6), archs].sum(axis=1).var() / residual.var())


def handicap(advantages: np.ndarray, epochs: np.ndarray) -> tuple[float, float]:
    """Return handicap and maturity: advantages (supernets, levels) ~ handicap exp(-epochs / (5 maturity))."""
    t = np.tile(epochs / 5.0, len(advantages))
    bounds = ([0.0, 0.1], [np.inf, 1000.0])
    found, _ = curve_fit(lambda t, h, m: h * np.exp(-t / m), t, advantages.ravel(), p0=(0.5, 5.0), bounds=bounds)
    return float(found[0]), float(found[1])


def entropy_of(sharing: Sharing) -> float:
    """Return the last mean entropy of simulated first-order DARTS."""
    bench = WeightSharing(nassim.load("mini201/mnist5k"), sharing)
    trace = nassim.simulate(
        catalog.strategy(WATCHED),
        bench,
        runs=SIMULATED,
        seed=1,
        evaluations=EPOCHS,
        epochs=EPOCHS,
        steps=16,
        learning_rate=0.112,
    )
    return float(trace.notes["entropy"][:, -1].mean())


def minibatch(sharing: dict[str, float], wanted: float) -> float:
    """Return the noise with which simulated DARTS has the wanted entropy at last: the more of it, the higher."""
    low, high = 0.0, 64.0
    for _ in range(12):
        middle = (low + high) / 2.0
        low, high = (middle, high) if entropy_of(Sharing(**sharing, minibatch=middle)) < wanted else (low, middle)
    return (low + high) / 2.0


def main() -> None:
    """Fit, print and keep."""
    table = nassim.load("mini201/mnist5k")
    told, archs = OneShot.of(table).told, table.space.at(np.arange(table.space.size))
    truth = table.truth(archs)
    heard, known = standard(told.error), standard(truth)
    correlation = (heard * known).mean(axis=-1)  # (supernets, levels)
    found: dict[str, Any] = {"correlation": float(correlation[:, -1].mean())}
    rest = heard - correlation[:, :, None] * known
    by_supernet = [shared(one, archs) for one in rest[:, -1]]
    found["shared"] = float(np.mean(by_supernet))
    curves = np.array([[advantage(level, archs) for level in one] for one in rest])
    found["handicap"], found["maturity"] = handicap(curves, told.epochs)
    runs = pq.read_table(HERE / "numbers" / "runs.parquet").to_pandas()
    fitted = runs[(runs.method == "darts-1") & (runs.run < FITTED) & (runs.epoch == EPOCHS)]
    found["minibatch"] = minibatch(found, float(fitted.entropy.mean()))
    convolutions = np.isin(archs, [CONV_1X1, CONV_3X3]).sum(axis=1)
    best, bare, full = truth < np.quantile(truth, 0.25), (convolutions == 0) & (truth < DEAD), convolutions >= MANY
    alive, epochs = truth < DEAD, list(map(str, told.epochs.tolist()))
    measured = {
        "median error": float(np.median(truth)),
        "networks": {"all": int(truth.size), "with a path": int(alive.sum())},
        "correlation": {
            "by supernet": correlation[:, -1].tolist(),
            "by epoch": dict(zip(epochs, correlation.mean(axis=0).tolist(), strict=True)),
        },
        "rank correlation by epoch": {
            "all": dict(zip(epochs, ranked(told.error, truth), strict=True)),
            "with a path": dict(zip(epochs, ranked(told.error[:, :, alive], truth[alive]), strict=True)),
            "best quarter": dict(zip(epochs, ranked(told.error[:, :, best], truth[best]), strict=True)),
            "no convolution": dict(zip(epochs, ranked(told.error[:, :, bare], truth[bare]), strict=True)),
            "three convolutions or more": dict(zip(epochs, ranked(told.error[:, :, full], truth[full]), strict=True)),
        },
        "shared by supernet": by_supernet,
        "advantage by epoch": dict(zip(epochs, curves.mean(axis=0).tolist(), strict=True)),
        "entropy of real DARTS": float(fitted.entropy.mean()),
    }
    (HERE / "numbers" / "fit.json").write_text(json.dumps({"fit": found, "measured": measured}, indent=1) + "\n")
    Console().print_json(data={"fit": found, "measured": measured})


if __name__ == "__main__":
    main()
