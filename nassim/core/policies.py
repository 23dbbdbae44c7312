"""How runs are simulated, and when they end: one declaration of names, types and defaults, checked when made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypedDict, get_type_hints

from nassim.core.settings import Count, NonNegative, Positive, check_value

Signal = Literal["one-seed", "resampled", "mean"]
Identity = Literal["string", "isomorphism"]
Repeats = Literal["pay", "free"]
Restart = NonNegative | Literal["scratch"]
TrainingSetBill = Literal["free", "billed"]
JudgedBy = Literal["auto", "unseen-seeds", "all-seeds"]


@dataclass(frozen=True)
class Policies:
    """What a simulation lets each run see, pay and wait for; `nassim.simulate` says what each means."""

    workers: Count = 1
    signal: Signal = "one-seed"
    identity: Identity = "string"
    repeats: Repeats = "pay"
    restart: Restart = 0.0
    judged_by: JudgedBy = "auto"
    training_set: TrainingSetBill = "free"
    decision: NonNegative = 0.0
    decision_growth: NonNegative = 0.0

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Budget:
    """When a run ends; an evaluation that begins within both counts, and None is no limit."""

    evaluations: Count | None = None
    seconds: Positive | None = None

    def __post_init__(self) -> None:
        check(self)


TYPES = {kind: get_type_hints(kind, include_extras=True) for kind in (Policies, Budget)}
CHECKED = {"seed": int, **TYPES[Budget], **TYPES[Policies]}  # name -> type of all that is no setting of a strategy


def check(given: Policies | Budget) -> None:
    """Raise SettingError if a value is not of its type or out of its range."""
    for name, value in asdict(given).items():
        check_value(name, value, TYPES[type(given)][name])


class Arguments(TypedDict):
    """What the engine's `simulate` is given beside a strategy, a benchmark and the runs."""

    seed: int
    budget: Budget
    policies: Policies
    settings: dict[str, Any]


def arguments(options: Mapping[str, Any]) -> Arguments:
    """Return what a study's flat options are for the engine; what is no other is a setting of the strategy."""
    of = {kind: {field.name for field in fields(kind)} & options.keys() for kind in TYPES}
    return {
        "seed": options.get("seed", 0),
        "budget": Budget(**{name: options[name] for name in of[Budget]}),
        "policies": Policies(**{name: options[name] for name in of[Policies]}),
        "settings": {name: value for name, value in options.items() if name not in CHECKED},
    }
