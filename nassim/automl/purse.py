"""Purse: what a search may still spend, in trainings. What is confirmed at the end is put aside from the beginning."""

from __future__ import annotations

import math
from typing import NamedTuple

from nassim.automl.request import Request

MANY, SOME = 40, 16  # trainings in all from which confirmation is thorough, or there is any comparison at all
SHARE = 1.1  # of the time that trainings took so far: the next may take longer


class Confirmation(NamedTuple):
    """What is trained again at the end, with seeds that the search did not see."""

    top: int  # of the networks that look best
    rivals: int  # a hand-made network, and the best of those chosen at random
    seeds: int

    @property
    def trainings(self) -> int:
        """How many trainings that takes, with that of the model which is handed in."""
        return (self.top + self.rivals) * self.seeds + 1

    @classmethod
    def of(cls, trainings: int, top: int) -> Confirmation:
        """Return what fits into so many trainings in all."""
        if trainings >= MANY:
            return cls(top, 2, 3)
        return cls(min(top, 2), 2, 2) if trainings >= SOME else cls(1, 0, 1)


class Purse(NamedTuple):
    """What was spent, and what a training takes."""

    request: Request
    processes: int
    expected: float  # seconds of one training on one process, before there is experience
    done: int  # trainings
    spent: float  # seconds of the wall clock since the search began, without pauses

    @property
    def each(self) -> float:
        """Seconds of the wall clock that one more training takes, with all processes at work."""
        return SHARE * self.spent / self.done if self.done >= self.processes else self.expected / self.processes

    @property
    def left(self) -> int:
        """How many more trainings can be afforded."""
        by_count = math.inf if self.request.trainings is None else self.request.trainings - self.done
        by_time = math.inf if self.request.seconds is None else (self.request.seconds - self.spent) / self.each
        return max(math.floor(min(by_count, by_time)), 0)

    @property
    def total(self) -> int:
        """How many trainings there are in all, those done included."""
        return self.done + self.left

    @property
    def confirmation(self) -> Confirmation:
        """Return what is put aside for the end."""
        return Confirmation.of(self.total, self.request.top)

    @property
    def to_search(self) -> int:
        """How many more trainings may search."""
        return max(self.left - self.confirmation.trainings, 0)
