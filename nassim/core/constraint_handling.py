"""How a search that knows only errors hears of limits: the error that it is told, by name, as published.

    none               the error as it is; limits matter only for what is handed in
    reject             the error as it is; what misses a limit is drawn again before it is trained (once-for-all, Cai et
                       al., ICLR 2020): see `rejecting`
    feasibility-first  what misses a limit is worse than all that keeps it, the more it misses (Deb, 2000)
    penalty            the error plus `weight` points for each whole bound by which limits are missed
    mnasnet-soft       reward = accuracy x (cost / limit)**weight, -.07 as published (Tan et al., CVPR 2019)
    mnasnet-hard       reward = accuracy where the limit is kept, accuracy / (cost / limit) where it is not (same)
    tunas              reward = accuracy + weight x |cost / limit - 1|, -.07 as published (Bender et al., CVPR 2020)

An accuracy is a share, 1 - error / 100; what is told of a reward is 100 (1 - reward), so that lower is better. With
several limits, factors multiply and terms add up.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Protocol

import numpy as np

from nassim.core.arrays import Archs, Flags, Floats, Rows
from nassim.core.errors import SettingError
from nassim.core.policies import Handling
from nassim.core.random_streams import Streams
from nassim.core.space import Space

WHOLE = 100.0  # the highest error in percent
WEIGHTS: dict[Handling, float] = {"penalty": 100.0, "mnasnet-soft": -0.07, "tunas": -0.07}  # as published, or our own
REWARDS: tuple[Handling, ...] = ("mnasnet-soft", "mnasnet-hard", "tunas")
ROUNDS, TRIES = 1000, 100  # in which a sample, and a mutant or child, that misses a limit is drawn again


class Feasible(Protocol):
    """Says which architectures (n, genes) of runs (n,) keep all limits, (n,), before they are trained."""

    def __call__(self, archs: Archs, rows: Rows) -> Flags:
        """Return it."""


def told_error(how: Handling, weight: float | None, error: Floats, ratios: Floats, violation: Floats) -> Floats:
    """Return the errors (m,) that a strategy is told; nan where a training failed or a cost is missing.

    Args:
        how: The way of handling limits.
        weight: The exponent, factor or price of it; None = as published.
        error: Of the trainings, (m,).
        ratios: By how much each limit is used up, (m, limits): above 1 it is missed.
        violation: By how much limits are missed in all, as shares of their bounds, (m,); inf = a cost is missing.
    """
    factor = WEIGHTS.get(how, 0.0) if weight is None else weight
    accuracy = 1 - error / WHOLE
    if how == "feasibility-first":
        told = np.where(violation > 0, WHOLE * (1 + violation), error)
    elif how == "penalty":
        told = error + factor * violation
    elif how == "mnasnet-soft":
        told = WHOLE * (1 - accuracy * np.prod(ratios**factor, axis=1))
    elif how == "mnasnet-hard":
        told = WHOLE * (1 - accuracy / np.prod(np.maximum(ratios, 1), axis=1))
    elif how == "tunas":
        told = WHOLE * (1 - accuracy - factor * np.abs(ratios - 1).sum(axis=1))
    else:
        return error
    return np.where(np.isfinite(violation) & ~np.isnan(error), told, np.nan)


def check_handling(how: Handling, weight: float | None, unit: str, *, limited: bool) -> None:
    """Raise SettingError if limits cannot be handled so: none are given, errors are no percentages, idle weights."""
    if how != "none" and not limited:
        raise SettingError(f"handling = {how!r} is of limits, and there are none; give constraints, or leave it out")
    if how in (*REWARDS, "feasibility-first") and "%" not in unit:
        raise SettingError(f"handling = {how!r} needs errors in percent, got {unit!r}; try 'penalty' or 'reject'")
    if weight is not None and how not in WEIGHTS:
        raise SettingError(f"handling_weight is for {', '.join(WEIGHTS)}, not for {how!r}; leave it out")


def rejecting(space: Space, feasible: Feasible) -> Space:
    """Return a space whose samples, mutants and children keep the limits: what does not is drawn again.

    Neighbours, which are listed and not drawn, are all there.

    Raises:
        SettingError: Where a thousand rounds find none.
    """
    found = copy(space)
    found.__class__ = type(
        f"Feasible{type(space).__name__}", (_Rejecting, type(space)), {"feasible": staticmethod(feasible)}
    )
    return found


def drawn_again(draw: Callable[[Rows], Archs], keeps: Feasible, size: int, rounds: int) -> tuple[Archs, Rows]:
    """Return what is drawn (size, genes), what is not kept again, for so many rounds; and who still have none.

    Each is looked at once: that may be paid.

    Args:
        draw: Returns architectures for some of the rows 0 to size - 1.
        keeps: Says which architectures, of which of these rows, are kept.
        size: How many are wanted.
        rounds: In which what is not kept is drawn again.
    """
    missing: Rows = np.arange(size)
    found = draw(missing)
    missing = np.flatnonzero(~keeps(found, missing))
    for _ in range(rounds):
        if not missing.size:
            break
        found[missing] = draw(missing)
        missing = missing[~keeps(found[missing], missing)]
    return found, missing


class _Rejecting(Space):
    """What a space draws, and draws again."""

    feasible: Feasible

    def sample(self, rows: Rows, streams: Streams) -> Archs:
        """Return architectures that keep the limits (m, genes)."""
        found, missing = self._again(lambda which: super(_Rejecting, self).sample(rows[which], streams), rows, ROUNDS)
        if missing.size:
            raise SettingError(
                f"{ROUNDS * rows.size:,} random architectures of {self.name} miss the limits; give wider ones"
            )
        return found

    def mutate(self, archs: Archs, rows: Rows, streams: Streams, how: str = "uniform") -> Archs:
        """Return mutants that keep the limits (m, genes); samples where a parent seems to have none."""
        plain = super().mutate
        found = self._again(lambda which: plain(archs[which], rows[which], streams, how), rows, TRIES)
        return self._or_sample(*found, rows, streams)

    def crossover(self, first: Archs, second: Archs, rows: Rows, streams: Streams) -> Archs:
        """Return children that keep the limits (m, genes); samples where two parents seem to have none."""
        plain = super().crossover
        found = self._again(lambda which: plain(first[which], second[which], rows[which], streams), rows, TRIES)
        return self._or_sample(*found, rows, streams)

    def _again(self, draw: Callable[[Rows], Archs], rows: Rows, rounds: int) -> tuple[Archs, Rows]:
        """Return what is drawn (m, genes), those that miss the limits again; and who still miss them after all."""
        return drawn_again(draw, lambda archs, which: self.feasible(archs, rows[which]), rows.size, rounds)

    def _or_sample(self, found: Archs, missing: Rows, rows: Rows, streams: Streams) -> Archs:
        if missing.size:
            found[missing] = self.sample(rows[missing], streams)
        return found
