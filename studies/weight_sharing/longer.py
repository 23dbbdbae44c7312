"""Do supernets rank wrongly because weights are shared, or because mini201's own trainings are short?

    python studies/weight_sharing/longer.py [--networks 37] [--out results/longer]

Trains random networks by mini201's recipe, but for 50 epochs instead of 4: as often as a supernet of 250 epochs trains
each operation. Then ranks them by these errors, by mini201's own, and by what the supernets said. Takes a quarter of an
hour on two cores, and continues where it was. Writes numbers/longer.json; intervals are of resampled networks.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from rich.console import Console
from scipy.stats import spearmanr

import nassim
from nassim.benchmarks.wrappers.one_shot_table import OneShotTable
from nassim.training.collect import collect
from nassim.training.recipe import MNIST5K

NUMBERS = Path(__file__).parent / "numbers"
EPOCHS = 50
SKIP = 1
RESAMPLED = 2000


def spearman(first: np.ndarray, second: np.ndarray) -> dict[str, object]:
    """Return the rank correlation of two rows, with a 95 % interval."""
    generator = np.random.default_rng(0)
    drawn = [generator.integers(len(first), size=len(first)) for _ in range(RESAMPLED)]
    many = [spearmanr(first[these], second[these]).statistic for these in drawn]
    return {
        "rho": round(float(spearmanr(first, second).statistic), 3),
        "interval": np.quantile(many, [0.025, 0.975]).round(3).tolist(),
    }


def main() -> None:
    """Train, compare, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=37)
    parser.add_argument("--out", type=Path, default=Path("results/longer"))
    options = parser.parse_args()
    folder = collect("nb201", "mnist5k", options.out, networks=options.networks, recipe=replace(MNIST5K, epochs=EPOCHS))
    rows = pq.read_table(folder / "trainings.parquet").to_pandas()
    last = rows[rows.epoch == EPOCHS].set_index("arch").test_error
    bench = OneShotTable(nassim.load("mini201/mnist5k"))
    dead = bench.space.index(bench.space.unconnected)
    networks = np.unique(bench.space.canonical(bench.space.at(last.index.to_numpy())))
    networks = networks[~np.isin(networks, dead)]
    archs = bench.space.at(networks)
    long, short, skips = last[networks].to_numpy(), bench.truth(archs), (archs == SKIP).sum(axis=1)
    found = {
        "networks": len(networks),
        "epochs": EPOCHS,
        "median error": {"long": float(np.median(long)), "short": float(np.median(short))},
        "long and short": spearman(long, short),
        "skips and long": spearman(skips, long),
        "skips and short": spearman(skips, short),
    }
    for level, epoch in enumerate(bench.told.epochs.tolist()):
        told = bench.told.error[:, level, networks].mean(axis=0)
        found[f"supernets, epoch {epoch}"] = {"long": spearman(told, long), "short": spearman(told, short)}
    (NUMBERS / "longer.json").write_text(json.dumps(found, indent=1) + "\n")
    Console().print_json(data=found)


if __name__ == "__main__":
    main()
