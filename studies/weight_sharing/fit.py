"""Fits the model of weight sharing, `nassim.benchmarks.sharing.Sharing`, to real supernets of mini201/mnist5k.

    python studies/weight_sharing/fit.py

From the one-shot table and from numbers/slopes.json, which slopes.py measures. Nothing is fitted to what a search did:
all real searches judge the model. Writes numbers/fit.json.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from scipy.optimize import curve_fit
from scipy.stats import spearmanr

import nassim
from nassim.benchmarks.one_shot import OneShot
from nassim.benchmarks.weight_sharing import normal_scores

HERE = Path(__file__).parent
MANY = 3  # convolutions of six operations
NONE, SKIP, CONV_1X1, CONV_3X3, POOL = range(5)
MATURE = {"path": "250", "mixed": "50"}  # epoch at which a supernet's slopes are compared


class Line(NamedTuple):
    """What a supernet says, as a sum: of what it knows, of its preference for skip, and of the rest."""

    correlation: float
    skip: float  # per edge
    rest: np.ndarray  # (n,)
    unit: float  # of all these, in points of error: what is heard has this standard deviation, the preference aside


def line(heard: np.ndarray, truth: np.ndarray, skips: np.ndarray) -> Line:
    """Return the least squares of errors heard (n,) by normal scores of true ones (n,) and numbers of skips (n,)."""
    by = np.column_stack([normal_scores(truth), skips - skips.mean()])
    (know, prefer), *_ = np.linalg.lstsq(by, heard - heard.mean(), rcond=None)
    rest = heard - heard.mean() - by @ (know, prefer)
    unit = float(np.hypot(know, rest.std()))
    return Line(float(know) / unit, -float(prefer) / unit, rest / unit, unit)


def ranked(told: np.ndarray, truth: np.ndarray) -> list[float]:
    """Return the rank correlation with the truth by level, mean over the supernets."""
    return [float(np.mean([spearmanr(errors, truth).statistic for errors in level])) for level in told.swapaxes(0, 1)]


def effects(values: np.ndarray, archs: np.ndarray) -> np.ndarray:
    """Return what each option of each gene adds to values (n,), by least squares, (6, 5); less a gene's mean."""
    hot = (archs[:, :, None] == np.arange(5)).reshape(len(archs), -1).astype(float)
    found = np.linalg.lstsq(hot, values - values.mean(), rcond=None)[0].reshape(6, 5)
    return found - found.mean(axis=1, keepdims=True)


def shared(rest: np.ndarray, archs: np.ndarray) -> float:
    """Return the share of a rest's variance that is the sum of effects of single options."""
    return float(effects(rest, archs)[np.arange(6), archs].sum(axis=1).var() / rest.var())


def advantage(errors: np.ndarray, archs: np.ndarray) -> float:
    """Return by how much convolutions are worse than skip and pooling, mean over the edges."""
    by_option = effects(errors, archs).mean(axis=0)
    return float(by_option[[CONV_1X1, CONV_3X3]].mean() - by_option[[SKIP, POOL]].mean())


def handicap(advantages: np.ndarray, epochs: np.ndarray) -> tuple[float, float]:
    """Return handicap and maturity: advantages (supernets, levels) ~ last + handicap exp(-epochs / (5 maturity))."""
    t = np.tile(epochs[:-1] / 5.0, len(advantages))
    more = (advantages[:, :-1] - advantages[:, -1:]).ravel()
    bounds = ([0.0, 0.1], [np.inf, 1000.0])
    found, _ = curve_fit(lambda t, h, m: h * np.exp(-t / m), t, more, p0=(0.5, 5.0), bounds=bounds)
    return float(found[0]), float(found[1])


def clearness(slopes: dict[str, Any], training: str) -> float:
    """Return how large mature slopes are beside what one batch adds to them, mean over the supernets."""
    level = slopes[training][MATURE[training]]
    sizes = np.sqrt(np.square(level["mean"]).mean(axis=(1, 2)))
    return float(np.mean(sizes / level["deviation"]))


