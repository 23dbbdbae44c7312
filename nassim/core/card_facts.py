"""What a card.toml may say: which of its keys are relied on, and of which type they are. Other keys are facts too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NotRequired, TypedDict

from nassim.core.documents import JsonValue, Table
from nassim.core.settings import Count, NonNegative
from nassim.core.shapes import OPEN


class Learned(TypedDict):
    """What a card says of a surrogate."""

    resumable: NotRequired[bool]
    measured: NotRequired[list[str]]
    noise: NotRequired[dict[str, NonNegative]]


class Optional(TypedDict):
    """What a card may say of a family, and of each of its data sets."""

    unit: NotRequired[str]
    networks: NotRequired[bool]
    complete: NotRequired[bool]
    resumable: NotRequired[bool]
    measured: NotRequired[list[str]]
    noise: NotRequired[dict[str, NonNegative]]  # relative standard deviation of a measurement of a cost
    repeats: NotRequired[dict[str, Count]]  # how many measurements of a cost there are
    timing: NotRequired[dict[str, NonNegative]]  # seconds that measuring a cost of an untrained network takes
    costs: NotRequired[Table]


class DataSet(Optional):
    """What a table [datasets.NAME] of a card says."""

    title: NotRequired[str]
    space: NotRequired[str]
    source: NotRequired[str]
    licence: NotRequired[str]
    search_split: NotRequired[str]
    report_split: NotRequired[str]
    surrogate: NotRequired[Annotated[Learned, OPEN]]


class File(TypedDict):
    """What a card says of a file."""

    sha256: NotRequired[str]
    content: NotRequired[str]


class Written(Optional):
    """What a card must say and may say of a family: docs/data_format.md."""

    title: str
    space: str
    source: str
    licence: str
    search_split: str
    report_split: str
    surrogate: NotRequired[Annotated[Learned, OPEN]]
    seconds: NotRequired[Table]
    notes: NotRequired[list[str]]
    columns: NotRequired[JsonValue]
    datasets: NotRequired[dict[str, Annotated[DataSet, OPEN]]]
    files: NotRequired[dict[str, Annotated[File, OPEN]]]


class Images(TypedDict):
    """What a card says of the images that networks were trained on."""

    source: NotRequired[str]  # a name, or where they lie
    size: NotRequired[int | None]  # pixels a side that they were brought to
    sha256: NotRequired[str]


class Facts(Optional):
    """What is known of a benchmark: its data set's card, and what wrappers and surrogates add."""

    title: NotRequired[str]
    space: NotRequired[str]
    source: NotRequired[str]
    licence: NotRequired[str]
    search_split: NotRequired[str]
    report_split: NotRequired[str]
    surrogate: NotRequired[Mapping[str, JsonValue]]
    counts: NotRequired[Mapping[str, JsonValue]]
    images: NotRequired[Images]
    recipe: NotRequired[Mapping[str, JsonValue]]
    skeleton: NotRequired[Mapping[str, int]]
    trouble: NotRequired[Mapping[str, JsonValue]]
    learned_costs: NotRequired[Mapping[str, JsonValue]]
    warning: NotRequired[JsonValue]
    weight_sharing: NotRequired[Mapping[str, JsonValue]]
    weight_sharing_agrees: NotRequired[Mapping[str, JsonValue]]
