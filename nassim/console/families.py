"""What `nassim list benchmarks` shows: every family that is there, and how to get those that are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.markup import escape
from rich.table import Table

from nassim import importers
from nassim.console import stanzas
from nassim.console.listing import after, sized
from nassim.core.errors import NassimError
from nassim.data.inventory import Glance, Shelf, damage, shelves


def family_table() -> Table:
    """Return a table with a stanza for each family: what it is, its data sets, sizes, costs, licence and place."""
    table = stanzas()
    here = shelves()
    for shelf in here:
        try:
            lines = list(_lines(shelf))
        except NassimError as error:
            lines = [f"[red]{escape(str(error))}[/]", *(f"{shelf.name}/{dataset}" for dataset in shelf.datasets)]
        _add(table, shelf.name, lines)
    for format_ in importers.formats():
        missing = set(importers.families(format_)) - {shelf.name for shelf in here}
        for name in sorted(missing):
            how = f"not installed; {importers.origin(format_)}, then: nassim import {format_} SOURCE"
            _add(table, name, [escape(importers.summary(format_)), escape(how)])
    return table


def verified() -> Iterator[tuple[str, list[str]]]:
    """Yield for every family a line on its files, and what is wrong with them."""
    for shelf in shelves():
        found = list(damage(shelf))
        wrong = [line for line in found if line is not None]
        good = len(found) - len(wrong)
        yield f"{shelf.name}: {good} of {len(found)} files are as on their card ({shelf.folder})", wrong


def _add(table: Table, name: str, lines: list[str]) -> None:
    table.add_row(f"[bold]{escape(name)}[/]", "\n".join([lines[0], *(f"[dim]{line}[/]" for line in lines[1:])]))


def _lines(shelf: Shelf) -> Iterator[str]:
    card, glances = shelf.card(), shelf.glances()
    yield escape(card["title"])
    by_facts: dict[str, list[str]] = {}
    for glance in glances:
        by_facts.setdefault(_facts(glance), []).append(glance.name)
    for facts, names in by_facts.items():
        yield escape(f"{', '.join(names)}: {facts}")
    yield escape(f"search on {card['search_split']}; report {card['report_split']}")
    yield escape(f"costs: {', '.join(card.get('costs', {})) or 'none'}; licence: {_first(card['licence'])}")
    yield "shipped with nassim" if shelf.shipped else escape(f"installed in {shelf.folder}")


def _facts(glance: Glance) -> str:
    """Return in a line which part of a space there is, and with which trainings."""
    of = "" if glance.known == glance.size else f"{glance.known:,} valid of the "
    if glance.networks:
        of = f"{glance.known:,} networks of the "
    size = f"{sized(glance.size)} architectures of {glance.space}"
    if not glance.whole:
        of = f"{glance.known:,} of the "
    part = "" if glance.whole else f"; part of its space; nassim fit {glance.name}"
    return f"{of}{size}{after(glance.epochs)}, {glance.trainings:,} trainings{part}"


def _first(text: Any) -> str:
    """Return a licence up to where its card points at files."""
    return str(text).partition("; see ")[0]
