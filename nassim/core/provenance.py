"""Provenance: what a trace says of how it came about."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, NotRequired, TypedDict

from nassim.core.documents import Table
from nassim.core.policies import HandIn, RecommendedSet
from nassim.core.roles import ORACLE, SEARCH, SIMULATED, Role

OF_SUPERNETS = ("[correlation=", "[sharing=")  # in the names of benchmarks that simulate weight sharing
OF_REAL_SUPERNETS = {"entropy", "skips", "one-shot"}  # what searches that train supernets note


class Reference(TypedDict):
    """What searches for several objectives are measured by, see engine/reference.py."""

    of: str  # what of the space
    units: list[str]  # of each objective; "" = none, or of the error that of the benchmark
    low: list[float]  # of each objective
    high: list[float]
    front: list[list[float]] | None  # the points of the exact one; None = unknown
    named: Literal["max", "nadir", "given"]  # how the reference point was said
    ideal: list[float]  # what is 0 on the scale of each objective
    point: list[float]  # the reference point, 1 on that scale
    networks: Networks | None  # those of the exact front; None = unknown


class Networks(TypedDict):
    """The architectures that are the exact front's, or isomorphic to one of these."""

    archs: list[list[int]]
    points: list[int]  # which point of the front each is; -1 = none, but it is the network of one
    numbers: list[int]  # which network each is, from 0


class Provenance(TypedDict, total=False):
    """Everything that decided the numbers of a trace: what is made now has all keys but those that fit its kind."""

    benchmark: str
    data_sha256: str
    optimum: float  # nan where it is unknown
    unit: str
    search_split: str
    report_split: str
    choices: list[int]  # how many options each gene has
    live: bool
    source: str
    strategy: str
    settings: Table
    seed: int
    evaluations: int | None
    seconds: float | None
    workers: int
    hands_in: Literal["best", "latest"]
    objectives: list[str]
    limits: list[str]  # that constraints stand for, in words
    hand_in: HandIn
    recommended_set: RecommendedSet
    reference: Reference
    role: Role
    agrees: str
    judged_by: str
    floor: Table | None
    key: str | None


class About(TypedDict):
    """What the file of a trace says of itself."""

    format: NotRequired[int]
    runs: list[int]
    lengths: list[int]
    provenance: Provenance


def recorded(provenance: Provenance, diagnostics: Collection[str]) -> Role:
    """Return the role that a trace records; of one from before roles were recorded, what the rest of it says.

    There a search by mixtures (`hands_in` is latest) is an oracle, unless a simulated supernet answered it, or it noted
    what only searches that train supernets of their own note.
    """
    if "role" in provenance:
        return provenance["role"]
    if set(diagnostics) >= OF_REAL_SUPERNETS:
        return SEARCH
    if any(sign in provenance.get("benchmark", "") for sign in OF_SUPERNETS):
        return SIMULATED
    return ORACLE if provenance.get("hands_in") == "latest" else SEARCH
