"""Rungs: after which epochs trainings are compared, and the brackets that Hyperband makes of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from nassim.core.arrays import Archs, Floats, Ids, Rows
from nassim.core.benchmark import Outcome, Query
from nassim.core.growing import grown
from nassim.core.settings import Range

Eta = Annotated[int, Range(2)]
Sizes = tuple[int, ...]
NOT = np.iinfo(np.int64).max


def rungs_of(epochs: Sequence[int], eta: int, least: int = 1) -> tuple[int, ...]:
    """Return R, R / eta, R / eta**2, ... for the last fidelity R, increasing, none below `least`.

    Each is the nearest of the recorded `epochs`, in ratio; those that fall together are one.
    """
    allowed = [epoch for epoch in epochs if epoch >= least] or [epochs[-1]]
    wanted, chosen = float(epochs[-1]), {epochs[-1]}
    while (wanted := wanted / eta) >= allowed[0] * (1 - 1e-9):
        chosen.add(min(allowed, key=lambda epoch: abs(math.log(epoch / wanted))))
    return tuple(sorted(chosen))


def halvings(count: int, eta: int, rungs: int) -> Sizes:
    """Return how many of `count` architectures are trained to each of so many rungs: 1 / eta of those before."""
    return tuple(count // eta**rung for rung in range(rungs))


def hyperband_sizes(rungs: int, eta: int) -> list[Sizes]:
    """Return Hyperband's brackets, Algorithm 1: bracket s begins s rungs below the last, s = rungs - 1, ..., 0."""
    counts = {s: -(-rungs * eta**s // (s + 1)) for s in reversed(range(rungs))}
    return [halvings(count, eta, s + 1) for s, count in counts.items()]


def rounded_sizes(rungs: int, eta: int) -> list[Sizes]:
    """Return Hyperband's brackets as the authors' programs of BOHB and DEHB have them.

    Bracket s begins with eta**s times rungs / (s + 1), the quotient rounded down, so all its rungs divide evenly.
    """
    return [halvings(rungs // (s + 1) * eta**s, eta, s + 1) for s in reversed(range(rungs))]


class Asked(NamedTuple):
    """Where a bracket needs something new, each (m,)."""

    rung: Ids  # of all rungs
    before: Ids  # rungs that its bracket has before that one
    size: Ids  # architectures that its bracket trains there


class Brackets:
    """Successive halvings of many runs, side by side where workers would wait otherwise.

    A bracket's next rung begins when all of the one before are told. Meanwhile a free worker helps the oldest bracket
    that has something to do, and opens the next one if there is none. Failed trainings are never promoted.

    Args:
        schedule: The sizes of each bracket, which are repeated in this order; all end at the last of the `rungs`.
        promoting: Whether the best of a rung are what the next one trains; if not, all of it is proposed.
        dtype: Of what is proposed, a row per architecture.
    """

    def __init__(
        self,
        runs: int,
        genes: int,
        rungs: Sequence[int],
        schedule: Sequence[Sizes],
        *,
        promoting: bool = True,
        dtype: DTypeLike,
    ) -> None:
        self.promoting = promoting
        self.kinds, self.widest = len(schedule), max(map(max, schedule))
        self._sizes, self._epochs = (np.zeros((self.kinds, len(rungs) + 1), dtype=np.int64) for _ in range(2))
        for kind, sizes in enumerate(schedule):
            self._sizes[kind, : len(sizes)] = sizes
            self._epochs[kind, 1 : len(sizes) + 1] = rungs[len(rungs) - len(sizes) :]  # [rung + 1]; before it, 0
        self._below = np.array([len(rungs) - len(sizes) for sizes in schedule])  # rungs that a bracket leaves out
        self._opened = np.zeros(runs, dtype=np.int64)
        self._number = np.full((runs, 0), NOT)  # of the bracket in each slot, counted from 0; NOT = none
        self._rung, self._size, self._asked, self._told = (np.zeros((runs, 0), dtype=np.int64) for _ in range(4))
        self._archs = np.zeros((runs, 0, self.widest, genes), dtype=dtype)
        self._error = np.full((runs, 0, self.widest), np.inf)

    def begun(self, rows: Rows) -> Ids:
        """Return how many brackets each row has begun, (m,)."""
        begun: Ids = self._opened[rows]
        return begun

    def ask(self, rows: Rows, propose: Callable[[Rows, Asked], Archs | Floats]) -> Query:
        """Return the next training of each row; `propose(rows, asked)` gives what to begin with, (m, genes)."""
        slot = self._slot(rows)
        here = rows, slot
        place = self._asked[here]
        self._asked[here] += 1
        kind, rung = self._number[here] % self.kinds, self._rung[here]
        proposes = (rung == 0) | (not self.promoting)
        begins = np.flatnonzero(proposes)
        if begins.size:
            asked = Asked((rung + self._below[kind])[begins], rung[begins], self._size[here][begins])
            proposed = propose(rows[begins], asked)
            self._archs[rows[begins], slot[begins], place[begins]] = proposed
        since = np.where(proposes, 0, self._epochs[kind, rung])
        return Query(self._archs[rows, slot, place], self._epochs[kind, rung + 1], since, slot * self.widest + place)

    def under_way(self, rows: Rows, asked: Query) -> Archs | Floats:
        """Return what was proposed for questions that are not told yet, (m, genes)."""
        slot, place = np.divmod(np.asarray(asked.tag), self.widest)
        proposed: Archs | Floats = self._archs[rows, slot, place]
        return proposed

    def tell(self, rows: Rows, asked: Query, answer: Outcome) -> None:
        """Keep the errors (m,); promote the best of each rung that is complete."""
        slot, place = np.divmod(np.asarray(asked.tag), self.widest)
        self._error[rows, slot, place] = np.fmin(answer.error, np.inf)
        self._told[rows, slot] += 1
        complete = self._told[rows, slot] == self._size[rows, slot]
        if complete.any():
            self._promote(rows[complete], slot[complete])

    def _slot(self, rows: Rows) -> Ids:
        """Return where each row has something to do."""
        ready = self._asked[rows] < self._size[rows]
        number = np.where(ready, self._number[rows], NOT)
        none = np.flatnonzero(~ready.any(axis=1))
        slot: Ids = number.argmin(axis=1) if number.shape[1] else np.zeros(rows.size, dtype=np.int64)
        if none.size:
            slot[none] = self._open(rows[none])
        return slot

    def _open(self, rows: Rows) -> Ids:
        """Open the next bracket of each row, in a slot that is free."""
        if not (self._number[rows] == NOT).any(axis=1).all():
            self._grow()
        slot: Ids = (self._number[rows] == NOT).argmax(axis=1)
        here = rows, slot
        self._number[here] = self._opened[rows]
        self._size[here] = self._sizes[self._opened[rows] % self.kinds, 0]
        self._rung[here] = self._asked[here] = self._told[here] = 0
        self._opened[rows] += 1
        return slot

    def _promote(self, rows: Rows, slot: Ids) -> None:
        """Begin the next rung with the best of this one, or close the bracket."""
        here = rows, slot
        error = self._error[here]
        best = error.argsort(axis=1, kind="stable")
        most = np.isfinite(error).sum(axis=1) if self.promoting else self.widest
        self._archs[here] = np.take_along_axis(self._archs[here], best[:, :, None], axis=1)
        self._error[here] = np.inf
        self._rung[here] += 1
        self._size[here] = np.minimum(self._sizes[self._number[here] % self.kinds, self._rung[here]], most)
        self._asked[here] = self._told[here] = 0
        self._number[here] = np.where(self._size[here] > 0, self._number[here], NOT)

    def _grow(self) -> None:
        """Make room for one more bracket in every run."""
        self._number, self._archs = grown(self._number, 1, NOT), grown(self._archs, 1)
        self._rung, self._size, self._asked, self._told = (
            grown(kept, 1) for kept in (self._rung, self._size, self._asked, self._told)
        )
        self._error = grown(self._error, 1, np.inf)
