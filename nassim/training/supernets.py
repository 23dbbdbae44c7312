"""Supernets that are trained to be asked: from seeds of their own, for a number of steps, and kept as they were.

They are trained as in the searches of `sharing/`, without a search: on uniformly drawn paths, on strictly fair ones, or
on all operations at once. Each is kept as it was after some of its steps, so that whatever is asked of it later, by
whichever process, is asked of the same weights.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import torch

from nassim.core.documents import Table
from nassim.core.errors import DataError, SettingError, one_line
from nassim.core.settings import Count, check_value
from nassim.core.watcher import Watcher
from nassim.training.data import Data, load
from nassim.training.defaults import skeleton_for
from nassim.training.gathering import Job, gather
from nassim.training.judging import Batch
from nassim.training.parts import Record
from nassim.training.saving import save
from nassim.training.sharing._trainer import Trainer
from nassim.training.sharing.uniform import fair_step, uniform_step
from nassim.training.supernet import GENES, WIDTH, Supernet, fresh_supernet
from nassim.training.train import DAMAGED

Sampling = Literal["uniform", "fair", "mixed"]
EVEN = torch.full((GENES, WIDTH), 1.0 / WIDTH)


def mixed_step(trainer: Trainer, batch: Batch) -> None:
    """Train all operations at once on a batch, in even mixtures."""
    trainer.descend(EVEN, batch)


STEPS: Mapping[Sampling, Callable[[Trainer, Batch], None]] = {
    "uniform": uniform_step,
    "fair": fair_step,
    "mixed": mixed_step,
}


@dataclass(frozen=True)
class Supernets:
    """Which supernets are trained: all that decides their weights but the seed.

    Attributes:
        sampling: What a step trains: uniform, one random path; fair, five paths that share no operation; mixed,
            everything.
    """

    source: str  # of the images: a name or a path
    steps: tuple[int, ...]  # after which they are asked; they are trained to the last
    sampling: Sampling = "uniform"
    learning_rate: float = 0.025
    batch: int = 64
    device: str = "cpu"

    def __post_init__(self) -> None:
        """Raise SettingError unless the steps are counts that rise, and the sampling is known."""
        if not self.steps or list(self.steps) != sorted(set(self.steps)):
            raise SettingError(f"expected rising numbers of steps at which supernets are asked, got {self.steps}")
        for step in self.steps:
            check_value("steps", step, Count)
        check_value("sampling", self.sampling, Sampling)

    @classmethod
    def at_epochs(cls, source: str, epochs: tuple[int, ...], sampling: Sampling = "uniform") -> Supernets:
        """Return supernets that are asked after whole epochs of the training images."""
        per_epoch = cls(source, (1,)).per_epoch
        return cls(source, tuple(epoch * per_epoch for epoch in epochs), sampling)

    @property
    def data(self) -> Data:
        """The images."""
        return _load(self.source)

    @property
    def per_epoch(self) -> int:
        """How many steps an epoch has."""
        return -(-len(self.data.train.labels) // self.batch)

    @property
    def epochs(self) -> tuple[float, ...]:
        """After how many epochs they are asked: whole numbers where they are."""
        shares = [step / self.per_epoch for step in self.steps]
        return tuple(int(share) if share.is_integer() else share for share in shares)

    def identity(self) -> Table:
        """Return what decides the numbers as plain values."""
        data = self.data
        skeleton = asdict(skeleton_for(data))
        settings = {name: value for name, value in asdict(self).items() if name not in {"source", "device"}}
        return {"images_sha256": data.digest, "skeleton": skeleton} | settings

    def trained(self, seed: int) -> Iterator[Trainer]:
        """Yield the trainer of one supernet, the same each time, after each of the steps."""
        trainer = Trainer(self.data, self.steps[-1] / self.per_epoch, seed, self.learning_rate, self.batch)
        batches, train = trainer.endless(), STEPS[self.sampling]
        for step in range(1, self.steps[-1] + 1):
            train(trainer, next(batches))
            if step in self.steps:
                yield trainer


@dataclass(frozen=True)
class Kept:
    """Supernets and the folder in which they are kept."""

    supernets: Supernets
    folder: Path

    @property
    def device(self) -> str:
        """Where they are trained."""
        return self.supernets.device

    def identity(self) -> Table:
        """Return what decides the numbers as plain values."""
        return self.supernets.identity()

    def file(self, seed: int, step: int) -> Path:
        """Return where the weights of one supernet lie as they were after a step."""
        return self.folder / f"{seed}-{step}.pt"

    def read(self, seed: int, step: int) -> Supernet:
        """Return a supernet as it was after a step.

        Raises:
            DataError: If its file is missing or damaged.
        """
        data, path = self.supernets.data, self.file(seed, step)
        supernet = fresh_supernet(skeleton_for(data), seed)
        try:
            supernet.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        except DAMAGED as error:
            said = one_line(error)
            raise DataError(f"{path}: missing or damaged ({said}); delete its folder to train it again") from error
        return supernet.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def train_supernets(kept: Kept, seeds: int, jobs: int | None, watcher: Watcher | None) -> dict[Job, Record]:
    """Train the supernets that are missing in the folder, one for each of the seeds below a number; return records.

    A record holds the `seconds` of CPU that it took up to each of the steps.
    """
    return gather(training, kept, [(0, seed) for seed in range(seeds)], kept.folder, jobs, watcher)


def training(kept: Kept, job: Job) -> Record:
    """Train one supernet, by its seed, keep it at each of the steps, and return its record."""
    _, seed = job
    seconds, start = [], time.thread_time()
    for step, trainer in zip(kept.supernets.steps, kept.supernets.trained(seed), strict=True):
        seconds.append(round(time.thread_time() - start, 2))
        save(trainer.supernet.state_dict(), kept.file(seed, step))
    return {"network": 0, "replica": seed, "seconds": seconds}


@cache
def _load(source: str) -> Data:
    return load(source)
