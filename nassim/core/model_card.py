"""What a model card says of a model that a search has handed in; numbers that are none are None."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Promise(TypedDict):
    """By how many points something is to come: mean and 80 % interval."""

    mean: float
    low: float
    high: float


class Exported(TypedDict):
    """What was measured of an exported model."""

    exported_test_error: float
    onnx_test_error: float | None
    bytes: NotRequired[int]
    latency: NotRequired[float]  # seconds of one thread for one image, the median
    latency_high: NotRequired[float]  # nine in ten are below


class Described(TypedDict):
    """A confirmed network."""

    architecture: str
    network: int
    why: str
    seeds: int
    valid_error: float | None  # percent, mean over fresh seeds; None = a training failed
    test_error: float | None
    test_low: float | None  # 95 %, by Student's t; None = one seed
    test_high: float | None
    costs: dict[str, float]  # counted; a latency is what was expected


class Apart(TypedDict):
    """By how much more a rival errs on test images, in points, with a 95 % interval."""

    mean: float
    low: float | None
    high: float | None


class Kept(TypedDict):
    """A limit, and what was measured."""

    cost: str
    bound: float  # in the cost's unit: seconds, or a count
    at_least: bool  # whether the bound is the lowest there may be
    value: float
    kept: bool


class Round(TypedDict):
    """What a batch came to."""

    strategy: str
    why: str
    trainings: int
    best: float  # the lowest validation error so far within the limits
    came: float | None  # by how much it fell; None = in the beginning
    gain: Promise | None
    promised: float | None  # for the rest of the budget


class Cost(TypedDict):
    """What a search took."""

    seconds: float
    trainings: int
    processes: int


class Findings(TypedDict):
    """What was found out about images."""

    name: str
    sha256: str
    size: int
    channels: int
    classes: int
    images: dict[str, int]  # by split
    of_a_class: dict[str, list[int]]  # by split, the fewest and the most
    twins: int  # images that are also in an earlier split
    warnings: list[str]  # one line each


class Trained(TypedDict):
    """One training that searched."""

    network: int
    by: str  # who chose it
    valid_error: float | None  # None = it failed
    costs: dict[str, float]


class Card(TypedDict):
    """The model card."""

    model: Described
    exported: Exported | None  # None = its trainer writes no model
    limits: list[Kept]
    confirmed: list[Described]
    compared: dict[str, Apart]
    cost: Cost
    rounds: list[Round]
    trained: list[Trained]  # in their order
    promised: float | None
    name: str  # of the images, or the command that trains
    data: Findings | None  # None = the trainer alone knows the images
    recipe: dict[str, float | bool | str]
    made_with: dict[str, str]
    seed: int
