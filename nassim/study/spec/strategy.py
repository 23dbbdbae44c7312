"""The [[strategy]] tables of a study, written out: each entry is one strategy with one value per setting."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from nassim import catalog
from nassim.core.errors import NassimError, SettingError, short
from nassim.core.roles import ORACLE, SIMULATED
from nassim.core.settings import check_settings, check_value
from nassim.core.shapes import check_keys
from nassim.study.spec.keys import POLICIES, POLICY_KEYS, STRATEGY

LONGEST = 150  # bytes of a label in names of files; systems take 255, with what is added to it
MOST = 1000  # strategies of one table


@dataclass(frozen=True)
class StrategySpec:
    """One strategy with its settings: one row of a study's table."""

    label: str
    name: str  # as written
    source: str  # as the catalog takes it: a file is relative to the study's folder
    settings: dict[str, Any]
    policies: dict[str, Any] = field(default_factory=dict)  # where they differ from the study's

    def resolved(self) -> dict[str, Any]:
        """Return what the entry stands for as plain data."""
        plain = {"label": self.label, "name": self.name, "settings": self.settings}
        return plain | ({"policies": self.policies} if self.policies else {})


def entries_of(tables: list[dict[str, Any]], folder: Path, *, code: bool = True) -> tuple[StrategySpec, ...]:
    """Return what the [[strategy]] tables of a study in `folder` stand for; list-valued settings make a grid.

    Without `code` nothing is imported that is not of nassim or registered, and its settings are taken as they are.
    """
    numbered = enumerate(tables, start=1)
    entries = tuple(entry for number, table in numbered for entry in _read(number, table, folder, code=code))
    _check_labels([entry.label for entry in entries])
    return entries


def spell(name: str, settings: Mapping[str, Any]) -> str:
    """Return name[setting=value,...], the spelling of a strategy with settings in files, tables and plots."""
    values = (f"{key}={str(value).lower() if isinstance(value, bool) else value}" for key, value in settings.items())
    return f"{name}[{','.join(values)}]" if settings else name


def file_safe(text: str) -> str:
    """Return `text` as the name of a folder on any system."""
    return re.sub(r"[^\w.=,+-]+", "_", text).strip("_.") or "_"


def check_length(what: str, name: str) -> None:
    """Raise SettingError if a name is too long for a folder and for the files that are called after it."""
    if (size := len(file_safe(name).encode())) > LONGEST:
        raise SettingError(
            f"{what} {short(repr(name))} takes {size} bytes in names of files, expected {LONGEST} at most"
        )


def cell_folder(label: str, benchmark: str) -> str:
    """Return where in a results folder the traces of a strategy's label on a benchmark's label lie."""
    return f"traces/{file_safe(label)}/{folder_of(benchmark)}"


def folder_of(benchmark: str) -> str:
    """Return the name of the folder of what was found on a benchmark."""
    return file_safe(benchmark.replace("/", "-"))


def located(name: str, folder: Path) -> str:
    """Return "./file.py:Object" with the file relative to the study's folder; other names as they are."""
    return str(folder / name) if name.startswith(".") and ":" in name else name


def _read(number: int, table: dict[str, Any], folder: Path, *, code: bool) -> Iterator[StrategySpec]:
    try:
        check_keys(table, STRATEGY, is_open=True)
        name, label = table["name"], table.get("label")
        if label is not None and any(f"[{role}" in label for role in (ORACLE, SIMULATED)):
            raise SettingError(f"nassim adds to a label what it found; choose one without, got {label!r}")
        settings = {key: value for key, value in table.items() if key not in STRATEGY}
        yield from _grid(name, located(name, folder), label, settings, code=code)
    except NassimError as error:
        raise SettingError(f"strategy {number}: {error}") from error


def _grid(name: str, source: str, label: str | None, settings: dict[str, Any], *, code: bool) -> Iterator[StrategySpec]:
    """Yield an entry per combination of the listed values; a label of the author's own names only those."""
    kind = None if catalog.is_code(source) and not code else catalog.strategy(source, code=code)
    swept = {key: value for key, value in settings.items() if isinstance(value, list)}
    for key, values in swept.items():
        if not values:
            raise SettingError(f"{name}: setting {key!r} has an empty list of values")
    if (many := math.prod(map(len, swept.values()))) > MOST:
        raise SettingError(f"{name}: lists of settings make {many:,} strategies, expected {MOST:,} at most")
    for combination in product(*swept.values()):
        chosen = dict(zip(swept, combination, strict=True))
        combined = settings | chosen
        own = {key: value for key, value in combined.items() if key not in POLICIES}
        policies = {key: value for key, value in combined.items() if key in POLICIES}
        if kind is not None:
            check_settings(kind, own, name, beside=POLICIES)
        for key, value in policies.items():
            check_value(f"{name}: {key!r}", value, POLICY_KEYS[key].hint)
        yield StrategySpec(spell(label, chosen) if label else spell(name, combined), name, source, own, policies)


def _check_labels(labels: list[str]) -> None:
    seen: dict[str, str] = {}
    for label in labels:
        check_length("the label", label)
        folder = file_safe(label).casefold()
        if folder in seen:
            alike = "is used twice" if seen[folder] == label else f"is too much like {seen[folder]!r} for a folder name"
            raise SettingError(f"the label {label!r} {alike}: give each [[strategy]] a label of its own")
        seen[folder] = label
