"""What a search is asked for: the data, the limits, what may be spent; all else has a default."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, get_type_hints

from nassim.core.documents import Table
from nassim.core.errors import SettingError
from nassim.core.policies import Limits
from nassim.core.settings import Count, NonNegative, Positive, Range, Says, check_value
from nassim.training.recipe import Metric

SECONDS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
DURATION = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([a-z]+)\s*")
LEAST = 4  # trainings: three networks, and the winner once more
Enough = Annotated[int, Range(LEAST)]


@dataclass(frozen=True)
class Request:
    """What is asked of a search. It has images or a trainer, and a budget in trainings, in seconds, or both."""

    data: str | None
    limits: Limits = field(default_factory=dict)
    trainings: Annotated[Enough | None, Says("trainings in all, confirmation and export included")] = None
    seconds: Annotated[Positive | None, Says("of this machine's time")] = None
    space: str = "nb201"
    device: str = "auto"
    jobs: Count | None = None
    size: Annotated[Count | None, Says("pixels a side of the images of a folder per class")] = None
    epochs: Annotated[Count | None, Says("of a training; None = as fits the data")] = None
    metric: Metric = "error"
    trainer: str | None = None
    seed: int = 0
    top: Annotated[Count, Says("networks that are confirmed with fresh seeds")] = 3
    patience: Annotated[
        NonNegative, Says("points of error: the search ends when all that is left of its budget promises less")
    ] = 0.0

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self), include_extras=True)
        for name, hint in hints.items():
            if name != "limits":
                check_value(name, getattr(self, name), hint)
        if (self.data is None) == (self.trainer is None):
            raise SettingError("a search needs images (data), or a command that trains (trainer), and not both")
        if self.trainings is None and self.seconds is None:
            raise SettingError("a search needs a budget: trainings such as 60, or time such as 2h")

    def identity(self) -> Table:
        """Return what decides which networks are trained next, but for the budget."""
        return {"limits": self.limits, "seed": self.seed}


def seconds_of(text: str) -> float:
    """Return the seconds of a duration such as 90s, 5m, 2h or 1.5h.

    Raises:
        SettingError: If it is none.
    """
    found = DURATION.fullmatch(text)
    if not found or found[2] not in SECONDS or not float(found[1]):
        raise SettingError(f"expected a time such as 90s, 5m, 2h or 1d, got {text!r:.40}")
    return float(found[1]) * SECONDS[found[2]]


def limits_of(texts: Sequence[str]) -> Limits:
    """Return the limits that texts such as "latency 5 ms", "params 1e5" or "flops 30 %" say, by cost.

    Raises:
        SettingError: If one says none.
    """
    limits: dict[str, list[float | str]] = {}
    for text in texts:
        cost, _, bound = text.strip().partition(" ")
        if not bound.strip():
            raise SettingError(f"expected a limit such as 'latency 5 ms' or 'params 1e5', got {text!r:.40}")
        limits.setdefault(cost, []).append(bound.strip())
    return dict(limits)
