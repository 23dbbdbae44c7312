"""Strategies of a study: its [[strategy]] tables, written out to one strategy with one value per setting."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from nassim import catalog
from nassim.core.documents import JsonValue
from nassim.core.errors import SettingError, naming
from nassim.core.policies import CHECKED, SHARED, Policies
from nassim.core.renamed import renamed_names
from nassim.core.roles import ORACLE, SIMULATED
from nassim.core.settings import check_settings, check_value
from nassim.core.strategy import StrategyClass
from nassim.core.tables import Plain, Table, read
from nassim.study.spec.labels import check_strategies, located, spell
from nassim.study.spec.tables import StrategyTable
from nassim.study.spec.wrap import WrapperSpec, read_wrapper

MOST = 1000  # strategies of one table
POLICIES = tuple(Policies.__dataclass_fields__)


class StrategySpec(Table):
    """One strategy with its settings: one row of a study's table."""

    label: str
    name: str  # as written
    settings: Plain
    policies: Plain = Field(default_factory=dict)  # where they differ from the study's
    wrap: list[Plain] = Field(default_factory=list)  # around the benchmarks for it alone, as written

    @property
    def wrappers(self) -> tuple[WrapperSpec, ...]:
        """The wrappers around the benchmarks for it alone, the first innermost."""
        return tuple(map(read_wrapper, self.wrap))

    @property
    def code(self) -> list[str]:
        """The names in it that are code."""
        names = [self.name, *(wrapper.name for wrapper in self.wrappers)]
        return [name for name in names if catalog.is_code(name)]

    def source(self, folder: Path) -> str:
        """Return its name as the catalog takes it: a file is relative to the study's folder."""
        return located(self.name, folder)

    def check_settings(self, kind: StrategyClass) -> None:
        """Raise SettingError unless its class takes these settings."""
        check_settings(kind, self.settings, self.name, beside=POLICIES)


def strategies_of(tables: list[Plain]) -> tuple[StrategySpec, ...]:
    """Return what the [[strategy]] tables of a study stand for; list-valued settings make a grid.

    Nothing is imported that is not of nassim or registered, and settings of what is code are taken as they are.
    """
    found: list[StrategySpec] = []
    for number, table in enumerate(tables, start=1):
        with naming(f"strategy {number}"):
            found += _read(table)
    check_strategies(strategy.label for strategy in found)
    return tuple(found)


def _read(table: Plain) -> Iterator[StrategySpec]:
    said = read(StrategyTable, table)
    if said.label is not None and any(f"[{role}" in said.label for role in (ORACLE, SIMULATED)):
        raise SettingError(f"nassim adds to a label what it found; choose one without, got {said.label!r}")
    if (shared := next((key for key in SHARED if key in (said.model_extra or {})), None)) is not None:
        name = said.label or said.name
        raise SettingError(f"{name}: {shared!r} is the same for all strategies; write it under [policies]")
    wrap, shown = said.wrap or [], dict[str, JsonValue]()
    for wrapper in map(read_wrapper, wrap):
        wrapper.check()
        shown |= wrapper.shown
    for combined, chosen in _grid(said.name, said.model_extra or {}):
        label = spell(said.label, chosen) if said.label else spell(said.name, combined | shown)
        own = {key: value for key, value in combined.items() if key not in POLICIES}
        policies = {key: value for key, value in combined.items() if key in POLICIES}
        strategy = StrategySpec(label=label, name=said.name, settings=own, policies=policies, wrap=wrap)
        if not catalog.is_code(said.name):
            strategy.check_settings(catalog.strategy(said.name))
        _check_policies(strategy)
        yield strategy


def _grid(name: str, settings: Plain) -> Iterator[tuple[Plain, Plain]]:
    """Yield the settings of each combination of the listed values, and of these those that were listed."""
    swept = {key: value for key, value in settings.items() if isinstance(value, list)}
    for key, values in swept.items():
        if not values:
            raise SettingError(f"{name}: setting {key!r} has an empty list of values")
    if (many := math.prod(map(len, swept.values()))) > MOST:
        raise SettingError(f"{name}: lists of settings make {many:,} strategies, expected {MOST:,} at most")
    for combination in product(*swept.values()):
        chosen: Plain = dict(zip(swept, combination, strict=True))
        yield settings | chosen, chosen


def _check_policies(strategy: StrategySpec) -> None:
    for key, value in strategy.policies.items():
        check_value(f"{strategy.name}: {key!r}", value, CHECKED[key])


if not TYPE_CHECKING:
    __getattr__ = renamed_names(
        __name__,
        {
            "Entry": "nassim.study.spec.strategy.StrategySpec",
            "file_safe": "nassim.study.spec.labels.file_safe",
            "folder_of": "nassim.study.spec.labels.folder_of",
            "cell_folder": "nassim.study.spec.labels.cell_folder",
        },
    )
