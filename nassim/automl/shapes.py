"""What stages of a search decide, as it stands in the search's file."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from nassim.core.model_card import Exported, Findings, Promise


class Job(TypedDict):
    """One training of a batch."""

    network: int  # canonical id
    replica: int
    by: str  # who chose it: "begin", "repeat", "stratum", "random", or a strategy


class Prospect(TypedDict):
    """What a strategy promises for the rest of the budget: points of error, with the standard error of that."""

    strategy: str
    gain: float
    error: float


class Batch(TypedDict):
    """What is trained next."""

    batch: list[Job]
    strategy: str
    why: str
    tau: NotRequired[list[float]]  # Kendall's, of errors with what is predicted of each without it, and 95 % bounds
    noise: NotRequired[float]  # standard deviation of a training, on the scale of the model
    prospects: NotRequired[list[Prospect]]  # best first
    gain: NotRequired[Promise]  # of this batch: by how much the lowest validation error falls


class Price(TypedDict):
    """What one training takes on one process."""

    network: int  # by which that was measured
    seconds: float


class LatencyLearned(TypedDict):
    """How well latency was learned."""

    timed: int  # networks
    margin: float  # share
    spearman: float


class Contender(TypedDict):
    """A network that is confirmed."""

    network: int
    why: str


class Contenders(TypedDict):
    """All that are, and with how many fresh seeds."""

    contenders: list[Contender]
    seeds: int


class Written(TypedDict):
    """What was measured of the files of a model; None = there are none."""

    exported: Exported | None


class Inspected(TypedDict):
    """What was found out about the images; None = they are not known."""

    findings: Findings | None
