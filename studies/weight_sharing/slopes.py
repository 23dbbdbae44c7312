"""Measures what searches see of a supernet on single validation batches.

    python studies/weight_sharing/slopes.py

By what DARTS steers: the slope of the validation loss by each operation's share in an even mixture. Of supernets that
were trained path by path, as for one-shot tables, and of such that were trained mixed, as by DARTS. By what the others
choose: the errors of random cells by the weights of the former. Takes minutes on two cores.

Writes numbers/slopes.json: by training and epoch, `mean` (supernets, 6, 5) over many batches, less the mean over the
operations of the edge; `deviation` (supernets,), the root mean square of the standard deviations of single batches
around it; and `doubt` (supernets,), that of a cell's error in percent on a single batch, less what the batch has in
common for all cells, after the last epoch by path.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from joblib import Parallel, delayed

from nassim.training.data import load
from nassim.training.mixed_slopes import EPOCHS, MixedSupernets, batches, measuring, summary
from nassim.training.sharing._trainer import Trainer
from nassim.training.sharing.uniform import uniform_step
from nassim.training.supernet import GENES, WIDTH

HERE = Path(__file__).parent
BY_PATH = (5, 10, 25, 50, 100, 250)  # epochs
SUPERNETS = 3
CELLS = 100  # whose errors are compared
EACH = 23  # batches for a cell


def doubt(trainer: Trainer) -> float:
    """Return how far a cell's error on one batch is from its mean, beside what all cells have in common there."""
    cells = trainer.integers(WIDTH, CELLS, GENES)
    errors = np.array([[trainer.one_shot_error(cell, batch) for batch in batches(trainer)[:EACH]] for cell in cells])
    rest = errors - errors.mean(axis=0) - errors.mean(axis=1, keepdims=True) + errors.mean()
    return float(rest.std())


def by_path(seed: int) -> dict[str, Any]:
    """Return mean slopes and deviation by epoch of one supernet, and the doubt at last."""
    torch.set_num_threads(1)
    trainer, found = Trainer(load("mnist5k"), BY_PATH[-1], seed), []
    for epoch in range(1, BY_PATH[-1] + 1):
        for batch in trainer.batches():
            uniform_step(trainer, batch)
        if epoch in BY_PATH:
            found.append(summary(trainer))
    slope, deviation = zip(*found, strict=True)
    return {"slope": slope, "deviation": deviation, "doubt": round(doubt(trainer), 3)}


def mixed(seed: int) -> dict[str, Any]:
    """Return the same of one supernet whose operations are trained at once."""
    torch.set_num_threads(1)
    return measuring(MixedSupernets("mnist5k"), (0, seed))


def by_epoch(measured: list[dict[str, Any]], epochs: tuple[int, ...]) -> dict[str, Any]:
    """Return by the epoch's text what all supernets had there."""
    return {
        str(epoch): {
            "mean": [one["slope"][level] for one in measured],
            "deviation": [one["deviation"][level] for one in measured],
        }
        for level, epoch in enumerate(epochs)
    }


def main() -> None:
    """Train, measure, keep."""
    work = [delayed(one)(seed) for one in (by_path, mixed) for seed in range(SUPERNETS)]
    found = Parallel(n_jobs=2)(work)
    paths, others = found[:SUPERNETS], found[SUPERNETS:]
    kept = {"path": by_epoch(paths, BY_PATH), "mixed": by_epoch(others, EPOCHS), "doubt": [o["doubt"] for o in paths]}
    (HERE / "numbers" / "slopes.json").write_text(json.dumps(kept) + "\n")


if __name__ == "__main__":
    main()
