"""Grids of benchmarks: a list among the options of a surrogate, or of a wrapper, stands for one of each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from nassim.core.documents import JsonValue
from nassim.core.errors import SettingError
from nassim.core.tables import Plain
from nassim.study.spec.labels import spell

LISTS = ("costs",)  # options that are lists by themselves
WHOLE = ("budget", "reference_point")  # tables that are one value
Place = tuple[str, int | None]  # a key, and the number of the table in it where it holds several


def each_of(table: Plain) -> list[Plain]:
    """Return the tables that one stands for: one per combination of the listed options in the tables within it."""
    given = dict(_tables(table))
    swept = {
        (place, option): values
        for place, options in given.items()
        for option, values in options.items()
        if isinstance(values, list) and option not in LISTS
    }
    for ((key, _), _), values in swept.items():
        if not values:
            raise SettingError(f"{key!r} has an empty list of values in {table[key]!r}")
    each = [dict(zip(swept, values, strict=True)) for values in product(*swept.values())]
    return [_chosen(table, choice) for choice in each] if swept else [table]


def _tables(table: Plain) -> Iterator[tuple[Place, Plain]]:
    """Yield the tables within a [[benchmark]], and where they are."""
    for key, value in table.items():
        if isinstance(value, dict) and key not in WHOLE:
            yield (key, None), value
        elif isinstance(value, list):
            yield from (((key, number), one) for number, one in enumerate(value) if isinstance(one, dict))


def _chosen(table: Plain, choice: dict[tuple[Place, str], JsonValue]) -> Plain:
    """Return a table with one value for each listed option, also in its label."""
    filled = dict(table)
    for ((key, number), option), value in choice.items():
        within = filled[key]
        if isinstance(within, dict):
            filled[key] = within | {option: value}
        elif isinstance(within, list):
            filled[key] = [_with(one, option, value) if at == number else one for at, one in enumerate(within)]
    values = {option: value for (_, option), value in choice.items()}
    return filled | ({"label": spell(str(table["label"]), values)} if "label" in table else {})


def _with(one: JsonValue, option: str, value: JsonValue) -> JsonValue:
    return one | {option: value} if isinstance(one, dict) else one