def mixing(slopes: dict[str, Any], supernets: Sequence[int] = range(3)) -> float:
    """Return how much of what mature slopes have in common by path they have mixed, both beside one batch's noise."""
    by_path, mixed = (
        (np.array(level["mean"]) / np.array(level["deviation"])[:, None, None])[list(supernets)].mean(axis=0)
        for level in (slopes[training][epoch] for training, epoch in MATURE.items())
    )
    return float(np.sum(by_path * mixed) / np.sum(by_path**2))


def by_epoch(epochs: np.ndarray, values: Any) -> dict[str, float]:
    """Return values by the epoch's text."""
    return dict(zip(map(str, epochs.tolist()), np.asarray(values).tolist(), strict=True))


def regions_of(truth: np.ndarray, archs: np.ndarray, alive: np.ndarray) -> dict[str, np.ndarray]:
    """Return which cells (size,) are in each region of the space."""
    convolutions = np.isin(archs, [CONV_1X1, CONV_3X3]).sum(axis=1)
    return {
        "all": np.ones(truth.size, dtype=bool),
        "with a path": alive,
        "best quarter": truth < np.quantile(truth, 0.25),
        "no convolution": (convolutions == 0) & alive,
        "three convolutions or more": convolutions >= MANY,
    }


def main() -> None:
    """Fit, print and keep."""
    table = nassim.load("mini201/mnist5k")
    told, archs = OneShot.of(table).told, table.space.at(np.arange(table.space.size))
    truth, epochs = table.truth(archs), told.epochs
    slopes = json.loads((HERE / "numbers" / "slopes.json").read_text(encoding="utf-8"))
    alive = ~np.isin(table.space.index(archs), table.space.index(table.space.unconnected))
    living, skips = archs[alive], (archs[alive] == SKIP).sum(axis=1)
    lines = [[line(level, truth[alive], skips) for level in one] for one in told.error[:, :, alive]]
    mature, means = [levels[-1] for levels in lines], np.mean([[one[:2] for one in levels] for levels in lines], axis=0)
    units = np.array([one.unit for one in mature])
    curves = np.array([[advantage(level[alive], living) for level in one] for one in told.error]) / units[:, None]
    sizes = np.array([np.sqrt(np.square(effects(errors, archs)).mean()) for errors in told.error[:, -1]]) / units
    found: dict[str, Any] = {
        "correlation": float(means[-1, 0]),
        "shared": float(np.mean([shared(one.rest, living) for one in mature])),
        "skip": float(means[-1, 1]),
    }
    found["handicap"], found["maturity"] = handicap(curves, epochs)
    found["mixing"] = mixing(slopes)
    found["minibatch"] = float(sizes.mean()) / clearness(slopes, "path")
    found["doubt"] = float(np.mean(slopes["doubt"] / units))
    regions = regions_of(truth, archs, alive)
    measured = {
        "median error": float(np.median(truth)),
        "networks": {name: int(region.sum()) for name, region in regions.items()},
        "correlation by epoch": by_epoch(epochs, means[:, 0]),
        "skip by epoch": by_epoch(epochs, means[:, 1]),
        "rank correlation by epoch": {
            name: by_epoch(epochs, ranked(told.error[:, :, region], truth[region])) for name, region in regions.items()
        },
        "plain correlation": float(np.mean([np.corrcoef(errors, truth)[0, 1] for errors in told.error[:, -1]])),
        "advantage by epoch": by_epoch(epochs, curves.mean(axis=0)),
        "clearness": {training: clearness(slopes, training) for training in MATURE},
        "mixing without one supernet": [mixing(slopes, pair) for pair in combinations(range(3), 2)],
        "slopes and effects": [
            float(np.corrcoef(np.ravel(mean), effects(errors, archs).ravel())[0, 1])
            for mean, errors in zip(slopes["path"][MATURE["path"]]["mean"], told.error[:, -1], strict=True)
        ],
    }
    (HERE / "numbers" / "fit.json").write_text(json.dumps({"fit": found, "measured": measured}, indent=1) + "\n")
    Console().print_json(data={"fit": found, "measured": measured})


if __name__ == "__main__":
    main()
