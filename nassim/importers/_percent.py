"""Errors and accuracies of one's own results, held against the unit that the card says they are in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from nassim.core.arrays import Floats
from nassim.core.card_facts import Written
from nassim.importers._columns import ACCURACIES, ERRORS, FRACTION, PERCENT, Layout, refuse

WHOLE = 100.0


def in_percent(
    columns: Mapping[str, Floats], layout: Layout, card: Written, signs: Mapping[str, bool], where: Path
) -> dict[str, Floats]:
    """Return valid_error, and test_error where there is one, in the card's unit, each (n,).

    In percent, which is the default, accuracies become 100 - accuracy, and what is said to be a fraction becomes
    percent.

    Raises:
        DataError: Where a number lies outside 0..100, or where all lie in 0..1 and nothing says which they are.
    """
    unit, found, problems = str(card.get("unit", "% error")), {}, []
    for error, accuracy in zip(ERRORS, ACCURACIES, strict=True):
        name = accuracy if accuracy in columns else error
        if name not in columns:
            continue
        values, fraction = columns[name], layout.says(name, FRACTION)
        if unit.startswith("%"):
            problems += _wrong(values, name, layout, signs.get(name, False))
            values = values * WHOLE if fraction else values
        elif name == accuracy or fraction:
            problems.append(f"{name} makes an error in percent, the card's unit is {unit!r:.40}; give {error}")
        found[error] = WHOLE - values if name == accuracy else values
    refuse(where, problems)
    return found


def _wrong(values: Floats, name: str, layout: Layout, signs: bool) -> list[str]:
    """Return why numbers can be no percentages, or no fractions where they are said to be."""
    fraction = layout.says(name, FRACTION)
    if fraction and signs:
        return [f"{name} has percent signs, and [columns] says that it is a fraction"]
    if np.isnan(values).all():
        return [f"{name} is nan in every row, as if all trainings had failed"]
    top, unit = (1.0, ", a fraction") if fraction else (WHOLE, " percent")
    if (outside := (values < 0) | (values > top)).any():
        row = int(outside.argmax())
        return [f"row {row + 1}: {name} is {values[row]:g}, expected 0 to {top:g}{unit}"]
    if not (fraction or signs or layout.says(name, PERCENT)) and np.nanmax(values) <= 1:
        say = layout.write(name, FRACTION)
        return [f'all of {name} lie in 0..1: {say} if they are fractions, "{PERCENT}" if percent']
    return []
