"""Mixed slopes: what gradients say in supernets whose operations are all trained at once, as those of DARTS are.

A supernet is trained on even mixtures of all operations, from a seed of its own. At some of its epochs the slopes of
its validation loss by the share of each operation are measured, there, on many batches.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray

from nassim.training.collect import Job, Watcher, gather
from nassim.training.one_shot import Supernets
from nassim.training.parts import Record
from nassim.training.sharing._trainer import Batch, Trainer
from nassim.training.supernet import GENES, WIDTH

EPOCHS = (1, 2, 5, 10, 25, 50)
PASSES = 5  # over all validation images
EVEN = torch.full((GENES, WIDTH), 1.0 / WIDTH)
DIGITS = 5  # after the point


class MixedSupernets(Supernets):
    """Supernets whose operations are all trained at once, measured after some epochs."""

    def identity(self) -> dict[str, Any]:
        """Return what decides the numbers as plain values."""
        return super().identity() | {"training": "mixed"}


def mixed_slopes(
    source: str, out: Path, *, seeds: int = 3, jobs: int | None = None, epochs: tuple[int, ...] = EPOCHS,
    watcher: Watcher | None = None,
) -> pa.Table:  # fmt: skip
    """Measure `seeds` supernets and return the table; see `table`.

    Finished ones are kept in the folder `out`; an interrupted collection continues where it was.
    """
    wanted = [(0, seed) for seed in range(seeds)]
    records = gather(measuring, MixedSupernets(source, epochs), wanted, out, jobs, watcher)
    return table([records[job] for job in wanted], epochs)


def table(records: list[Record], epochs: tuple[int, ...]) -> pa.Table:
    """Return a row per supernet, epoch, gene and option, sorted, with `slope` and `deviation`, both in nats.

    slope      of the loss by the option's share in an even mixture, less the mean over the gene's options
    deviation  root mean square, over all options, of the standard deviations of single batches around it
    """
    shape = len(records), len(epochs), GENES, WIDTH
    seeds, deviations = (np.array([record[name] for record in records]) for name in ("replica", "deviation"))
    places = dict(zip(("supernet", "epoch", "gene", "option"), np.indices(shape), strict=True))
    columns = {
        "supernet": pa.array(seeds[places["supernet"]].ravel(), pa.int8()),
        "epoch": pa.array(np.array(epochs)[places["epoch"]].ravel(), pa.int16()),
        "gene": pa.array(places["gene"].ravel(), pa.int8()),
        "option": pa.array(places["option"].ravel(), pa.int8()),
        "slope": pa.array(np.array([record["slope"] for record in records]).ravel(), pa.float64()),
        "deviation": pa.array(np.broadcast_to(deviations[:, :, None, None], shape).ravel(), pa.float64()),
    }
    return pa.table(columns)


def measuring(plan: MixedSupernets, job: Job) -> Record:
    """Return slopes (epochs, 6, 5) and deviations (epochs,) of a supernet, by its seed."""
    _, seed = job
    trainer, found = Trainer(plan.data, plan.epochs[-1], seed), []
    for epoch in range(1, plan.epochs[-1] + 1):
        for batch in trainer.batches():
            trainer.descend(EVEN, batch)
        if epoch in plan.epochs:
            found.append(summary(trainer))
    slope, deviation = zip(*found, strict=True)
    return {"network": 0, "replica": seed, "slope": slope, "deviation": deviation}


def summary(trainer: Trainer) -> tuple[list[list[float]], float]:
    """Return the mean slopes (6, 5) of a supernet, and by how much those of single batches deviate."""
    each = slopes(trainer)
    return each.mean(axis=0).round(DIGITS).tolist(), round(float(np.sqrt(each.var(axis=0).mean())), DIGITS)


def slopes(trainer: Trainer) -> NDArray[np.float64]:
    """Return the slopes of the loss on each of many batches, (batches, 6, 5), less the mean over the operations."""
    found = []
    for batch in batches(trainer):
        mixing = EVEN.clone().requires_grad_()
        found.append(torch.autograd.grad(trainer.loss(mixing, batch), mixing)[0].double().numpy())
    raw = np.stack(found)
    centred: NDArray[np.float64] = raw - raw.mean(axis=2, keepdims=True)
    return centred


def batches(trainer: Trainer) -> list[Batch]:
    """Return validation batches, the same every time; the supernet's own random numbers stay as they are."""
    generator, (images, labels) = torch.Generator().manual_seed(0), trainer.data.valid
    orders = [torch.randperm(len(labels), generator=generator) for _ in range(PASSES)]
    chosen = [part for order in orders for part in torch.split(order, trainer.batch) if len(part) == trainer.batch]
    return [(images[part], labels[part]) for part in chosen]
