"""Trains the networks of a space for real into a table: in parallel, resumable, in an order that is a random sample.

Finished trainings go into `out/parts/<data>/` one by one, and what can be measured without training into
`out/parts/<data>-measures/`; when all are there, `table.py` makes a benchmark of them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from nassim import catalog
from nassim.core.arrays import Archs
from nassim.core.documents import Table
from nassim.core.renamed import renamed_names
from nassim.core.settings import Count, check_value
from nassim.core.space import Space
from nassim.core.watcher import Watcher
from nassim.training import data as images
from nassim.training.defaults import differences, recipe_for, skeleton_for
from nassim.training.gathering import Job, by_hash, gather, one_thread
from nassim.training.instructions import require
from nassim.training.measure import latency, measures
from nassim.training.parts import Record
from nassim.training.recipe import Recipe
from nassim.training.skeleton import Skeleton, check_buildable
from nassim.training.table import build
from nassim.training.train import CURVES, Training, device_of, seed_of, train
from nassim.training.zero_cost import scores

DIGITS = {"train_loss": 5, "seconds": 4, "valid_seconds": 4}  # after the point, of curves that are no shares


@dataclass(frozen=True)
class Plan:
    """What is trained and how: all that decides a training's numbers but the network and the replica."""

    space: str
    source: str  # of the data: a name or a path
    recipe: Recipe
    skeleton: Skeleton
    device: str
    instructions: str = ""  # vector instructions without which it is not done, such as AVX2; "" = the machine's own
    size: int | None = None  # to which images of a folder per class are brought; None = by default

    @property
    def data(self) -> images.Data:
        """The images."""
        return _load(self.source, self.device, self.size)

    def identity(self) -> Table:
        """Return what decides the numbers as plain values: which images they are does, where they lie does not."""
        plain = {"recipe": self.recipe.plain(), "skeleton": asdict(self.skeleton)}
        made_with = {"instructions": self.instructions} if self.instructions else {}
        return {"space": self.space, "images_sha256": self.data.digest, **plain, **made_with}


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
    size: int | None = None,
    jobs: int | None = None,
    instructions: str = "",
    facts: Table | None = None,
    watcher: Watcher | None = None,
) -> Path:
    """Train and measure what is still missing, make the benchmark of it, and return its folder `out/<data>`.

    What is already there is kept; an interrupted collection continues where it was, and may ask for more.

    Args:
        space: The space's name.
        data: Name or path of the images.
        out: The folder of the benchmark's family.
        networks: How many of the space's distinct networks, a random sample; default all.
        replicas: How many trainings of each, with different seeds.
        repeated: So many of them, a random sample again, are trained `repeats` times.
        recipe: How to train; default that recorded for the data, or that fits them, see `defaults.py`.
        skeleton: What networks are like; default likewise.
        device: Auto, cpu or cuda.
        size: Pixels a side to which images of a folder per class are brought; default see `folders.py`.
        jobs: How many processes; default one per core, and one on a GPU. Results do not depend on it.
        instructions: What every training must be computed with, such as "AVX2"; see training/instructions.py.
        facts: What is to stand on the benchmark's card besides what is known.
    """
    for what, value in {"replicas": replicas, "repeats": repeats}.items():
        check_value(what, value, Count)
    for what, number in {"networks": networks, "jobs": jobs}.items():
        check_value(what, number, Count | None)
    check_buildable(catalog.space(space))
    plan = replace(plan_of(space, data, recipe, skeleton, device, size), instructions=instructions)
    wanted = schedule(catalog.space(space), networks, replicas, repeated, repeats)
    name = plan.data.name
    parts = Path(out) / "parts"
    trained = gather(training, plan, wanted, parts / name, jobs, watcher)
    firsts = [(network, 0) for network in dict.fromkeys(network for network, _ in trained)]
    measured = gather(measuring, replace(plan, device="cpu"), firsts, parts / f"{name}-measures", jobs, watcher)
    stated = _stated(plan) | (facts or {})
    build(Path(out) / name, plan.identity(), list(trained.values()), list(measured.values()), stated)
    return Path(out) / name


