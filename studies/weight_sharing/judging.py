"""Measures what supernets say of networks by how their paths are judged: on which images, with which statistics.

    python studies/weight_sharing/judging.py [--networks 300] [--jobs 1] [--out results/judging]

Trains the first supernet of mini201/mnist5k's one-shot table again, path by path, and asks it of random paths in three
ways, see `nassim.training.judging`; and, as that table was made, on the first 500 validation images, digits 0 to 3.
Beside them stands what the shipped table says of the same paths: its supernet was trained on another machine, where
the last bits of sums, and so after thousands of steps the weights, differ. Takes some minutes on one core, and
continues where it was.

Writes numbers/judging.json: by way and epoch, of the networks that have a path from input to output, their `median`
one-shot error in percent; its rank correlation (Spearman) with the validation errors of NAS-Bench-201 on CIFAR-10,
`cifar10`, and with mini201/mnist5k's own trainings, `own`; and with the number of skip connections, `skips`. Intervals
are of resampled networks.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import get_args

import numpy as np
import pyarrow as pa
from rich.console import Console
from scipy.stats import spearmanr

import nassim
from nassim.benchmarks.wrappers.one_shot_table import OneShotTable
from nassim.core.arrays import Archs
from nassim.training.judging import Judge, NormMode
from nassim.training.one_shot import one_shot, paths
from nassim.training.supernets import Kept, Supernets

NUMBERS = Path(__file__).parent / "numbers"
EPOCHS = (5, 250)
SKIP = 1
FIRST = 500  # validation images
RESAMPLED = 2000


def spearman(first: np.ndarray, second: np.ndarray) -> list[float]:
    """Return the rank correlation of two rows (n,), and the ends of its 95 % interval."""
    generator = np.random.default_rng(0)
    drawn = [generator.integers(len(first), size=len(first)) for _ in range(RESAMPLED)]
    many = [spearmanr(first[these], second[these]).statistic for these in drawn]
    found = [spearmanr(first, second).statistic, *np.quantile(many, [0.025, 0.975])]
    return [round(float(value), 3) for value in found]


def by_path(told: pa.Table) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Return the paths (n,) of a table of one supernet, and by epoch the errors (n,) that it told of them."""
    rows = told.to_pandas().pivot_table(index="arch", columns="epoch", values="valid_error")
    rows = rows[paths()[rows.index] == rows.index]  # one cell for each
    return rows.index.to_numpy(), {int(epoch): rows[epoch].to_numpy() for epoch in rows}


def on_the_first(kept: Kept, cells: Archs) -> dict[int, np.ndarray]:
    """Return by epoch what the first supernet says of cells (n, genes) on the first images, as they lie: (n,)."""
    images, judge = kept.supernets.data.valid, Judge(kept.supernets.data)
    batch = [(images.images[:FIRST], images.labels[:FIRST])]
    supernets = [kept.read(0, step) for step in kept.supernets.steps]
    told = [np.array([judge.error(supernet, cell, batch) for cell in cells]) for supernet in supernets]
    return dict(zip(EPOCHS, told, strict=True))


def main() -> None:
    """Train, ask, compare, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("results/judging"))
    options = parser.parse_args()
    mini, cifar10 = nassim.load("mini201/mnist5k"), nassim.load("nb201/cifar10")
    shipped = OneShotTable(mini).told
    plan, ways = Supernets.at_epochs("mnist5k", EPOCHS), {}
    for norm in get_args(NormMode):
        table = one_shot(plan, options.out, seeds=1, networks=options.networks, norm=norm, jobs=options.jobs)
        archs, ways[norm] = by_path(table)
    cells = mini.space.at(archs)
    first = on_the_first(Kept(plan, options.out / "supernets"), cells)
    by_table = {epoch: shipped.error[0, shipped.epochs.tolist().index(epoch), archs] for epoch in EPOCHS}
    ways = {"shipped table": by_table, "first 500 images": first} | ways
    alive = ~np.isin(archs, mini.space.index(mini.space.unconnected))
    others = {"cifar10": cifar10.truth(cells), "own": mini.truth(cells), "skips": (cells == SKIP).sum(axis=1)}
    found = {
        way: {
            str(epoch): {"median": round(float(np.median(errors[alive])), 2)}
            | {name: spearman(errors[alive], values[alive]) for name, values in others.items()}
            for epoch, errors in told.items()
        }
        for way, told in ways.items()
    }
    (NUMBERS / "judging.json").write_text(json.dumps({"networks": int(alive.sum()), **found}, indent=1) + "\n")
    Console().print_json(data=found)


if __name__ == "__main__":
    main()
