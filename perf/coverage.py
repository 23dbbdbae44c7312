"""How often does a 95 % interval hold the mean regret? On the regrets that strategies really end with, by simulation.

    python perf/coverage.py [--runs 20000] [--samples 2000] [--out perf/coverage.json]

Simulates those strategies of studies/rl_evolution_darts that are fast, many runs of each, and takes what they end with
for the truth. From it, samples of 20, 50, 100 and 500 runs are drawn, all strategies at once as in a study, and an
interval of each method is made. The last one is the report's: bootstrap-t, with no interval where so few runs may
hide bad ones. Its three numbers are how often there is one, how often that holds the mean, and how often a study shows
one that does not.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

import nassim
from nassim.core.arrays import Floats
from nassim.report.cells import middle_worst
from nassim.stats.intervals import mean_interval

Limits = tuple[Floats, Floats]

BENCHMARKS = ("nb201/cifar10", "nb201/cifar100", "nb201/imagenet16-120")
STRATEGIES = {
    "random_search": ("random_search", {}),
    "local_search": ("local_search", {}),
    "regularized_evolution": ("regularized_evolution", {}),
    "regularized_evolution[50/10]": ("regularized_evolution", {"population": 50, "sample": 10}),
    "genetic_algorithm": ("genetic_algorithm", {}),
    "reinforce": ("reinforce", {}),
    "gdas": ("gdas", {}),
}
SIZES = (20, 50, 100, 500)
RESAMPLES = 1000
HELD = 250  # samples resampled at once


def student(values: Floats) -> Limits:
    """Return Student's interval of each column (runs, samples)."""
    mean, reach, _ = _moments(values)
    return mean - reach, mean + reach


def johnson(values: Floats) -> Limits:
    """Return Johnson's modified t (1978, doi:10.1080/01621459.1978.10480051): shifted by the skewness."""
    mean, reach, skew = _moments(values)
    shift = skew * values.std(axis=0, ddof=1) / (6 * len(values))
    return mean + shift - reach, mean + shift + reach


def hall(values: Floats) -> Limits:
    """Return Hall's interval by a cubic transformation (1992, J. R. Statist. Soc. B 54), with Student's quantiles."""
    runs, (mean, _, skew) = len(values), _moments(values)
    spread, reach = values.std(axis=0, ddof=1), float(stdtrit(runs - 1, 0.975)) / np.sqrt(runs)
    third = np.where(skew == 0, 1e-9, skew) / 3
    ends = [(np.cbrt(1 + 3 * third * (sign * reach - skew / (6 * runs))) - 1) / third for sign in (1, -1)]
    return mean - spread * ends[0], mean - spread * ends[1]


def percentile(values: Floats) -> Limits:
    """Return the percentile bootstrap (Efron, 1979)."""
    low, high = np.quantile(_resampled(values), [0.025, 0.975], axis=0)
    return low, high


def bca(values: Floats) -> Limits:
    """Return the bootstrap corrected for bias and acceleration (Efron, 1987), which reports had until now."""
    means, mean = np.sort(_resampled(values), axis=0), values.mean(axis=0)
    edge = 0.5 / RESAMPLES
    bias = ndtri(((means < mean).mean(axis=0) / 2 + (means <= mean).mean(axis=0) / 2).clip(edge, 1 - edge))
    away = values - mean
    acceleration = (away**3).sum(axis=0) / np.maximum(6 * np.square(away).sum(axis=0) ** 1.5, 1e-300)
    shifted = bias + ndtri(np.array([[0.025], [0.975]]))
    place = (ndtr(bias + shifted / (1 - acceleration * shifted)) * (RESAMPLES - 1)).round().astype(np.intp)
    low, high = np.take_along_axis(means, place, axis=0)
    return low, high


METHODS: dict[str, Callable[[Floats], Limits]] = {
    "Student": student,
    "Johnson": johnson,
    "Hall": hall,
    "percentile": percentile,
    "BCa": bca,
    "bootstrap-t": lambda values: mean_interval(values, resamples=RESAMPLES)[1:],
}


def population(strategy: str, benchmark: str, runs: int) -> Floats:
    """Return what so many runs of a strategy end with, (runs,)."""
    name, settings = STRATEGIES[strategy]
    trace = nassim.simulate(name, benchmark, runs=runs, evaluations=300, seed=0, **settings)
    return trace.regret()[np.arange(runs), trace.lengths - 1]


def measured(populations: dict[str, Floats], runs: int, samples: int, seed: int = 0) -> dict[str, dict[str, float]]:
    """Return for each strategy of a benchmark how often intervals from so many runs hold the mean, by method."""
    generator = np.random.default_rng([seed, runs])
    drawn = {name: one[generator.integers(one.size, size=(runs, samples))] for name, one in populations.items()}
    worst = middle_worst(np.array([values.max(axis=0) for values in drawn.values()]))
    found = {}
    for name, values in drawn.items():
        mean = populations[name].mean()
        parts = [slice(start, start + HELD) for start in range(0, samples, HELD)]
        row = {}
        for method, limits in METHODS.items():
            held = [_holds(limits(values[:, part]), mean) for part in parts]
            row[method] = float(np.concatenate(held).mean())
        shown = [mean_interval(values[:, part], worst[part], resamples=RESAMPLES)[1:] for part in parts]
        low, high = (np.concatenate(side) for side in zip(*shown, strict=True))
        there, right = ~np.isnan(low), _holds((low, high), mean)
        row |= {"shown": float(there.mean()), "of those": float(right.sum() / max(1, there.sum()))}
        found[name] = row | {"misleading": float((there & ~right).mean())}
    return found


def _holds(limits: Limits, mean: float) -> NDArray[np.bool_]:
    return (limits[0] <= mean) & (mean <= limits[1])


def _moments(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, half of Student's interval, and skewness of each column; of equal values the last is 0."""
    runs, mean, spread = len(values), values.mean(axis=0), values.std(axis=0, ddof=1)
    third = ((values - mean) ** 3).sum(axis=0) * runs / ((runs - 1) * max(runs - 2, 1))
    skew = np.divide(third, spread**3, out=np.zeros_like(third), where=spread > 0)
    return mean, float(stdtrit(runs - 1, 0.975)) * spread / np.sqrt(runs), skew


def _resampled(values: Floats) -> Floats:
    generator = np.random.default_rng(0)
    weights = generator.multinomial(len(values), np.full(len(values), 1 / len(values)), size=RESAMPLES)
    return weights / len(values) @ values


def main() -> None:
    """Measure, print a table, and keep the numbers."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    asked = parser.parse_args()
    found: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for benchmark in BENCHMARKS:
        populations = {name: population(name, benchmark, asked.runs) for name in STRATEGIES}
        for runs in SIZES:
            rows = measured(populations, runs, asked.samples)
            found.setdefault(benchmark, {})[str(runs)] = rows
            for name, row in rows.items():
                said = "  ".join(f"{key} {value:6.1%}" for key, value in row.items())
                print(f"{benchmark:22} n {runs:3} {name:30} {said}", flush=True)
    about = {"runs": asked.runs, "samples": asked.samples, "coverage": found}
    asked.out.write_text(json.dumps(about, indent=1) + "\n")


if __name__ == "__main__":
    main()
