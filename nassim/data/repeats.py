"""Costs of which a table holds several measurements of each architecture: columns latency#1, latency#2, ...

The card says how many: `repeats = {latency = 3}`. Fewer of an architecture are padded with nan.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nassim.core.arrays import Columns, Floats
from nassim.core.card_facts import Facts
from nassim.core.errors import DataError
from nassim.data.arranging import MEND, column


def column_of(cost: str, number: int) -> str:
    """Return the name of the column of a cost's measurement, numbered from 1."""
    return f"{cost}#{number}"


def costs_in(columns: Columns, facts: Facts, path: Path) -> dict[str, Floats]:
    """Return the columns that a card calls costs: (rows,), or (rows, measurements) of those with repeats.

    Raises:
        DataError: Where one is missing, or holds no numbers.
    """
    repeats = facts.get("repeats", {})
    if unknown := [name for name in repeats if name not in facts.get("costs", {})]:
        raise DataError(f"{path}: the card's 'repeats' names {unknown[0]!r:.40}, which is none of its costs; {MEND}")
    return {
        name: np.column_stack([column(columns, column_of(name, 1 + one), path) for one in range(repeats[name])])
        .astype(np.float64)
        if name in repeats
        else column(columns, name, path).astype(np.float64)
        for name in facts.get("costs", {})
    }  # fmt: skip


def relative_noise(values: Floats) -> float:
    """Return the relative standard deviation of single measurements (rows, measurements), pooled over rows.

    It is the root of the mean, over rows of two or more, of the unbiased variance by the square of the mean.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        count = (~np.isnan(values)).sum(axis=1)
        mean = np.nansum(values, axis=1) / count
        variance = np.nansum((values - mean[:, None]) ** 2, axis=1) / (count - 1)
        shares = variance / mean**2
    shares = shares[(count > 1) & np.isfinite(shares)]
    return float(np.sqrt(shares.mean())) if shares.size else 0.0