def plan_of(
    space: str,
    data: str,
    recipe: Recipe | None = None,
    skeleton: Skeleton | None = None,
    device: str = "cpu",
    size: int | None = None,
) -> Plan:
    """Return the plan of a space and data, with what is recorded for the data, or fits them, where nothing is given."""
    where = device_of(device).type
    found = _load(data, where, size)
    return Plan(space, data, recipe or recipe_for(found), skeleton or skeleton_for(found), where, size=size)


def _stated(plan: Plan) -> Table:
    """Return what the card says of the images, and in what trainings differ from published ones."""
    data = plan.data
    source = plan.source if plan.source in images.NAMED else str(Path(plan.source).resolve())
    told: Table = {"images": {"sha256": data.digest, "source": source, "size": data.size}}
    found = differences(data, plan.recipe, plan.skeleton, plan.device)
    return told | ({"differences": found} if found else {})


def identity_digest(plan: Plan) -> str:
    """Return a sha256 of all that decides the numbers of a plan's trainings, versions included."""
    about = plan.identity() | {"torch": torch.__version__, "device": plan.device}
    return sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def schedule(space: Space, networks: int | None, replicas: int, repeated: int, repeats: int) -> list[Job]:
    """Return all trainings in the order in which they are done: of whatever is done first, networks are random.

    The order is that of the blake2b hash of the networks' ids; first all have their first training, then those that
    have a second, and so on. So a sample of more networks begins with the sample of fewer.
    """
    distinct = np.unique(space.canonical(space.at(np.arange(space.size)))).tolist()
    chosen = sorted(distinct, key=by_hash)[:networks]
    counts = [max(replicas, repeats) if position < repeated else replicas for position in range(len(chosen))]
    return [
        (network, replica)
        for replica in range(max(counts))
        for network, count in zip(chosen, counts, strict=True)
        if replica < count
    ]


def training(plan: Plan, job: Job) -> Record:
    """Return the record of one training."""
    return recorded(job, _trained(plan, job, tested=True))


def searching(plan: Plan, job: Job) -> Record:
    """Return the record of one training in which nothing looks at the test images: it has no test error."""
    record = recorded(job, _trained(plan, job, tested=False))
    del record["test_error"]
    return record


def _trained(plan: Plan, job: Job, *, tested: bool) -> Training:
    network, replica = job
    require(plan.instructions)
    seed = seed_of(network, replica)
    return train(_arch(plan, network), plan.data, plan.recipe, plan.skeleton, seed, tested=tested)


def recorded(job: Job, trained: Training) -> Record:
    """Return the record of a training that is done."""
    network, replica = job
    curves = {name: getattr(trained, name) for name in CURVES}
    for name, digits in DIGITS.items():
        curves[name] = [round(value, digits) for value in curves[name]]
    return {"network": network, "replica": replica, **curves}


def scoring(plan: Plan, network: int) -> dict[str, float]:
    """Return the zero-cost scores of a network, those that `measuring` records with its first training."""
    with one_thread():
        return scores(_arch(plan, network), plan.data, plan.skeleton, seed_of(network, 0))


def timing(plan: Plan, job: Job) -> Record:
    """Return the record of one measurement of a network's latency; None where this machine cannot run it."""
    network, replica = job
    try:
        found: float | None = latency(_arch(plan, network), plan.skeleton)
    except (RuntimeError, MemoryError):
        found = None
    return {"network": network, "replica": replica, "latency": found}


def measuring(plan: Plan, job: Job) -> Record:
    """Return the record of what was measured of a network without training it."""
    network, replica = job
    require(plan.instructions)
    found = plan.data
    measured = measures(_arch(plan, network), found, plan.skeleton, seed_of(network, replica))
    return {"network": network, "replica": replica, **measured}


def _arch(plan: Plan, network: int) -> Archs:
    arch: Archs = catalog.space(plan.space).at(np.array([network]))[0]
    return arch


@cache
def _load(source: str, device: str, size: int | None) -> images.Data:
    return images.load(source, torch.device(device), size)


if not TYPE_CHECKING:  # an old name
    __getattr__ = renamed_names(__name__, {"Silent": "nassim.core.watcher.Watcher"})
