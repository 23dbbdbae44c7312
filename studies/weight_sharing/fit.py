"""Fits the model of weight sharing, `nassim.benchmarks.one_shot.model.Sharing`, to real supernets of mini201/mnist5k.

    python studies/weight_sharing/fit.py

From its one-shot table and mixed slopes, and from numbers/slopes.json, which slopes.py measures. Nothing is fitted to
what a search did: all real searches judge the model. Writes numbers/fit.json.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from rich.console import Console
from scipy.optimize import curve_fit
from scipy.stats import spearmanr

import nassim
from nassim.benchmarks.one_shot.model import Sharing
from nassim.benchmarks.wrappers.one_shot_table import OneShotTable
from nassim.benchmarks.wrappers.weight_sharing import WeightSharing, normal_scores
from nassim.core.benchmark import Benchmark, Query
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture

HERE = Path(__file__).parent
MODELLED = 2000  # runs, for what the model says on average
MANY = 3  # convolutions of six operations
NONE, SKIP, CONV_1X1, CONV_3X3, POOL = range(5)


class Heard(NamedTuple):
    """What was heard of supernets; slopes are in units of what one batch adds to them."""

    errors: np.ndarray  # (supernets, levels, size) in percent, of cells
    by_path: np.ndarray  # (supernets, levels, 6, 5) slopes of the supernets that say so
    mixed: np.ndarray  # (supernets, levels, 6, 5) slopes of others, trained mixed
    doubts: np.ndarray  # (supernets,) in percent

    @classmethod
    def of(cls, bench: OneShotTable, kept: dict[str, Any]) -> Self:
        """Return what is said in a benchmark's tables, and in slopes.json."""
        doubts, levels = np.array(kept["doubt"]), [kept[str(epoch)] for epoch in bench.told.epochs]
        by_path = [in_batches(np.array(level["mean"]), np.array(level["deviation"])) for level in levels]
        mixed = in_batches(bench.slopes.slope, bench.slopes.deviation)
        return cls(bench.told.error, np.stack(by_path, axis=1), mixed, doubts)

    def some(self, supernets: Sequence[int]) -> Self:
        """Return what was heard of some of the supernets."""
        return type(self)(*(values[list(supernets)] for values in self))


class Line(NamedTuple):
    """What a supernet says, as a sum: of what it knows, of its preference for skip, and of the rest."""

    correlation: float
    skip: float  # per edge
    rest: np.ndarray  # (n,)
    unit: float  # of all these, in points of error: what is heard has this standard deviation, the preference aside


def in_batches(slopes: np.ndarray, deviations: np.ndarray) -> np.ndarray:
    """Return slopes (..., 6, 5) in units of their deviations (...)."""
    return slopes / deviations[..., None, None]


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


def size(slopes: np.ndarray) -> float:
    """Return the root mean square of slopes (supernets, 6, 5), less each edge's mean; mean over the supernets."""
    centred = slopes - slopes.mean(axis=2, keepdims=True)
    return float(np.sqrt(np.square(centred).mean(axis=(1, 2))).mean())


def in_common(first: np.ndarray, second: np.ndarray) -> float:
    """Return the mean product of the slopes of different supernets: what these have of their own averages out."""
    products = np.tensordot(first, second, axes=((1, 2), (1, 2)))
    return float(products[~np.eye(len(first), dtype=bool)].mean())


def minibatch(bench: WeightSharing, clearness: float) -> float:
    """Return the noise beside which a benchmark's own slopes in an even mixture are as clear as wanted."""
    rows = np.arange(MODELLED)
    training_seed = Streams(0, "luck", rows).random_words(rows, 1)[:, 0]
    even = Mixture(np.full((rows.size, 6, 5), 0.2), np.ones(rows.size))
    centred = np.sqrt(1.0 - 1.0 / 5.0)  # of noise, less its mean over an edge
    return size(bench.relax(even, training_seed).gradient) / bench.spread / centred / clearness


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


def connected(table: Benchmark) -> tuple[np.ndarray, np.ndarray]:
    """Return all cells, and which of them (size,) have a path from input to output."""
    archs = table.space.at(np.arange(table.space.size))
    return archs, ~np.isin(table.space.index(archs), table.space.index(table.space.unconnected))


