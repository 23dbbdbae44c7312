"""What the studies of the tests name as tests.study.toys:NAME."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from nassim.core.arrays import Archs, Rows
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError
from nassim.core.relaxation import Mixture
from nassim.core.strategy import OneRun, Strategy
from nassim.core.wrapper import Wrapper
from tests.toys import toy_benchmark

ONE = toy_benchmark((2, 3, 2))
TWO = toy_benchmark((3, 3))
LARGE = toy_benchmark((4, 5, 3, 3))
OTHER = toy_benchmark((5, 4, 6), seed=2)


class Tabled(Wrapper):
    """A benchmark that cannot relax."""

    def __init__(self) -> None:
        super().__init__(ONE)

    @property
    def relaxable(self) -> bool:
        """Whether it answers for mixtures."""
        return False


TABLED = Tabled()


class Slow(OneRun):
    """Random search that takes its time, so that a test can interrupt it."""

    def ask(self) -> Archs:
        """Return a random architecture, later."""
        time.sleep(0.001)
        return self.sample()

    def tell(self, arch: Archs, error: float) -> None:
        """Learn nothing."""


class Careful(Slow):
    """Random search in units of eight runs."""

    runs_per_unit = 8


class Mixed(Strategy):
    """Asks twice for the uniform mixture, and has ended."""

    max_evaluations = 2

    def ask(self, rows: Rows) -> Mixture:
        """Return equal chances."""
        chances = self.space.option_mask / self.space.option_mask.sum(axis=1, keepdims=True)
        return Mixture(np.broadcast_to(chances, (rows.size, *chances.shape)), np.ones(rows.size))

    def tell(self, rows: Rows, asked: Any, answer: Any) -> None:
        """Learn nothing."""

    def derive_architecture(self, rows: Rows) -> Archs:
        """Return zeros."""
        return np.zeros((rows.size, len(self.space.genes)), dtype=np.int8)


class Quitter(Strategy):
    """Gives up when asked for the second time."""

    asked = 0

    def ask(self, rows: Rows) -> Query:
        """Return random architectures, once."""
        self.asked += 1
        if self.asked > 1:
            raise SettingError("enough")
        return Query(self.space.sample(rows, self.streams))

    def tell(self, rows: Rows, asked: Any, answer: Any) -> None:
        """Learn nothing."""
