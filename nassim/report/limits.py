"""Benchmarks of a study under limits: which cost each limits, how far, and which of them are of one table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nassim.report.cells import Cell
from nassim.report.view import View

AT_MOST = re.compile(r"(.+) <= (\S+)")  # as core.objectives writes a limit


class Limited(NamedTuple):
    """A benchmark that is searched under one limit, an upper one."""

    table: str  # the benchmark without the limit
    cost: str
    bound: float  # in the card's unit
    view: View


def limited(views: Iterable[View]) -> list[list[Limited]]:
    """Return the benchmarks that are searched under one upper limit, those of one table and cost together."""
    groups: dict[tuple[str, str], list[Limited]] = {}
    for view in views:
        first = next(iter(view.cells.values()))
        if (said := _bound(first)) is not None and not first.several:
            found = Limited(first.provenance["benchmark"], *said, view)
            groups.setdefault((found.table, found.cost), []).append(found)
    return [sorted(group, key=lambda one: one.bound) for group in groups.values()]


def kept_by(limits: Sequence[str]) -> str:
    """Return a sentence about limits for a caption; empty where there are none."""
    return f" Only what keeps {', '.join(limits)} counts." if limits else ""


def _bound(cell: Cell) -> tuple[str, float] | None:
    limits = cell.provenance.get("limits", [])
    match = AT_MOST.fullmatch(limits[0]) if len(limits) == 1 else None
    return (match[1], float(match[2])) if match else None
