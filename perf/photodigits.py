"""Does mini201/photodigits rank networks as NAS-Bench-201 does, and do two seeds of it agree?

    python perf/photodigits.py [--parts FOLDER] [--out perf/photodigits.json]

Reads finished trainings. Data and recipe were tuned on the first 150 networks that have a path, in the order in which
they are trained, against CIFAR-10 alone; the next 300 judge, once, also against ImageNet16-120. Prints and writes
Spearman's rank correlation with a 95 % bootstrap interval over networks, at each epoch, Kendall's tau between two
trainings, and how mini201/mnist5k ranks. What was `tried` while tuning is kept as it stands in the file.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.siblings import siblings
from nassim.core.arrays import Floats
from nassim.spaces.nb201 import NB201
from nassim.stats.agreement import kendall
from nassim.training.collect import schedule
from nassim.training.parts import record_of

PARTS = Path(__file__).parents[1] / "benchmarks_data" / "mini201" / "parts" / "photodigits"
TUNED, JUDGED = 150, 300
RESAMPLES = 2000
FEWEST = 10  # networks of which a correlation says something


def main() -> None:
    """Read, compare, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=Path, default=PARTS)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    found, networks = trainings(options.parts), living()
    parts = {"tuned on": networks[:TUNED], "judged by": networks[TUNED : TUNED + JUDGED]}
    told: dict[str, object] = {name: compare(chosen, found) for name, chosen in parts.items()}
    told["two seeds"] = seeds([network for network in networks if {(network, 0), (network, 1)} <= found.keys()], found)
    told["mnist5k"] = {sibling.name: sibling.spearman for sibling in siblings("mini201/mnist5k")}
    if options.out.exists():
        told["tried"] = json.loads(options.out.read_text(encoding="utf-8")).get("tried", {})
    print(json.dumps(told, indent=1))
    options.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def compare(chosen: list[int], found: dict[tuple[int, int], list[float]]) -> dict[str, object]:
    """Return how the first trainings of those networks that are there correlate with each table of NAS-Bench-201."""
    there = [network for network in chosen if (network, 0) in found]
    told: dict[str, object] = {"networks": len(there), "of": len(chosen)}
    if len(there) < FEWEST:
        return told
    error = np.array([found[network, 0] for network in there])
    told |= {"lowest error": error[:, -1].min(), "median error": float(np.median(error[:, -1]))}
    for table in ("cifar10", "cifar100", "imagenet16-120"):
        theirs = PartialTable.load(f"nb201/{table}").mean_error[there]
        by_epoch = [spearman(own, theirs) for own in error.T]
        told[table] = {"spearman": by_epoch[-1], "interval": interval(error[:, -1], theirs), "by epoch": by_epoch}
    return told


def seeds(twice: list[int], found: dict[tuple[int, int], list[float]]) -> dict[str, object]:
    """Return Kendall's tau between two trainings of the networks, and its interval."""
    if len(twice) < FEWEST:
        return {"networks": len(twice)}
    one, other = (np.array([found[network, seed][-1] for network in twice]) for seed in (0, 1))
    tau = kendall(one, other)
    return {"networks": len(twice), "tau": tau.value, "interval": [tau.low, tau.high]}


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


def interval(one: Floats, other: Floats) -> list[float]:
    """Return its 95 % bootstrap interval: networks are drawn anew."""
    generator = np.random.default_rng(0)
    drawn = generator.integers(0, one.size, (RESAMPLES, one.size))
    return np.quantile([spearman(one[rows], other[rows]) for rows in drawn], [0.025, 0.975]).tolist()


if __name__ == "__main__":
    main()
