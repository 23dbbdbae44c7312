"""The one-shot table: what supernets say of every network, beside what its own training says.

Supernets are trained from seeds of their own, see `supernets.py`. As they were at some of their steps, each network is
judged with the shared weights on all validation images, see `judging.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from nassim.core.arrays import Ids, Reals
from nassim.core.documents import Table
from nassim.core.settings import Count, check_value
from nassim.core.watcher import Watcher
from nassim.spaces.nb201 import NB201
from nassim.training.gathering import Job, by_hash, gather
from nassim.training.judging import SIZE, Judge, NormMode
from nassim.training.parts import Record
from nassim.training.skeleton import NONE, live_genes
from nassim.training.supernet import Supernet
from nassim.training.supernets import Kept, Supernets, train_supernets

EPOCHS = (5, 10, 25, 50, 100, 250)
SPACE = NB201()
DIGITS = 4  # after the point: answers are shares of a few thousand images


@dataclass(frozen=True)
class Asked:
    """Which supernets are asked, and how they are judged: all that decides the answers but network and seed."""

    kept: Kept
    norm: NormMode

    @property
    def device(self) -> str:
        """Where they are asked."""
        return self.kept.device

    def identity(self) -> Table:
        """Return what decides the numbers as plain values."""
        judged = f"all validation images, in batches of about {SIZE} with all classes"
        return self.kept.identity() | {"norm": self.norm, "judged": judged}


def one_shot(
    supernets: Supernets, out: Path, *, seeds: int = 3, networks: int | Sequence[int] | None = None,
    norm: NormMode = "batch", jobs: int | None = None, watcher: Watcher | None = None,
) -> pa.Table:  # fmt: skip
    """Ask supernets of `seeds` seeds for all distinct paths, or for some of the `networks`; see `table`.

    Supernets and answers are kept in the folder `out`, answers apart for each `norm`; an interrupted collection
    continues where it was, and other ways to judge ask the same supernets.

    Args:
        networks: How many paths, a random sample; or which architectures, by index.
    """
    check_value("seeds", seeds, Count)
    if not isinstance(networks, Sequence):
        check_value("networks", networks, Count | None)
    check_value("norm", norm, NormMode)
    kept = Kept(supernets, out / "supernets")
    train_supernets(kept, seeds, jobs, watcher)
    asked = _asked(networks)
    wanted = [(path, seed) for seed in range(seeds) for path in asked]
    records = gather(asking, Asked(kept, norm), wanted, out / norm, jobs, watcher)
    return table([records[job] for job in wanted], supernets.epochs)


def _asked(networks: int | Sequence[int] | None) -> list[int]:
    """Return the paths to ask for: of the architectures that are named, or the first in the order of their hashes."""
    if isinstance(networks, Sequence):
        return sorted(set(paths()[list(networks)].tolist()))
    return sorted(set(paths().tolist()), key=by_hash)[:networks]


def paths() -> Ids:
    """Return for each architecture the one in whose place a supernet computes it: `none` where an edge leads nowhere.

    Isomorphic architectures on other edges have other shared weights, so they are asked apart.
    """
    cells = SPACE.at(np.arange(SPACE.size))
    live = np.array([live_genes(passable) for passable in (cells != NONE).tolist()])
    return SPACE.index(np.where(live, cells, np.int8(NONE)))


def table(records: list[Record], epochs: tuple[float, ...]) -> pa.Table:
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
        "epoch": epoch_column(np.broadcast_to(epochs, shape).ravel()),
        "valid_error": pa.array(errors.ravel().round(DIGITS), pa.float64()),
    }
    return pa.table(columns)


def epoch_column(epochs: Reals) -> pa.Array:
    """Return numbers of epochs as a column: whole numbers if all are."""
    return pa.array(epochs, pa.int16() if np.issubdtype(epochs.dtype, np.integer) else pa.float64())


def asking(asked: Asked, job: Job) -> Record:
    """Return what a supernet, by its seed, says of a network after each of the steps: percent of wrong answers."""
    network, seed = job
    cell = SPACE.at(np.array([network]))[0]
    judge = _judge(asked.kept.supernets, asked.norm)
    errors = [judge.error(supernet, cell) for supernet in _read(asked.kept, seed)]
    return {"network": network, "replica": seed, "valid_error": errors}


@cache
def _judge(supernets: Supernets, norm: NormMode) -> Judge:
    return Judge(supernets.data, norm)


@cache
def _read(kept: Kept, seed: int) -> list[Supernet]:
    return [kept.read(seed, step) for step in kept.supernets.steps]
