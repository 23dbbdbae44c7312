"""What `nassim list` shows: all strategies, benchmarks and spaces there are."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable

from rich.markup import escape
from rich.table import Table

from nassim import catalog
from nassim.benchmark import Benchmark
from nassim.catalog import Kind
from nassim.console import stanzas
from nassim.errors import NassimError
from nassim.settings import schema
from nassim.space import Space
from nassim.strategy import lifted

MANY = 6  # options of a gene, beyond which only their number is told


def listing(kind: Kind) -> Table:
    """Return a table of everything of one kind, a stanza each."""
    tell = TELL[kind]
    table = stanzas()
    for name in catalog.names(kind):
        try:
            lines = [escape(line) for line in tell(name)]
        except NassimError as error:
            lines = [f"[red]{escape(str(error))}[/]"]
        table.add_row(f"[bold]{escape(name)}[/]", "\n".join([lines[0], *(f"[dim]{line}[/]" for line in lines[1:])]))
    return table


def strategy_lines(name: str) -> list[str]:
    """Return what a strategy is, and its settings with their defaults."""
    kind = lifted(catalog.strategy(name))
    settings = (
        key if default is inspect.Parameter.empty else f"{key}={_plain(default)}"
        for key, (_, default) in schema(kind).items()
    )
    return [_summary(sys.modules[kind.__module__]), " ".join(settings) or "no settings"]


def benchmark_lines(name: str) -> list[str]:
    """Return what a benchmark is, its size, its fidelities and its splits."""
    benchmark = catalog.load(name)
    return [benchmark.card.title, benchmark_facts(benchmark), split_facts(benchmark)]


def space_lines(name: str) -> list[str]:
    """Return what a space is, its size, its genes and their options."""
    space = catalog.space(name)
    first = _summary(sys.modules[type(space).__module__])
    return [first, f"{space.size:,} architectures, {_genes(space)}; mutations: {', '.join(space.mutations)}"]


def benchmark_facts(benchmark: Benchmark) -> str:
    """Return in a line how large a benchmark is and what it knows of each architecture."""
    epochs = ", ".join(map(str, benchmark.epochs))
    costs = f", with {' and '.join(benchmark.costs)}" if benchmark.costs else ""
    optimum = f"optimum {benchmark.optimum:.4g} {benchmark.card.unit}"
    return f"{benchmark.space.size:,} architectures of {benchmark.space.name} after {epochs} epochs{costs}; {optimum}"


def split_facts(benchmark: Benchmark) -> str:
    """Return in a line what a strategy sees and what a study reports."""
    return f"search on {benchmark.card.search_split}; report {benchmark.card.report_split}"


TELL: dict[Kind, Callable[[str], list[str]]] = {
    "strategies": strategy_lines,
    "benchmarks": benchmark_lines,
    "spaces": space_lines,
}


def _summary(documented: object) -> str:
    """Return the first paragraph of a docstring as one line."""
    return " ".join((inspect.getdoc(documented) or "(no docstring)").partition("\n\n")[0].split())


def _plain(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


def _genes(space: Space) -> str:
    """Return in words which genes there are and which options they have."""
    alike = len(set(space.options)) == 1
    if alike and len(space.options[0]) <= MANY:
        return f"{len(space.genes)} genes ({', '.join(space.genes)}) of {', '.join(space.options[0])}"
    counts = sorted(set(space.choices))
    options = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    return f"{len(space.genes)} genes of {options} options"
