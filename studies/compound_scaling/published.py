"""EfficientNet as published: its coefficients, and what its networks B1 to B7 come to by their FLOPs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

import numpy as np
from scales import PRICES, WAYS

from nassim.core.arrays import Floats

FILE = Path(__file__).parent / "numbers" / "efficientnet.json"


class Network(TypedDict):
    """One of B0 to B7, as the paper has it."""

    depth: float  # multiplier
    width: float  # multiplier
    pixels: int  # a side
    params_millions: float
    flops_billions: float  # multiply-adds of an image
    top1: float  # accuracy on ImageNet in percent
    top5: float


class Published(TypedDict):
    """All that is kept of it."""

    source: str
    coefficients: dict[str, float]
    networks: dict[str, Network]


def efficientnet() -> Published:
    """Return what was published."""
    found: Published = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def doublings(phi: float) -> Floats:
    """Return the doublings (3,) in the ratio of the published coefficients that multiply FLOPs by 2 ** phi."""
    step = np.log2([efficientnet()["coefficients"][way] for way in WAYS])
    found: Floats = step * phi / (step @ PRICES)
    return found


def implied(networks: dict[str, Network]) -> dict[str, dict[str, float]]:
    """Return what multiplies depth, width and resolution per doubling of FLOPs from B0 to each other network."""
    first = networks["B0"]
    found = {}
    for name, network in networks.items():
        if name != "B0":
            phi = np.log2(network["flops_billions"] / first["flops_billions"])
            scaled = (network["depth"], network["width"], network["pixels"] / first["pixels"])
            steps = [round(float(each ** (1.0 / phi)), 4) for each in scaled]
            found[name] = {"phi": round(float(phi), 4), **dict(zip(("alpha", "beta", "gamma"), steps, strict=True))}
    return found
