"""Training in plain Python: one run asks a table for one architecture after the other, until its budget is spent."""

from __future__ import annotations

from typing import Any

from tests.oracles.random import WORD, Random
from tests.oracles.space import Arch, PlainSpace


class BudgetSpentError(Exception):
    """The run has trained as many architectures as it may."""


class Trainer:
    """Trains architectures one after the other and keeps what happened.

    Of an architecture's repeated trainings, a run always sees the same one: a hash of the run's training seed and of
    the
    architecture's number says which.
    """

    def __init__(self, benchmark: Any, seed: int, run: int, evaluations: int) -> None:
        self.error = benchmark._error[-1, :, :-1].tolist()
        self.seconds_of = benchmark._seconds[-1, :, :-1].tolist()
        self.counts = benchmark._counts.tolist()
        self.space = PlainSpace(benchmark.space.choices)
        self.training_seed = Random(seed, "luck", run).word()
        self.evaluations = evaluations
        self.archs: list[Arch] = []
        self.errors: list[float] = []
        self.seconds: list[float] = []

    def train(self, arch: Arch) -> float:
        """Return the error, infinite if the training failed."""
        if len(self.archs) == self.evaluations:
            raise BudgetSpentError
        number = self.space.number(arch)
        replica = hash32(number * 0x9E3779B9 % WORD ^ self.training_seed) * self.counts[number] // WORD
        error = self.error[number][replica]
        self.archs.append(arch)
        self.errors.append(error)
        self.seconds.append((self.seconds[-1] if self.seconds else 0.0) + self.seconds_of[number][replica])
        return float("inf") if error != error else error  # noqa: PLR0124  (nan differs from itself)


def hash32(word: int) -> int:
    """Return the finaliser of MurmurHash3 (Appleby 2011)."""
    word ^= word >> 16
    word = word * 0x85EBCA6B % WORD
    word ^= word >> 13
    word = word * 0xC2B2AE35 % WORD
    return word ^ word >> 16
