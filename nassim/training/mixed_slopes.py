"""Slopes: what gradients say in supernets, by default in those whose operations are all trained at once, as by DARTS.

A supernet is trained from a seed of its own, see `supernets.py`. As it was at some of its steps, the slopes of its
validation loss by the share of each operation in an even mixture are measured on many batches.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from torch.nn import functional

from nassim.core.settings import Count, check_value
from nassim.core.watcher import Watcher
from nassim.training.data import Split
from nassim.training.gathering import Job, gather
from nassim.training.judging import Batch
from nassim.training.one_shot import epoch_column
from nassim.training.parts import Record
from nassim.training.supernet import GENES, WIDTH, Supernet
from nassim.training.supernets import EVEN, Kept, Supernets, train_supernets

EPOCHS = (1, 2, 5, 10, 25, 50)
PASSES = 5  # over all validation images
DIGITS = 5  # after the point


def mixed_slopes(
    supernets: Supernets, out: Path, *, seeds: int = 3, jobs: int | None = None, watcher: Watcher | None = None
) -> pa.Table:
    """Measure supernets of `seeds` seeds, sampled "mixed" as by DARTS or otherwise, and return the table; see `table`.

    Supernets and slopes are kept in the folder `out`; an interrupted collection continues where it was, and supernets
    that were asked for a one-shot table are there already.
    """
    check_value("seeds", seeds, Count)
    kept, wanted = Kept(supernets, out / "supernets"), [(0, seed) for seed in range(seeds)]
    train_supernets(kept, seeds, jobs, watcher)
    records = gather(measuring, kept, wanted, out / "slopes", jobs, watcher)
    return table([records[job] for job in wanted], supernets.epochs)


def table(records: list[Record], epochs: tuple[float, ...]) -> pa.Table:
    """Return a row per supernet, epoch, gene and option, sorted, with `slope` and `deviation`, both in nats.

    The slope is that of the loss by the option's share in an even mixture, less the mean over the gene's options; the
    deviation the root mean square, over all options, of the standard deviations of single batches around it.
    """
    shape = len(records), len(epochs), GENES, WIDTH
    seeds, deviations = (np.array([record[name] for record in records]) for name in ("replica", "deviation"))
    places = dict(zip(("supernet", "epoch", "gene", "option"), np.indices(shape), strict=True))
    columns = {
        "supernet": pa.array(seeds[places["supernet"]].ravel(), pa.int8()),
        "epoch": epoch_column(np.array(epochs)[places["epoch"]].ravel()),
        "gene": pa.array(places["gene"].ravel(), pa.int8()),
        "option": pa.array(places["option"].ravel(), pa.int8()),
        "slope": pa.array(np.array([record["slope"] for record in records]).ravel(), pa.float64()),
        "deviation": pa.array(np.broadcast_to(deviations[:, :, None, None], shape).ravel(), pa.float64()),
    }
    return pa.table(columns)


def measuring(kept: Kept, job: Job) -> Record:
    """Return slopes (steps, 6, 5) and deviations (steps,) of a supernet, by its seed."""
    _, seed = job
    plan = kept.supernets
    found = [summary(kept.read(seed, step), plan.data.valid, plan.batch) for step in plan.steps]
    slope, deviation = zip(*found, strict=True)
    return {"network": 0, "replica": seed, "slope": slope, "deviation": deviation}


def summary(supernet: Supernet, split: Split, size: int) -> tuple[list[list[float]], float]:
    """Return the mean slopes (6, 5) of a supernet, and by how much those of single batches of a size deviate."""
    each = slopes(supernet, batches(split, size))
    return each.mean(axis=0).round(DIGITS).tolist(), round(float(np.sqrt(each.var(axis=0).mean())), DIGITS)


def slopes(supernet: Supernet, measured: list[Batch]) -> NDArray[np.float64]:
    """Return the slopes of the loss on each batch, (batches, 6, 5), less the mean over the operations."""
    found = []
    for images, labels in measured:
        mixing = EVEN.clone().requires_grad_()
        loss = functional.cross_entropy(supernet(images, mixing), labels)
        found.append(torch.autograd.grad(loss, mixing)[0].double().numpy())
    raw = np.stack(found)
    centred: NDArray[np.float64] = raw - raw.mean(axis=2, keepdims=True)
    return centred


def batches(split: Split, size: int) -> list[Batch]:
    """Return batches of a split in random orders, the same every time, without those that are not full."""
    generator, size = torch.Generator().manual_seed(0), min(size, len(split.labels))
    orders = [torch.randperm(len(split.labels), generator=generator) for _ in range(PASSES)]
    chosen = [part for order in orders for part in torch.split(order, size) if len(part) == size]
    return [(split.images[part], split.labels[part]) for part in chosen]
