"""Does mini201/photodigits rank networks as NAS-Bench-201 does, and do two seeds of it agree?

    python perf/photodigits.py [--parts FOLDER]

Reads finished trainings. Data and recipe were tuned on the first 150 networks that have a path, in the order in which
they are trained, against CIFAR-10 alone; the next 300 judge, once, also against ImageNet16-120. Prints Spearman's rank
correlation with a 95 % bootstrap interval over networks, at each epoch, and Kendall's tau between two trainings.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from nassim.benchmarks.samples import Samples
from nassim.spaces.nb201 import NB201
from nassim.stats.agreement import kendall
from nassim.training.collect import schedule
from nassim.training.parts import record_of

PARTS = Path(__file__).parents[1] / "benchmarks_data" / "mini201" / "parts" / "photodigits"
TUNED, JUDGED = 150, 300
RESAMPLES = 2000
Floats = NDArray[np.float64]


def main() -> None:
    """Read, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=Path, default=PARTS)
    found = trainings(parser.parse_args().parts)
    networks = living()
    parts = {"tuned on": networks[:TUNED], "judged by": networks[TUNED : TUNED + JUDGED]}
    for name, chosen in parts.items():
        there = [network for network in chosen if (network, 0) in found]
        print(f"{name}: {len(there)} of {len(chosen)} networks are there")
        if len(there) > 2:  # noqa: PLR2004  (two always agree or disagree)
            compare(there, found)
    twice = [network for network in networks if (network, 0) in found and (network, 1) in found]
    if len(twice) > 2:  # noqa: PLR2004
        one, other = (np.array([found[network, seed][-1] for network in twice]) for seed in (0, 1))
        tau = kendall(one, other)
        print(f"two seeds, {len(twice)} networks: Kendall tau {tau.value:.3f} [{tau.low:.3f}, {tau.high:.3f}]")


def compare(networks: list[int], found: dict[tuple[int, int], list[float]]) -> None:
    """Print how the networks' first trainings correlate with each table of NAS-Bench-201."""
    error = np.array([found[network, 0] for network in networks])
    last = error[:, -1]
    print(f"  error {last.min():.1f} to {last.max():.1f} %, median {np.median(last):.1f} %")
    for table in ("cifar10", "cifar100", "imagenet16-120"):
        theirs = Samples.load(f"nb201/{table}").mean_error[networks]
        low, high = interval(last, theirs)
        by_epoch = " ".join(f"{spearman(own, theirs):+.3f}" for own in error.T)
        print(f"  {table:15} Spearman {spearman(last, theirs):+.3f} [{low:+.3f}, {high:+.3f}]; by epoch {by_epoch}")


def living() -> list[int]:
    """Return the networks that have a path, in the order in which they are trained."""
    space = NB201()
    dead = set(space.canonical(space.unconnected).tolist())
    return [network for network, _ in schedule(space, None, 1, 0, 1) if network not in dead]


def trainings(folder: Path) -> dict[tuple[int, int], list[float]]:
    """Return the validation error after each epoch, by network and replica."""
    lines = [
        line for part in sorted(folder.glob("[0-9]*.jsonl")) for line in part.read_text().splitlines(keepends=True)
    ]
    records = [record for record in map(record_of, lines) if record is not None]
    return {(record["network"], record["replica"]): record["valid_error"] for record in records}


def spearman(one: Floats, other: Floats) -> float:
    """Return Spearman's rank correlation."""
    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])


def interval(one: Floats, other: Floats) -> tuple[float, float]:
    """Return its 95 % bootstrap interval: networks are drawn anew."""
    generator = np.random.default_rng(0)
    drawn = generator.integers(0, one.size, (RESAMPLES, one.size))
    low, high = np.quantile([spearman(one[rows], other[rows]) for rows in drawn], [0.025, 0.975])
    return float(low), float(high)


if __name__ == "__main__":
    main()
