"""Grids of benchmarks: a list among the options of a surrogate, or of weight sharing, stands for one of each."""

from __future__ import annotations

from itertools import product

from pydantic import JsonValue

from nassim.core.errors import SettingError
from nassim.core.tables import Plain
from nassim.study.spec.labels import spell

GRIDS = ("surrogate", "sharing")  # whose options may be lists
LISTS = ("costs",)  # options that are lists by themselves


def each_of(table: Plain) -> list[Plain]:
    """Return the tables that one stands for: one per combination of the listed options of its surrogate or sharing."""
    given = {key: options for key in GRIDS if isinstance(options := table.get(key), dict)}
    swept = {
        (key, option): values
        for key, options in given.items()
        for option, values in options.items()
        if isinstance(values, list) and option not in LISTS
    }
    for (key, _), values in swept.items():
        if not values:
            raise SettingError(f"{key!r} has an empty list of values in {table[key]!r}")
    each = [dict(zip(swept, values, strict=True)) for values in product(*swept.values())]
    return [_chosen(table, given, choice) for choice in each] if swept else [table]


def _chosen(table: Plain, given: dict[str, Plain], choice: dict[tuple[str, str], JsonValue]) -> Plain:
    """Return a table with one value for each listed option, also in its label."""
    values = {option: value for (_, option), value in choice.items()}
    filled = {
        key: options | {option: value for (of, option), value in choice.items() if of == key}
        for key, options in given.items()
    }
    label: Plain = {"label": spell(str(table["label"]), values)} if "label" in table else {}
    return table | filled | label
