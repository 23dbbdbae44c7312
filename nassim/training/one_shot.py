"""The one-shot table: what uniformly trained supernets say of every network, beside what its own training says.

A supernet is trained by single-path uniform sampling (see `sharing/uniform.py`) from a seed of its own. At some of
its epochs each network is judged with the shared weights, on the same validation images every time.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from nassim.space import Ids
from nassim.spaces.nb201 import NB201
from nassim.training.collect import Job, Watcher, by_hash, gather
from nassim.training.data import Data, load
from nassim.training.parts import Record
from nassim.training.recipe import skeleton_for
from nassim.training.sharing._trainer import Trainer
from nassim.training.sharing.uniform import uniform_step
from nassim.training.skeleton import NONE, live_genes
from nassim.training.supernet import Supernet

EPOCHS = (5, 10, 25, 50, 100, 250)
SPACE = NB201()
DIGITS = 4  # after the point: answers are shares of a few hundred images


@dataclass(frozen=True)
class Supernets:
    """Which supernets are asked: all that decides their answers but network and seed."""

    source: str  # of the images: a name or a path
    epochs: tuple[int, ...] = EPOCHS  # when they are asked; they are trained to the last
    device: str = "cpu"

    @property
    def data(self) -> Data:
        """The images."""
        return _load(self.source)

    def identity(self) -> dict[str, Any]:
        """Return what decides the numbers as plain values."""
        data = self.data
        skeleton = skeleton_for(data.name, data.channels, data.size, data.classes)
        return {"images_sha256": data.digest, "epochs": list(self.epochs), "skeleton": asdict(skeleton)}


def one_shot(
    source: str, out: Path, *, seeds: int = 3, networks: int | None = None, jobs: int | None = None,
    epochs: tuple[int, ...] = EPOCHS, watcher: Watcher | None = None,
) -> pa.Table:  # fmt: skip
    """Ask `seeds` supernets for all distinct paths, or a random sample of them, and return the table; see `table`.

    Answers are kept in the folder `out`; an interrupted collection continues where it was.
    """
    asked = sorted(set(paths().tolist()), key=by_hash)[:networks]
    wanted = [(path, seed) for seed in range(seeds) for path in asked]  # each process trains a supernet once
    records = gather(asking, Supernets(source, epochs), wanted, out, jobs, watcher)
    return table([records[job] for job in wanted], epochs)


def paths() -> Ids:
    """Return for each architecture the one in whose place a supernet computes it: `none` where an edge leads nowhere.

    Isomorphic architectures on other edges have other shared weights, so they are asked apart.
    """
    cells = SPACE.at(np.arange(SPACE.size))
    live = np.array([live_genes(passable) for passable in (cells != NONE).tolist()])
    return SPACE.index(np.where(live, cells, np.int8(NONE)))


def table(records: list[Record], epochs: tuple[int, ...]) -> pa.Table:
    """Return a row per architecture, supernet and epoch, sorted: columns arch, supernet, epoch, valid_error."""
    by_path = paths()
    by_job = {(record["network"], record["replica"]): record["valid_error"] for record in records}
    seeds = sorted({replica for _, replica in by_job})
    archs: Ids = np.flatnonzero(np.isin(by_path, [path for path, _ in by_job]))
    errors = np.array([[by_job[int(by_path[arch]), seed] for seed in seeds] for arch in archs])
    shape = errors.shape
    columns = {
        "arch": pa.array(np.broadcast_to(archs[:, None, None], shape).ravel(), pa.int32()),
        "supernet": pa.array(np.broadcast_to(np.array(seeds)[:, None], shape).ravel(), pa.int8()),
        "epoch": pa.array(np.broadcast_to(epochs, shape).ravel(), pa.int16()),
        "valid_error": pa.array(errors.ravel().round(DIGITS), pa.float64()),
    }
    return pa.table(columns)


def asking(plan: Supernets, job: Job) -> Record:
    """Return what a supernet, by its seed, says of a network at each of the epochs: percent of wrong answers."""
    network, seed = job
    cell = SPACE.at(np.array([network]))[0]
    trainer, supernets = _trained(plan, seed)
    errors = []
    for supernet in supernets:
        trainer.supernet = supernet
        errors.append(trainer.one_shot_error(cell, trainer.judged))
    return {"network": network, "replica": seed, "valid_error": errors}


@cache
def _trained(plan: Supernets, seed: int) -> tuple[Trainer, list[Supernet]]:
    """Return a trainer and its supernet as it was after each of the epochs."""
    trainer = Trainer(plan.data, plan.epochs[-1], seed)
    kept = []
    for epoch in range(1, plan.epochs[-1] + 1):
        for batch in trainer.batches():
            uniform_step(trainer, batch)
        if epoch in plan.epochs:
            kept.append(deepcopy(trainer.supernet))
    return trainer, kept


@cache
def _load(source: str) -> Data:
    return load(source)
