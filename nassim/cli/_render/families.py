"""What `nassim list benchmarks` shows: every family that is there, and how to get those that are not."""

from __future__ import annotations

from collections.abc import Iterator

from rich.markup import escape
from rich.table import Table

from nassim import importers
from nassim.cli._render import stanzas
from nassim.cli._render.listing import after, sized
from nassim.core.documents import JsonValue
from nassim.core.errors import NassimError
from nassim.data.inventory import DatasetInfo, FamilyInfo, block_families, damage, family_infos


def family_table() -> Table:
    """Return a table with a stanza for each family: what it is, its data sets, sizes, costs, licence and place."""
    table = stanzas()
    here, of_blocks = family_infos(), block_families()
    for family in (*here, *of_blocks):
        try:
            lines = list(_lines(family) if family in here else _block_lines(family))
        except NassimError as error:
            lines = [f"[red]{escape(str(error))}[/]", *(f"{family.name}/{dataset}" for dataset in family.datasets)]
        _add(table, family.name, lines)
    for format_ in importers.formats():
        missing = set(importers.families(format_)) - {family.name for family in (*here, *of_blocks)}
        for name in sorted(missing):
            how = f"not installed; {importers.origin(format_)}, then: nassim import {format_} SOURCE"
            _add(table, name, [escape(importers.summary(format_)), escape(how)])
    return table


def verified() -> Iterator[tuple[str, list[str]]]:
    """Yield for every family a line on its files, and what is wrong with them."""
    for family in (*family_infos(), *block_families()):
        found = list(damage(family))
        wrong = [line for line in found if line is not None]
        good = len(found) - len(wrong)
        yield f"{family.name}: {good} of {len(found)} files are as on their card ({family.folder})", wrong


def _add(table: Table, name: str, lines: list[str]) -> None:
    table.add_row(f"[bold]{escape(name)}[/]", "\n".join([lines[0], *(f"[dim]{line}[/]" for line in lines[1:])]))


def _lines(family: FamilyInfo) -> Iterator[str]:
    card, infos = family.card(), family.dataset_infos()
    yield escape(card["title"])
    by_facts: dict[str, list[str]] = {}
    for info in infos:
        by_facts.setdefault(_facts(info), []).append(info.name)
    for facts, names in by_facts.items():
        yield escape(f"{', '.join(names)}: {facts}")
    yield escape(f"search on {card['search_split']}; report {card['report_split']}")
    yield escape(f"costs: {', '.join(card.get('costs', {})) or 'none'}; licence: {_first(card['licence'])}")
    yield "shipped with nassim" if family.shipped else escape(f"installed in {family.folder}")


def _block_lines(family: FamilyInfo) -> Iterator[str]:
    card = family.card()
    yield escape(card["title"])
    for device in family.datasets:
        yield escape(f'no benchmark: wrap = [{{name = "block_latency", table = "{family.name}/{device}"}}]')
    yield escape(f"licence: {_first(card['licence'])}; installed in {family.folder}")


def _facts(info: DatasetInfo) -> str:
    """Return in a line which part of a space there is, and with which trainings."""
    of = "" if info.known == info.size else f"{info.known:,} valid of the "
    if info.networks:
        of = f"{info.known:,} networks of the "
    size = f"{sized(info.size)} architectures of {info.space}"
    if not info.whole:
        of = f"{info.known:,} of the "
    part = "" if info.whole else f"; part of its space; nassim fit {info.name}"
    return f"{of}{size}{after(info.epochs)}, {info.trainings:,} trainings{part}"


def _first(text: JsonValue) -> str:
    """Return a licence up to where its card points at files."""
    return str(text).partition("; see ")[0]
