"""What `nassim list` shows of strategies, spaces and protocols, and facts of benchmarks."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from nassim import catalog, protocols
from nassim.benchmarks import loading
from nassim.benchmarks.partial_table import PartialTable
from nassim.cli._render import stanzas
from nassim.core.benchmark import Benchmark, Card
from nassim.core.documents import JsonValue
from nassim.core.errors import DataError, NassimError
from nassim.core.lifting import lifted
from nassim.core.settings import schema
from nassim.core.space import Space

HUGE = 10**12  # architectures, from here on in powers of ten
FEW = 3  # fidelities, beyond which they are told as a range
MANY = 6  # options of a gene, beyond which only their number is told


def listing(kind: str) -> Table:
    """Return a table of everything of one kind, a stanza each."""
    tell = TELL[kind]
    table = stanzas()
    for name in NAMES[kind]():
        try:
            lines = [escape(line) for line in tell(name)]
        except NassimError as error:
            lines = [f"[red]{escape(str(error))}[/]"]
        table.add_row(f"[bold]{escape(name)}[/]", "\n".join([lines[0], *(f"[dim]{line}[/]" for line in lines[1:])]))
    return table


def strategy_lines(name: str) -> list[str]:
    """Return what a strategy is, and its settings with their defaults."""
    kind = lifted(catalog.strategy(name))
    return [_summary(sys.modules[kind.__module__]), _settings(kind)]


def wrapper_lines(name: str) -> list[str]:
    """Return what a wrapper of benchmarks changes, and its options with their defaults."""
    kind = catalog.wrapper(name)
    return [_summary(sys.modules[kind.__module__]), _settings(kind)]


def space_lines(name: str) -> list[str]:
    """Return what a space is, its size, its genes and their options."""
    space = catalog.space(name)
    first = _summary(sys.modules[type(space).__module__])
    return [first, f"{space.size:,} architectures, {_genes(space)}; mutations: {', '.join(space.mutations)}"]


def protocol_lines(name: str) -> list[str]:
    """Return what a protocol is, what it sets on each space, and what nassim does otherwise."""
    found = protocols.protocol(name)
    policies = ", ".join(f"{key} = {_said(value)}" for key, value in found.policies.items())
    lines = [protocols.summary(name), f"{found.runs} runs; {policies}"]
    lines += [f"needs {source}: {how}" for source, how in found.sources.items()]
    for space, task in found.tasks.items():
        budgets = (f"{value:,} {unit} on {data}" for data, own in task.budgets.items() for unit, value in own.items())
        lines.append(f"{space}, {task.epochs} epochs: {', '.join(budgets)}")
        for strategy, settings in task.strategies.items():
            lines.append(f"  {strategy} {' '.join(f'{key}={value}' for key, value in settings.items())}".rstrip())
    return [*lines, *(f"otherwise: {line}" for line in found.differs)]


def benchmark_facts(benchmark: Benchmark) -> str:
    """Return in a line how large a benchmark is and what it knows of each architecture."""
    epochs = after(benchmark.epochs)
    costs = with_costs(benchmark.costs, benchmark.card)
    optimum = f"optimum {benchmark.optimum:.4g} {benchmark.card.unit}"
    space = benchmark.space
    counted = f"{space.networks:,} networks" if space.networks else f"{space.size:,} architectures"
    return f"{counted} of {space.name}{epochs}{costs}; {optimum}"


def sample_facts(samples: PartialTable) -> str:
    """Return in a line which part of its space a benchmark's data is, and what to do with it."""
    epochs = after(samples.epochs)
    costs = with_costs(tuple(samples.costs), samples.card)
    known = len(samples.archs)
    return (
        f"{known:,} of the {sized(samples.space.size)} architectures of {samples.space.name}"
        f"{epochs}{costs}; part of its space; nassim fit {samples.name}"
    )


def with_costs(costs: Sequence[str], card: Card) -> str:
    """Return in words which costs there are, and which of them are measured after training."""
    told = [f"{cost} (measured after training)" if cost in card.measured else cost for cost in costs]
    return f", with {' and '.join(told)}" if told else ""


def after(epochs: Sequence[int]) -> str:
    """Return fidelities in words; nothing of a single one that is 1, which is how data that tell of none have it."""
    if len(epochs) > FEW:
        return f" after {epochs[0]} to {epochs[-1]} epochs ({len(epochs)} of them)"
    return "" if tuple(epochs) == (1,) else f" after {', '.join(map(str, epochs))} epochs"


def sized(size: int) -> str:
    """Return a number of architectures in words."""
    return f"{size:,}" if size < HUGE else f"{size:.1e}"


def whole_or_part(name: str, *, code: bool = False) -> Benchmark | PartialTable:
    """Return a benchmark, or if its card says that its data is not complete, the samples that there are."""
    try:
        return loading.benchmark(name, code=code)
    except DataError:
        if ":" in name:
            raise
        samples = PartialTable.load(name)
        if samples.card.facts.get("complete", True):
            raise
        return samples


TELL: dict[str, Callable[[str], list[str]]] = {
    "strategies": strategy_lines,
    "spaces": space_lines,
    "protocols": protocol_lines,
    "wrappers": wrapper_lines,
}
NAMES: dict[str, Callable[[], list[str]]] = {
    "strategies": lambda: catalog.names("strategies"),
    "spaces": lambda: catalog.names("spaces"),
    "protocols": protocols.names,
    "wrappers": lambda: catalog.names("wrappers"),
}


def _said(value: JsonValue) -> str:
    """Return a policy as a study would say it, lists and tables without quotation marks."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key} = {_said(one)}' for key, one in value.items())}}}"
    return f"[{', '.join(map(_said, value))}]" if isinstance(value, list) else str(value)


def _summary(documented: object) -> str:
    """Return the first paragraph of a docstring as one line."""
    return " ".join((inspect.getdoc(documented) or "(no docstring)").partition("\n\n")[0].split())


def _settings(kind: type) -> str:
    """Return the settings of a class with their defaults."""
    settings = (
        key if default is inspect.Parameter.empty else f"{key}={_plain(default)}"
        for key, (_, default) in schema(kind).items()
    )
    return " ".join(settings) or "no settings"


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
