"""Measures what searches see of a supernet on single validation batches.

    python studies/weight_sharing/slopes.py

Of supernets that were trained path by path, as for one-shot tables: the slope of the validation loss by the share of
each operation in an even mixture, and the errors of random cells. Takes minutes on two cores. What DARTS sees, whose
supernets are trained mixed, is in mini201/mnist5k, measured alike by `nassim.training.mixed_slopes`.

Writes numbers/slopes.json: by epoch, `mean` (supernets, 6, 5) over many batches, less the mean over the operations of
the edge, and `deviation` (supernets,), the root mean square of the standard deviations of single batches around it; and
`doubt` (supernets,), that of a cell's error in percent on a single batch, less what the batch has in common for all
cells, after the last epoch.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from joblib import Parallel, delayed

from nassim.training.mixed_slopes import batches, summary
from nassim.training.one_shot import EPOCHS
from nassim.training.sharing._trainer import Trainer
from nassim.training.supernet import GENES, WIDTH
from nassim.training.supernets import Supernets

HERE = Path(__file__).parent
SUPERNETS = 3
CELLS = 100  # whose errors are compared
EACH = 23  # batches for a cell


def doubt(trainer: Trainer) -> float:
    """Return how far a cell's error on one batch is from its mean, beside what all cells have in common there."""
    cells = trainer.integers(WIDTH, CELLS, GENES)
    some = batches(trainer.data.valid, trainer.batch)[:EACH]  # of a random order
    errors = np.array([[trainer.one_shot_error(cell, batch) for batch in some] for cell in cells])
    rest = errors - errors.mean(axis=0) - errors.mean(axis=1, keepdims=True) + errors.mean()
    return float(rest.std())


def measured(seed: int) -> dict[str, Any]:
    """Return mean slopes and deviation by epoch of one supernet, and the doubt at last."""
    torch.set_num_threads(1)
    found = []
    for trainer in Supernets.at_epochs("mnist5k", EPOCHS).trained(seed):
        found.append(summary(trainer.supernet, trainer.data.valid, trainer.batch))
    slope, deviation = zip(*found, strict=True)
    return {"slope": slope, "deviation": deviation, "doubt": round(doubt(trainer), 3)}


def main() -> None:
    """Train, measure, keep."""
    found = Parallel(n_jobs=2)(delayed(measured)(seed) for seed in range(SUPERNETS))
    kept: dict[str, Any] = {
        str(epoch): {
            "mean": [one["slope"][level] for one in found],
            "deviation": [one["deviation"][level] for one in found],
        }
        for level, epoch in enumerate(EPOCHS)
    }
    (HERE / "numbers" / "slopes.json").write_text(json.dumps(kept | {"doubt": [one["doubt"] for one in found]}) + "\n")


if __name__ == "__main__":
    main()
