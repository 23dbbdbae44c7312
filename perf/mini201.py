"""What the shipped table mini201/mnist5k says of itself: how well seeds, splits, epochs and cheap scores agree.

    python perf/mini201.py [--out perf/mini201.json]

Prints Kendall's tau between trainings of the 1,000 networks that were trained three times, between validation and test
error, between an epoch and the last one, and between each cost and the error, over all 6,466 networks.
"""

from __future__ import annotations

import argparse
import json
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.stats import kendalltau

import nassim
from nassim.benchmarks.partial_table import PartialTable

NAME = "mini201/mnist5k"
TRAININGS = 3


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    samples = PartialTable.load(NAME)
    found = {"agreement": agreement(samples), "errors": errors(samples), "costs": costs(samples)}
    for title, numbers in found.items():
        print(title)
        for name, value in numbers.items():
            print(f"  {name:<40} {value:>12,.3f}")
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def networks(samples: PartialTable) -> np.ndarray:
    """Return one cell of each network."""
    space = samples.space
    return np.unique(space.canonical(space.at(np.arange(space.size))))


def agreement(samples: PartialTable) -> dict[str, float]:
    """Return Kendall's tau between what should be alike."""
    every = networks(samples)
    repeated = samples.error[-1, every[samples.counts[every] == TRAININGS]]
    pairs = list(combinations(range(TRAININGS), 2))
    seeds = {f"trainings {a + 1} and {b + 1}": tau(repeated[:, a], repeated[:, b]) for a, b in pairs}
    last = samples.error[-1, every, 0]
    epochs = {f"epochs {e} and 4": tau(samples.error[e - 1, every, 0], last) for e in samples.epochs[:-1]}
    test = nassim.load(NAME).truth(samples.space.at(every))
    mean = {"trainings, mean of pairs": float(np.mean(list(seeds.values())))}
    return seeds | mean | {"validation and test": tau(samples.mean_error[every], test)} | epochs


def errors(samples: PartialTable) -> dict[str, float]:
    """Return how the errors spread, and what a training took."""
    every = networks(samples)
    quantiles = {f"validation error, quantile {q}": q for q in (0, 0.05, 0.25, 0.5, 0.75, 0.95)}
    spread = {name: float(np.nanquantile(samples.mean_error[every], q)) for name, q in quantiles.items()}
    between = samples.error[-1, every[samples.counts[every] == TRAININGS]].std(axis=1, ddof=1)
    trainings = float(np.nansum(samples.counts[every]))
    return spread | {
        "standard deviation between trainings": float(np.sqrt(np.mean(between**2))),
        "CPU seconds of a training": float(samples.mean_seconds[every].mean()),
        "networks": float(every.size),
        "trainings": trainings,
        "lowest test error": nassim.load(NAME).optimum,
    }


def costs(samples: PartialTable) -> dict[str, float]:
    """Return Kendall's tau of each cost with the accuracy: what is higher for better networks is above 0."""
    every = networks(samples)
    return {name: tau(values[every], -samples.mean_error[every]) for name, values in samples.costs.items()}


def tau(first: np.ndarray, second: np.ndarray) -> float:
    """Return Kendall's tau-b."""
    return float(kendalltau(first, second).statistic)


if __name__ == "__main__":
    main()