def lines_of(table: Benchmark, errors: np.ndarray) -> list[list[Line]]:
    """Return the line by supernet and level of errors (supernets, levels, size), among cells with a path."""
    archs, alive = connected(table)
    own, skips = table.evaluate(Query(archs[alive])).error, (archs[alive] == SKIP).sum(axis=1)
    return [[line(level, own, skips) for level in levels] for levels in errors[:, :, alive]]


def fit(table: Benchmark, epochs: np.ndarray, heard: Heard) -> dict[str, float]:
    """Return the model's parameters."""
    archs, alive = connected(table)
    mature = [levels[0] for levels in lines_of(table, heard.errors[:, -1:])]
    units = np.array([one.unit for one in mature])
    found = {
        "correlation": float(np.mean([one.correlation for one in mature])),
        "shared": float(np.mean([shared(one.rest, archs[alive]) for one in mature])),
        "skip": float(np.mean([one.skip for one in mature])),
    }
    curves = np.array([[advantage(level, archs[alive]) for level in levels] for levels in heard.errors[:, :, alive]])
    found["handicap"], found["maturity"] = handicap(curves / units[:, None], epochs)
    by_path, mixed = heard.by_path[:, -1], heard.mixed[:, -1]
    noise = minibatch(WeightSharing(table, Sharing(**found)), size(by_path))
    mixing = max(in_common(mixed, by_path) / in_common(by_path, by_path), 0.0)
    return found | {"mixing": mixing, "minibatch": noise, "doubt": float(np.mean(heard.doubts / units))}


def measured(bench: OneShotTable, heard: Heard) -> dict[str, Any]:
    """Return what is worth knowing beside the parameters."""
    (archs, alive), epochs = connected(bench), bench.told.epochs
    truth, lines = bench.truth(archs), lines_of(bench.benchmark, heard.errors)
    regions, rests = regions_of(truth, archs, alive), np.corrcoef([levels[-1].rest for levels in lines])
    by_line = np.mean([[one[:2] for one in levels] for levels in lines], axis=0)
    last, mature = heard.errors[:, -1], heard.by_path[:, -1]
    return {
        "error of a random cell": {"median": float(np.median(truth)), "mean": float(truth.mean())},
        "networks": {name: int(region.sum()) for name, region in regions.items()},
        "rank correlation by epoch": {
            name: by_epoch(epochs, ranked(heard.errors[:, :, region], truth[region]))
            for name, region in regions.items()
        },
        "plain correlation": float(np.mean([np.corrcoef(errors, truth)[0, 1] for errors in last])),
        "correlation by epoch": by_epoch(epochs, by_line[:, 0]),
        "skip by epoch": by_epoch(epochs, by_line[:, 1]),
        "rests of two supernets": rests[np.triu_indices(len(rests), 1)].tolist(),
        "size of slopes in batches": {
            "path": by_epoch(epochs, [size(level) for level in heard.by_path.swapaxes(0, 1)]),
            "mixed": by_epoch(bench.slopes.epochs, [size(level) for level in heard.mixed.swapaxes(0, 1)]),
        },
        "slopes and effects": [
            float(np.corrcoef(slopes.ravel(), effects(errors, archs).ravel())[0, 1])
            for slopes, errors in zip(mature, last, strict=True)
        ],
    }


def main() -> None:
    """Fit, print and keep."""
    bench = OneShotTable(nassim.load("mini201/mnist5k"))
    heard = Heard.of(bench, json.loads((HERE / "numbers" / "slopes.json").read_text(encoding="utf-8")))
    table, epochs, every = bench.benchmark, bench.told.epochs, range(len(heard.errors))
    found = {
        "fit": fit(table, epochs, heard),
        "table": {"minibatch": minibatch(bench, size(heard.by_path[:, -1]))},
        "without one supernet": [fit(table, epochs, heard.some(few)) for few in combinations(every, len(every) - 1)],
        "measured": measured(bench, heard),
    }
    (HERE / "numbers" / "fit.json").write_text(json.dumps(found, indent=1) + "\n")
    Console().print_json(data=found)


if __name__ == "__main__":
    main()
