"""What `nassim fit` and `nassim show --explain` show: how good a surrogate is, and why architectures are good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from nassim.surrogates.audit import Audit
from nassim.surrogates.explanation import Explained, pairs
from nassim.surrogates.motifs import Motif

PAIRS = 8  # strongest ones shown
MOTIF = ("motif", "count", "mean error", "effect", "of it together")
WORDS = {"", "of", "gene", "option", "pair", "motif"}  # columns of text


def audit_table(audit: Audit) -> RenderableType:
    """Return an audit: a column per split, so that it fits a narrow terminal, and a row per fidelity of curves."""
    ceiling = f"; two seeds of one architecture agree at tau {audit.two_seeds:.3f}"
    note = f"regret and rank of the best of the predicted 10 and 100{'' if np.isnan(audit.two_seeds) else ceiling}"
    head, *rows = zip(*audit.rows(), strict=True)
    table = _table(None, [name.replace(" ", "\n").replace("_", "\n") for name in head], rows)
    return Group(f"[bold]{escape(audit.head)}[/]\n", table, f"\n[dim]{note}[/]", *_curves(audit))


def _curves(audit: Audit) -> Iterator[RenderableType]:
    """Yield how good predicted learning curves are, if there are any."""
    if audit.curves:
        head, *rows = audit.curve_rows()
        yield _table("learning curves of the random split", [name.replace(" ", "\n") for name in head], rows)
        yield "\n[dim]ranks of predictions against true errors after these epochs, and after the last[/]"


def explained_tables(found: Explained) -> Iterator[RenderableType]:
    """Yield the tables of an explanation: edges, operations, pairs, best motifs and worst."""
    told, unit = found.explanation, found.unit
    yield f"[bold]{escape(found.benchmark)}[/], learned from {found.train:,} trainings; effects are in {escape(unit)}"
    sizes = zip(told.space.genes, np.diag(told.strength), told.importance, strict=True)
    edges = [(gene, _size(whole), _size(asked)) for gene, whole, asked in sorted(sizes, key=lambda row: -row[1])]
    yield _table("how much each gene matters", ("gene", "in the whole space", "mean absolute Shapley"), edges)
    chosen = [(row.name, _across(row.genes), _effect(row.main), _effect(row.effect)) for row in found.operations]
    yield _table("what each option adds", ("option", "of", "in the whole space", "mean Shapley"), chosen)
    strongest = [(f"{first} and {second}", _size(size)) for first, second, size in pairs(told)[:PAIRS]]
    yield _table("what genes do together", ("pair", "strength"), strongest)
    for title, motifs in (("best", found.best), ("worst", found.worst)):
        yield _table(f"{title} motifs of {found.among:,} architectures", MOTIF, _motif_rows(motifs, found))


def _motif_rows(motifs: Iterable[Motif], found: Explained) -> Iterator[tuple[str, ...]]:
    for motif in motifs:
        numbers = f"{motif.error:.2f}", _effect(motif.effect), _effect(motif.effect - motif.alone)
        yield (motif.show(found.explanation.space), f"{motif.support:,}", *numbers)


def _table(title: str | None, head: Iterable[str], rows: Iterable[Iterable[str]]) -> Table:
    """Return a table whose words are on the left of their columns and whose numbers are aligned."""
    table = Table(title=title and f"\n{escape(title)}", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.title_style, table.title_justify = "bold", "left"
    for name in head:
        table.add_column(escape(name), justify="left" if name in WORDS else "right", overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def _across(genes: tuple[str, ...]) -> str:
    """Return which genes have an option, in few words."""
    return genes[0] if len(genes) == 1 else f"{len(genes)} genes: {genes[0]} to {genes[-1]}"


def _size(value: float) -> str:
    return f"{value:.3f}"


def _effect(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:+.3f}"
