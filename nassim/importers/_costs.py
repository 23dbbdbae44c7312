"""Columns of one's own results that are costs of the architecture: known without training, or measured after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nassim.core.arrays import Floats, Ids
from nassim.core.card_facts import Written
from nassim.data.repeats import column_of
from nassim.importers._columns import BEFOREHAND, MEASURED, Layout

REPLICAS = 128  # measurements of an architecture at most
UNSUPPORTED = -1  # as devices write that they cannot run a network


@dataclass(frozen=True)
class Costs:
    """What the costs are."""

    values: dict[str, Floats]  # (k,), a mean where rows of an architecture differ; nan = not measured
    units: dict[str, str]
    measured: list[str]  # those that are only known after training
    repeats: dict[str, Floats]  # (k, measurements) of those that differ between trainings, padded with nan
    said: tuple[str, ...]

    def columns(self, rows: Ids) -> dict[str, Floats]:
        """Return what the table of some architectures, `rows`, holds of them."""
        several = {
            column_of(name, 1 + number): values[rows]
            for name, measurements in self.repeats.items()
            for number, values in enumerate(measurements.T)
        }
        return {name: values[rows] for name, values in self.values.items()} | several


def costs_of(columns: Mapping[str, Floats], row: Ids, replica: Ids, layout: Layout, card: Written) -> Costs:
    """Return the costs of architectures numbered by `row` (n,), in trainings of them numbered by `replica` (n,).

    Known without training is what the card lists under [costs], or calls known under [columns], unless trainings of an
    architecture differ in it; all else is taken for measured, so that no search reads beforehand what it cannot know.
    Of those that differ each training is a measurement. Where nothing else is negative, -1 is no number: not measured.
    """
    listed = card.get("costs", {})
    values, measured, taken, said, repeats = {}, [], [], [], {}
    for name, given in columns.items():
        column, count = _without_unsupported(given)
        if count:
            said.append(f"{name} is -1 in {count:,} rows: taken for not measured")
        values[name], differs = _means(column, row)
        if differs and not layout.says(name, BEFOREHAND):
            repeats[name] = _measurements(column, row, replica)
        if layout.says(name, MEASURED) or name in card.get("measured", ()):
            measured.append(name)
        elif differs and not layout.says(name, BEFOREHAND):
            measured.append(name)
            said.append(f"{name} differs between trainings of an architecture: taken for measured, each is kept")
        elif name not in listed and not layout.says(name, BEFOREHAND):
            measured.append(name)
            taken.append(name)
    if taken:
        said.append(
            f"taken for measured after training, so no search reads it before: {', '.join(taken)}; "
            "list under [costs] of the card what is known without training"
        )
    units = {name: str(listed.get(name, "as in the file")) for name in columns}
    return Costs(values, units, measured, repeats, tuple(said))


def _without_unsupported(column: Floats) -> tuple[Floats, int]:
    """Return a column with nan for -1, if nothing else in it is negative, and how many there were."""
    minus = column == UNSUPPORTED
    if not minus.any() or (column[~minus] < 0).any():
        return column, 0
    return np.where(minus, np.nan, column), int(minus.sum())


def _measurements(column: Floats, row: Ids, replica: Ids) -> Floats:
    """Return the mean of each training's numbers, (k, trainings); nan where an architecture has no such."""
    numbers, place = np.unique(replica, return_inverse=True)
    width = numbers.size
    if width > REPLICAS:  # of which there can be no table
        return _means(column, row)[0][:, None]
    means, _ = _means(column, row * width + place)
    found = np.full((int(row.max()) + 1) * width, np.nan)
    found[: means.size] = means
    return found.reshape(-1, width)


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
