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
from nassim.training.sharing._trainer import Batch, Trainer
from nassim.training.sharing.uniform import uniform_step
from nassim.training.supernet import GENES, WIDTH

HERE = Path(__file__).parent
ASKED = {"path": (5, 10, 25, 50, 100, 250), "mixed": (1, 2, 5, 10, 25, 50)}  # epochs; trained to the last
SUPERNETS = 3
CELLS = 100  # whose errors are compared
PASSES = 5  # over all validation images
EACH = 23  # batches for a cell
EVEN = torch.full((GENES, WIDTH), 1.0 / WIDTH)


def batches(trainer: Trainer) -> list[Batch]:
    """Return validation batches, the same every time; the supernet's own random numbers stay as they are."""
    generator, (images, labels) = torch.Generator().manual_seed(0), trainer.data.valid
    orders = [torch.randperm(len(labels), generator=generator) for _ in range(PASSES)]
    chosen = [part for order in orders for part in torch.split(order, trainer.batch) if len(part) == trainer.batch]
    return [(images[part], labels[part]) for part in chosen]


def slopes(trainer: Trainer) -> np.ndarray:
    """Return the slope of the loss on each of many batches, (batches, 6, 5), less the mean over the operations."""
    found = []
    for batch in batches(trainer):
        mixing = EVEN.clone().requires_grad_()
        found.append(torch.autograd.grad(trainer.loss(mixing, batch), mixing)[0].double().numpy())
    raw = np.stack(found)
    centred: np.ndarray = raw - raw.mean(axis=2, keepdims=True)
    return centred


def doubt(trainer: Trainer) -> float:
    """Return how far a cell's error on one batch is from its mean, beside what all cells have in common there."""
    cells = trainer.integers(WIDTH, CELLS, GENES)
    errors = np.array([[trainer.one_shot_error(cell, batch) for batch in batches(trainer)[:EACH]] for cell in cells])
    rest = errors - errors.mean(axis=0) - errors.mean(axis=1, keepdims=True) + errors.mean()
    return float(rest.std())


def measured(training: str, seed: int) -> dict[str, Any]:
    """Return mean and deviation by epoch of one supernet."""
    torch.set_num_threads(1)
    epochs = ASKED[training]
    trainer, found = Trainer(load("mnist5k"), epochs[-1], seed), {}
    for epoch in range(1, epochs[-1] + 1):
        for batch in trainer.batches():
            if training == "path":
                uniform_step(trainer, batch)
            else:
                trainer.descend(EVEN, batch)
        if epoch in epochs:
            each = slopes(trainer)
            found[str(epoch)] = each.mean(axis=0).round(5).tolist(), round(float(np.sqrt(each.var(axis=0).mean())), 5)
    if training == "path":
        found["doubt"] = round(doubt(trainer), 3)
    return found


def main() -> None:
    """Train, measure, keep."""
    wanted = [(training, seed) for training in ASKED for seed in range(SUPERNETS)]
    each = dict(zip(wanted, Parallel(n_jobs=2)(delayed(measured)(*one) for one in wanted), strict=True))
    kept: dict[str, Any] = {
        training: {
            str(epoch): {
                what: [each[training, seed][str(epoch)][place] for seed in range(SUPERNETS)]
                for place, what in enumerate(("mean", "deviation"))
            }
            for epoch in epochs
        }
        for training, epochs in ASKED.items()
    }
    kept["doubt"] = [each["path", seed]["doubt"] for seed in range(SUPERNETS)]
    (HERE / "numbers" / "slopes.json").write_text(json.dumps(kept) + "\n")


if __name__ == "__main__":
    main()
