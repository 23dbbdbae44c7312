"""Columns of one's own results that are costs of the architecture: known without training, or measured after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nassim.core.arrays import Floats, Ids
from nassim.core.card_facts import Written
from nassim.importers._columns import BEFOREHAND, MEASURED, Layout


@dataclass(frozen=True)
class Costs:
    """What the costs are."""

    values: dict[str, Floats]  # (k,), a mean where rows of an architecture differ; nan = not measured
    units: dict[str, str]
    measured: list[str]  # those that are only known after training
    said: tuple[str, ...]


def costs_of(columns: Mapping[str, Floats], row: Ids, layout: Layout, card: Written) -> Costs:
    """Return the costs of architectures numbered by `row` (n,).

    Known without training is what the card lists under [costs], or calls known under [columns], unless trainings of an
    architecture differ in it; all else is taken for measured, so that no search reads beforehand what it cannot know.
    """
    listed = card.get("costs", {})
    values, measured, taken, said = {}, [], [], []
    for name, column in columns.items():
        values[name], differs = _means(column, row)
        if layout.says(name, MEASURED) or name in card.get("measured", ()):
            measured.append(name)
        elif differs and not layout.says(name, BEFOREHAND):
            measured.append(name)
            said.append(f"{name} differs between trainings of an architecture: taken for measured, its mean is kept")
        elif name not in listed and not layout.says(name, BEFOREHAND):
            measured.append(name)
            taken.append(name)
    if taken:
        said.append(
            f"taken for measured after training, so no search reads it before: {', '.join(taken)}; "
            "list under [costs] of the card what is known without training"
        )
    units = {name: str(listed.get(name, "as in the file")) for name in columns}
    return Costs(values, units, measured, tuple(said))


def _means(column: Floats, row: Ids) -> tuple[Floats, bool]:
    """Return the mean of each architecture's numbers (k,), and whether they differ within any of them."""
    real = ~np.isnan(column)
    count = np.bincount(row[real], minlength=int(row.max()) + 1)
    first = np.full(count.size, np.nan)
    first[row[real][::-1]] = column[real][::-1]
    same = (column[real] == first[row[real]]).all()
    if same:
        return first, False
    total = np.bincount(row[real], column[real], minlength=count.size)
    return np.divide(total, count, out=np.full(count.size, np.nan), where=count > 0), True
