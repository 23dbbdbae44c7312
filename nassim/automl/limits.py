"""Limits: which candidates keep what a user has asked for, with what margin, and whether a model does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nassim.automl.candidates import Candidates
from nassim.automl.worlds import Known
from nassim.core.arrays import Flags, Floats
from nassim.core.errors import SettingError
from nassim.core.model_card import Kept
from nassim.core.objectives import Limit, Objectives
from nassim.core.policies import ERROR
from nassim.core.policies import Limits as Said

LATENCY = "latency"


@dataclass(frozen=True)
class Limits:
    """Limits of costs of candidates.

    `margin` is the share by which a latency that was predicted may be too low.
    """

    limits: tuple[Limit, ...]
    margin: float = 0.0

    @classmethod
    def of(cls, said: Said, candidates: Candidates, name: str, margin: float) -> Limits:
        """Return the limits that are said of the candidates for some data.

        Raises:
            SettingError: If one is none, or no candidate keeps them all; it names the nearest.
        """
        found = cls(Objectives.of(Known(candidates, name), (ERROR,), said).limits, margin)
        missed = found.missed(candidates)
        if missed.min() > 0:
            nearest = candidates.archs[missed.argmin()]
            raise SettingError(
                f"no network keeps {', '.join(map(str, found.limits))}; nearest is "
                f"{candidates.space.show(nearest):.90}, violated by {100 * missed.min():.3g} %"
            )
        return found

    def missed(self, candidates: Candidates) -> Floats:
        """Return by which share of a bound each candidate misses the limits at most, (n,); at most 0 = not at all."""
        worst = np.full(len(candidates), -np.inf)
        for limit in self.limits:
            values = candidates.costs[limit.cost]
            sure = values * (1 + self.margin) if limit.cost == LATENCY and not limit.at_least else values
            worst = np.maximum(worst, limit.missed(sure))
        return worst

    def keeping(self, candidates: Candidates) -> Flags:
        """Return which candidates keep all limits, (n,)."""
        return self.missed(candidates) <= 0

    def judged(self, costs: dict[str, float]) -> list[Kept]:
        """Return of each limit whether a model of some costs keeps it."""
        return [
            {
                "cost": limit.cost,
                "bound": limit.bound,
                "at_least": limit.at_least,
                "value": costs[limit.cost],
                "kept": bool(limit.missed(np.array([costs[limit.cost]]))[0] <= 0),
            }
            for limit in self.limits
        ]
