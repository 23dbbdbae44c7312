"""A trainer of the user's: a command that trains one network and says how well it does.

    nassim search --space nb201 --trainer "python train.py {architecture} {epochs} {seed}" --epochs 12 --trainings 60

The command is run without a shell, its words with the values in place. The last line that it prints must be two or
three numbers: the validation error in percent, the seconds that training took, and if it likes the test error. A
training that has failed prints nan, and ends with 0. Seeds from 1000 on confirm: only there should it look at test
images.
"""

from __future__ import annotations

import math
import shlex
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nassim import catalog
from nassim.automl.request import Request
from nassim.automl.trainer import Trainer
from nassim.core.documents import Table
from nassim.core.errors import DataError, SettingError, short
from nassim.core.watcher import Watcher
from nassim.training.gathering import Job, gather
from nassim.training.parts import Record

NAMES = ("architecture", "epochs", "seed")
WHOLE = 100.0  # the highest error in percent


@dataclass(frozen=True)
class Command:
    """What is run: all that decides a training but its network and seed."""

    space: str
    words: tuple[str, ...]
    epochs: int
    device: str = "cpu"  # the command's own business; so many processes as cores are begun

    def identity(self) -> Table:
        """Return what decides the numbers."""
        return {"space": self.space, "trainer": list(self.words), "epochs": self.epochs}


class OwnTrainer(Trainer):
    """Trains by a command.

    Raises:
        SettingError: If the command does not name what it is to train.
    """

    def __init__(self, request: Request) -> None:
        self.space, self.device = catalog.space(request.space, code=True), "cpu"
        self.name = request.trainer or ""
        try:
            words = tuple(shlex.split(self.name))
            said = [word.format(**dict.fromkeys(NAMES, "")) for word in words]
        except (ValueError, KeyError, IndexError) as error:
            raise SettingError(f"the trainer {short(self.name)!r} must have no braces but {_named()}") from error
        if not said or "{architecture}" not in self.name or "{seed}" not in self.name:
            raise SettingError(f"the trainer {short(self.name)!r} must be a command with {_named()}")
        if not self.space.listed:
            raise SettingError(
                f"space {self.space.name} has more architectures than can be listed; choose a smaller one"
            )
        self.command = Command(request.space, words, request.epochs or 1)

    def identity(self) -> Table:
        """Return what decides the numbers of a training."""
        return self.command.identity()

    def train(
        self, jobs: list[Job], folder: Path, processes: int | None, watcher: Watcher, *, confirming: bool
    ) -> dict[Job, Record]:
        """Return the records of trainings; those that confirm without a test error have nan."""
        records = gather(own_training, self.command, jobs, folder, processes, watcher)
        return {job: record if confirming else _without_test(record) for job, record in records.items()}

    def seconds(self, network: int) -> float:
        """Return what the command took for one training."""
        start = time.monotonic()
        own_training(self.command, (network, 0))
        return time.monotonic() - start

    def recipe(self) -> Table:
        """Return what was run."""
        return {"trainer": self.name, "epochs": self.command.epochs}


def own_training(command: Command, job: Job) -> Record:
    """Return the record of one training by a command.

    Raises:
        DataError: If it cannot be run, fails, or prints no numbers; it says what it printed last.
    """
    network, seed = job
    space = catalog.space(command.space, code=True)
    architecture = space.show(space.at(np.array([network]))[0])
    values = {"architecture": architecture, "epochs": command.epochs, "seed": seed}
    words = [word.format(**values) for word in command.words]
    try:
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603  (the user's)
    except OSError as error:
        raise DataError(f"the trainer cannot be run ({error.strerror}): {short(shlex.join(words), 160)}") from error
    if done.returncode:
        why = _last(done.stderr) or _last(done.stdout) or "it said nothing"
        raise DataError(
            f"the trainer ended with {done.returncode} ({short(why, 160)}): {short(shlex.join(words), 160)}"
        )
    valid, seconds, test = _numbers(_last(done.stdout), words)
    curves = {"valid_error": [valid], "seconds": [seconds], "valid_seconds": [0.0], "test_error": [test]}
    return {"network": network, "replica": seed, **curves}


def _numbers(line: str, words: list[str]) -> tuple[float, float, float]:
    """Return error, seconds and test error that a line says; nan = it does not say that.

    Raises:
        DataError: If it does not say the first two, or an error is none.
    """
    try:
        error, seconds, *rest = map(float, line.split())
        test = rest[0] if rest else math.nan
        fine = len(rest) <= 1 and 0 <= seconds < math.inf and not any(one < 0 or one > WHOLE for one in (error, test))
    except ValueError:
        fine = False
    if not fine:
        raise DataError(
            f"the trainer must print as its last line error and seconds, such as '7.5 61.2', or with a test error "
            f"'7.5 61.2 8.1'; it printed {short(line)!r}: {short(shlex.join(words), 160)}"
        )
    return error, seconds, test


def _without_test(record: Record) -> Record:
    return {name: value for name, value in record.items() if name != "test_error"}


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _named() -> str:
    return "{architecture}, {seed} and, if it likes, {epochs}"
