"""What is compared at equal FLOPs: ways of scaling the base, and the networks that they come to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple, TypedDict

import numpy as np
from plan import OPTIONS, PHIS, alone, at_price, compound
from published import doublings
from scales import BASE, NATIVE, WAYS, Scale

from nassim.core.arrays import Floats

FIT = Path(__file__).parent / "numbers" / "fit.json"
CHOSEN = ("compound", "refitted")  # by trainings of the grid, so that only others may judge them
AFTER = "all pixels, then depth"  # where compound scaling comes to all pixels, its width makes up for the rest
RULES = (*CHOSEN, "EfficientNet's", *WAYS, AFTER)


class Line(NamedTuple):
    """A way of scaling at one number of FLOPs."""

    rule: str
    phi: int
    scales: list[Scale]  # one or two, see `plan.at_price`; none where it cannot be


class Told(TypedDict):
    """A value with its interval, as `fit.py` keeps it."""

    value: list[float]
    low: list[float]
    high: list[float]


def lines(coefficients: dict[str, Told]) -> list[Line]:
    """Return all, by alpha, beta and gamma as fitted at each phi."""
    at = {phi: np.log2(coefficients[str(phi)]["value"]) * phi for phi in PHIS}
    found = []
    for phi in PHIS:
        wanted: dict[str, Floats] = {"compound": at[1] * phi, "refitted": at[phi], "EfficientNet's": doublings(phi)}
        found += [Line(rule, phi, compound(each, phi)) for rule, each in wanted.items()]
        found += [Line(name, phi, alone(way, phi)) for way, name in enumerate(WAYS)]
        found += [Line(AFTER, phi, at_price([BASE._replace(cells=cells, size=NATIVE) for cells in OPTIONS[0]], phi))]
    return found


def fitted() -> dict[str, Told]:
    """Return the coefficients that `fit.py` found."""
    found: dict[str, Told] = json.loads(FIT.read_text(encoding="utf-8"))["coefficients"]
    return found
