"""Trains the networks of a space for real into a table: in parallel, resumable, in an order that is a random sample.

Finished trainings go into `out/parts/<data>/` one by one; when all are there, `table.py` makes the benchmark of them.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

from nassim import catalog
from nassim.disk import alone, writing
from nassim.settings import Count, check_value
from nassim.space import Space
from nassim.training import data as images
from nassim.training.parts import Parts, Record
from nassim.training.pool import results
from nassim.training.recipe import Recipe, recipe_for, skeleton_for
from nassim.training.skeleton import Skeleton
from nassim.training.train import CURVES, device_of, seed_of, train

DIGITS = {"train_loss": 5, "seconds": 4, "valid_seconds": 4}  # after the point, of curves that are no shares
Job = tuple[int, int]  # network, by its canonical id, and replica


class Watcher(Protocol):
    """What is told while trainings are collected."""

    def begin(self, done: int, total: int) -> None:
        """So many trainings are kept from before, of so many."""

    def advance(self, seconds_left: float) -> None:
        """One more training is done; the rest will take about so long."""

    def note(self, text: str) -> None:
        """Something unexpected that needs no help."""


@dataclass(frozen=True)
class Plan:
    """What is trained and how: all that decides a training's numbers but the network and the replica."""

    space: str
    source: str  # of the data: a name or a path
    recipe: Recipe
    skeleton: Skeleton
    device: str

    def identity(self, digest: str) -> dict[str, Any]:
        """Return it as plain values; where the data lies and what trains do not matter, which images they are does."""
        recipe, skeleton = asdict(self.recipe), asdict(self.skeleton)
        return {"space": self.space, "images_sha256": digest, "recipe": recipe, "skeleton": skeleton}


def collect(
    space: str,
    data: str,
    out: str | Path,
    *,
    networks: int | None = None,
    replicas: int = 1,
    repeated: int = 0,
    repeats: int = 3,
    recipe: Recipe | None = None,
    skeleton: Skeleton | None = None,
    device: str = "auto",
    jobs: int | None = None,
    watcher: Watcher | None = None,
) -> Path:
    """Train what is still missing, and return the folder of the data set in `out`, a benchmark family's folder.

    networks   how many of the space's distinct networks, a random sample; default all
    replicas   how many trainings of each, with different seeds
    repeated   so many of them, a random sample again, are trained `repeats` times
    recipe, skeleton  default those recorded for the data
    device     auto, cpu or cuda
    jobs       how many processes; default one per core, and one on a GPU. Results do not depend on it

    What is already there is kept; an interrupted collection continues where it was, and may ask for more.
    """
    for what, value in {"replicas": replicas, "repeats": repeats}.items():
        check_value(what, value, Count)
    check_value("networks", networks, Count | None)
    check_value("jobs", jobs, Count | None)
    where = device_of(device)
    loaded = _load(data, where.type)
    recipe = recipe or recipe_for(loaded.name)
    skeleton = skeleton or skeleton_for(loaded.name, recipe, loaded.channels, loaded.size, loaded.classes)
    plan = Plan(space, data, recipe, skeleton, where.type)
    wanted = schedule(catalog.space(space), networks, replicas, repeated, repeats)
    folder = Path(out) / "parts" / loaded.name
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        parts = Parts(folder, plan.identity(loaded.digest), watcher.note if watcher else _ignore)
        missing = [job for job in wanted if job not in parts.records]
        if watcher:
            watcher.begin(len(wanted) - len(missing), len(wanted))
        _complete(plan, missing, parts, jobs, watcher)
    return Path(out) / loaded.name


def schedule(space: Space, networks: int | None, replicas: int, repeated: int, repeats: int) -> list[Job]:
    """Return all trainings in the order in which they are done: of whatever is done first, networks are random.

    The order is that of the blake2b hash of the networks' ids; first all have their first training, then those that
    have a second, and so on. So a sample of more networks begins with the sample of fewer.
    """
    distinct = np.unique(space.canonical(space.at(np.arange(space.size)))).tolist()
    chosen = sorted(distinct, key=_hash)[:networks]
    counts = [max(replicas, repeats) if position < repeated else replicas for position in range(len(chosen))]
    return [
        (network, replica)
        for replica in range(max(counts))
        for network, count in zip(chosen, counts, strict=True)
        if replica < count
    ]


def training(plan: Plan, job: Job) -> Record:
    """Return the record of one training."""
    network, replica = job
    space = catalog.space(plan.space)
    arch = space.at(np.array([network]))[0]
    trained = train(arch, _load(plan.source, plan.device), plan.recipe, plan.skeleton, seed_of(network, replica))
    curves = {name: getattr(trained, name) for name in CURVES}
    for name, digits in DIGITS.items():
        curves[name] = [round(value, digits) for value in curves[name]]
    return {"network": network, "replica": replica, **curves}


def _complete(plan: Plan, missing: list[Job], parts: Parts, jobs: int | None, watcher: Watcher | None) -> None:
    jobs = jobs or (_cores() if plan.device == "cpu" else 1)
    start = time.monotonic()
    work = ((plan, job) for job in missing)
    for done, record in enumerate(results(training, work, min(jobs, len(missing))), start=1):
        parts.add(record)
        if watcher:
            watcher.advance((time.monotonic() - start) / done * (len(missing) - done))


@cache
def _load(source: str, device: str) -> images.Data:
    return images.load(source, torch.device(device))


def _cores() -> int:
    from joblib import cpu_count

    return int(cpu_count())


def _hash(network: int) -> bytes:
    return blake2b(str(network).encode(), digest_size=8).digest()


def _ignore(text: str) -> None:
    del text
