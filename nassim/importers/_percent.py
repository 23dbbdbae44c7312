"""Errors and accuracies of one's own results, held against the unit that the card says they are in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nassim.errors import DataError
from nassim.importers._columns import ACCURACIES, ERRORS, FRACTION, PERCENT, Layout
from nassim.streams import Floats

WHOLE = 100.0


def in_percent(
    columns: Mapping[str, NDArray[Any]], layout: Layout, card: Mapping[str, Any], signs: Mapping[str, bool], where: Path
) -> dict[str, Floats]:
    """Return valid_error, and test_error where there is one, in the card's unit, each (n,).

    In percent, which is the default, accuracies become 100 - accuracy, and what is said to be a fraction becomes
    percent. DataError where a number lies outside 0..100, or where all lie in 0..1 and nothing says which they are.
    """
    unit = str(card.get("unit", "% error"))
    found = {}
    for error, accuracy in zip(ERRORS, ACCURACIES, strict=True):
        name = accuracy if accuracy in columns else error
        if name not in columns:
            continue
        values = columns[name]
        if np.isnan(values).all():
            raise DataError(f"{where}: {name} is nan in every row, as if all trainings had failed")
        if unit.startswith("%"):
            values = _percent(values, name, layout, signs.get(name, False), where)
        elif name == accuracy or layout.says(name, FRACTION):
            raise DataError(f"{where}: {name} makes an error in percent, the card's unit is {unit!r:.40}; give {error}")
        found[error] = WHOLE - values if name == accuracy else values
    return found


def _percent(values: Floats, name: str, layout: Layout, signs: bool, where: Path) -> Floats:
    fraction = layout.says(name, FRACTION)
    if fraction and signs:
        raise DataError(f"{where}: {name} has percent signs, and [columns] says that it is a fraction")
    top = 1.0 if fraction else WHOLE
    wrong = (values < 0) | (values > top)
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(f"{where}: row {row + 1}: {name} is {values[row]:g}, expected 0 to {top:g}{_unit(fraction)}")
    if not (fraction or signs or layout.says(name, PERCENT)) and np.nanmax(values, initial=0.0) <= 1:
        say = layout.write(name, FRACTION)
        raise DataError(f'{where}: all of {name} lie in 0..1; {say} if they are fractions, "{PERCENT}" if percent')
    return values * WHOLE if fraction else values


def _unit(fraction: bool) -> str:
    return ", a fraction" if fraction else " percent"
