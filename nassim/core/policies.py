"""How runs are simulated, and when they end: one declaration of names, types and defaults, checked when made."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Annotated, Literal, get_type_hints

from nassim.core.errors import SettingError
from nassim.core.settings import Count, Filled, NonNegative, Positive, Says, check_value

ERROR = "error"  # the objective that every benchmark has
Signal = Literal["one-seed", "resampled", "mean"]
Identity = Literal["string", "isomorphism"]
Repeats = Literal["pay", "free"]
Restart = NonNegative | Literal["scratch"]
TrainingSetBill = Literal["free", "billed"]
JudgedBy = Literal["auto", "unseen-seeds", "all-seeds"]
Handling = Literal["none", "reject", "feasibility-first", "penalty", "mnasnet-soft", "mnasnet-hard", "tunas"]
HandIn = Literal["best-feasible", "best-told", "knee"]
RecommendedSet = Literal["all-trained", "final-population"] | Count
Amount = float | str
ReferencePoint = Literal["max", "nadir"] | dict[str, Amount | list[Amount]]
Names = Annotated[list[str], Filled()]
Limits = dict[str, float | str | list[float | str]]
SHARED = ("judged_by", "objectives", "constraints", "reference_point")  # what is the same for all strategies of a study


@dataclass(frozen=True)
class Policies:
    """What a simulation lets each run see, pay and wait for."""

    workers: Annotated[Count, Says("asynchronous workers of each run")] = 1
    signal: Annotated[
        Signal,
        Says(
            "what a run sees of an architecture: always the same one of its trainings (`one-seed`), one drawn each "
            "time it asks (`resampled`), or the mean of all (`mean`)"
        ),
    ] = "one-seed"
    identity: Annotated[
        Identity,
        Says("whether isomorphic architectures are trained apart (`string`) or share one training (`isomorphism`)"),
    ] = "string"
    repeats: Annotated[
        Repeats,
        Says("whether asking for an architecture again is billed again (`pay`) or answered at no cost (`free`)"),
    ] = "pay"
    restart: Annotated[
        Restart,
        Says(
            'seconds that it takes to resume a training from its checkpoint; `"scratch"`: there are no checkpoints, '
            "and all epochs are trained again"
        ),
    ] = 0.0
    judged_by: Annotated[
        JudgedBy,
        Says(
            "which trainings say what a recommendation is worth: those that the run did not see (`unseen-seeds`), the "
            "report split as it is (`all-seeds`), or the first where it can be and else the second (`auto`); one for "
            "the whole study"
        ),
    ] = "auto"
    training_set: Annotated[
        TrainingSetBill,
        Says(
            "whether each run first pays, in seconds, for the trainings that the benchmark's answers are made of, such "
            "as those that a surrogate was fitted on (`billed`), or not (`free`)"
        ),
    ] = "free"
    decision: Annotated[
        NonNegative, Says("seconds that a strategy takes to decide what to ask, while its workers wait")
    ] = 0.0
    decision_growth: Annotated[NonNegative, Says("seconds more for every answer that it knows")] = 0.0
    objectives: Annotated[
        Names,
        Says("what a search minimises: `error` and costs of the benchmark, 1 to 8; with a minus a cost is maximised"),
    ] = field(default_factory=lambda: [ERROR])
    constraints: Annotated[
        Limits,
        Says(
            'limits of costs, in the unit of the card or in a text: `{latency = "5 ms"}`, `{params = "0.5 M"}`, '
            '`{latency = [">= 1 ms", "<= 5 ms"]}`, or `"30 %"`, that quantile of the space'
        ),
    ] = field(default_factory=dict)

    handling: Annotated[
        Handling,
        Says(
            "how a strategy that knows only errors hears of constraints: not at all (`none`), what misses them is "
            "drawn again (`reject`), or by the error that it is told (`feasibility-first`, `penalty`, `mnasnet-soft`, "
            "`mnasnet-hard`, `tunas`)"
        ),
    ] = "none"
    handling_weight: Annotated[
        float | None,
        Says("exponent of `mnasnet-soft`, factor of `tunas`, points of `penalty`; by default -.07, -.07 and 100"),
    ] = None
    hand_in: Annotated[
        HandIn,
        Says(
            "the network that a run hands in, chosen by what it was told: the lowest error among what keeps the "
            "constraints (`best-feasible`), the lowest of the errors that it was told, as `handling` says "
            "(`best-told`), or of several objectives the front's knee within the constraints (`knee`)"
        ),
    ] = "best-feasible"
    recommended_set: Annotated[
        RecommendedSet,
        Says(
            "of several objectives the set that a run recommends, chosen by what it was told: what nothing dominates "
            "of all that it trained (`all-trained`), or of its population (`final-population`), or so many of the "
            "former, one after the other by the hypervolume that they add"
        ),
    ] = "all-trained"
    reference_point: Annotated[
        ReferencePoint,
        Says(
            "of several objectives the reference point of hypervolumes: the highest of each over the space (`max`), "
            'over the exact front (`nadir`), or given, `{error = 90, latency = "20 ms"}`; of a pair, '
            "`{error = [5, 90]}`, the first is 0 on the scale and the second 1, else the lowest over the space is 0"
        ),
    ] = "max"
    timing: Annotated[
        NonNegative | None,
        Says(
            "seconds that measuring a cost of an untrained network takes: strategies may then ask it before training, "
            "and pay; by default as the card says, and where it says nothing, measured costs are told after training"
        ),
    ] = None

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Budget:
    """When a run ends; an evaluation that begins within both counts, and None is no limit."""

    evaluations: Annotated[Count | None, Says("evaluations of each run")] = None
    seconds: Annotated[
        Positive | None,
        Says("simulated seconds of each run; an evaluation that begins within them counts"),
    ] = None

    def __post_init__(self) -> None:
        check(self)


TYPES = {kind: get_type_hints(kind, include_extras=True) for kind in (Policies, Budget)}
CHECKED = {"seed": int, **TYPES[Budget], **TYPES[Policies]}  # name -> type of all that is no setting of a strategy


def check_several(given: Policies) -> None:
    """Raise SettingError if a policy is of several objectives, and there is but one."""
    asked = {
        "hand_in": given.hand_in == "knee",
        "recommended_set": given.recommended_set != "all-trained",
        "reference_point": given.reference_point != "max",
    }
    for name in (name for name, several in asked.items() if several and len(given.objectives) < 2):  # noqa: PLR2004
        value = getattr(given, name)
        raise SettingError(f"{name} = {value!r} needs two objectives or more, got {', '.join(given.objectives)}")


def check(given: Policies | Budget) -> None:
    """Raise SettingError if a value is not of its type or out of its range."""
    for name, value in asdict(given).items():
        check_value(name, value, TYPES[type(given)][name])
