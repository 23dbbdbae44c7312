"""What `nassim show` shows: a benchmark's card, or all that is known of one architecture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.markup import escape
from rich.table import Table

from nassim import catalog
from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.siblings import siblings
from nassim.benchmarks.tabular import Tabular
from nassim.cli._render import stanzas
from nassim.cli._render.listing import benchmark_facts, sample_facts, whole_or_part
from nassim.core.arrays import Archs, Floats
from nassim.core.benchmark import Benchmark, Card, Query
from nassim.core.errors import ArchitectureError, DataError
from nassim.core.hashing import hash32
from nassim.core.random_streams import Streams
from nassim.core.space import Space

WHOLE = 1 << 21  # spaces up to this size are looked at in full, of larger ones a sample
SAMPLE = 10_000
TRAINING_SEEDS = 256  # enough to have seen every one of a few repeated trainings
MANY = 10  # seconds from which on they are shown whole
BINS = 12
BAR = 40  # characters
FAILED = "none: it failed"  # the rank of what has no error
MOST = 128  # trainings that are told one by one
BEST, ALIKE = 5, 64  # how many of the best are shown, and how many forms of one network are looked through

Row = tuple[str, str]


def card_of(name: str, bar: str = "█", *, code: bool = False) -> Table:
    """Return the card of a benchmark, whose data may be a part of its space; `code` as in the catalog."""
    found = whole_or_part(name, code=code)
    return samples_card(found, bar) if isinstance(found, PartialTable) else benchmark_card(found, bar)


def benchmark_card(benchmark: Benchmark, bar: str = "█") -> Table:
    """Return the card of a benchmark, its optimum and how its errors are distributed."""
    archs = all_or_some(benchmark)
    return _card(benchmark, benchmark_facts(benchmark), archs, benchmark.truth(archs), bar)


def samples_card(samples: PartialTable, bar: str = "█") -> Table:
    """Return the card of a part of a space, the best of what there is and how its errors are distributed."""
    truth = samples.mean_error if samples.test is None else samples.test
    return _card(samples, sample_facts(samples), samples.archs, truth, bar)


def _card(source: Benchmark | PartialTable, facts: str, archs: Archs, truth: Floats, bar: str) -> Table:
    card = source.card
    rows = [
        (f"[bold]{escape(source.name)}[/]", f"[bold]{escape(card.title)}[/]"),
        ("", escape(facts)),
        ("search split", escape(card.search_split)),
        ("report split", escape(card.report_split)),
        ("source", escape(card.source)),
        ("licence", escape(card.licence)),
        *_warned(card),
        *_siblings(source.name),
        *_best(source.space, archs, truth, card.unit),
        ("distribution", f"of {escape(card.unit)} on the report split, {truth.size:,} architectures"),
    ]
    return _table([*rows, *histogram(truth, bar)])


def _warned(card: Card) -> Iterator[Row]:
    """Yield what a card warns of."""
    if "warning" in card.facts:
        yield "[bold red]warning[/]", escape(str(card.facts["warning"]))


def _siblings(name: str) -> Iterator[Row]:
    """Yield how the other tables of the space rank the same networks; nothing of what is no installed table."""
    if name not in catalog.dataset_folders():
        return
    for number, sibling in enumerate(siblings(name)):
        agree = "too few in common" if np.isnan(sibling.spearman) else f"{sibling.spearman:+.2f}"
        said_once = " (Spearman, mean errors, networks with a path)" if number == 0 else ""
        line = f"{agree}  {sibling.name}, {sibling.networks:,} networks in common{said_once}"
        yield "ranks like" if number == 0 else "", escape(line)


def _best(space: Space, archs: Archs, truth: Floats, unit: str) -> Iterator[Row]:
    """Yield the best architectures, one of each network."""
    kind = "best" if len(archs) in {space.size, space.networks} else "best seen"
    order = np.argsort(truth, kind="stable")[: BEST * ALIKE]
    _, first = np.unique(space.canonical(archs[order]), return_index=True)
    for place, row in enumerate(order[np.sort(first)][:BEST], start=1):
        if np.isfinite(truth[row]):
            yield f"{kind}, number {place}" if place > 1 else kind, _named(space, archs[row])
            yield "", said(float(truth[row]), unit)


def architecture_card(source: Benchmark | PartialTable, arch: Archs) -> Table:
    """Return all that is known of one architecture (genes,); of samples, DataError if it is none of them."""
    about = _of_samples(source, arch) if isinstance(source, PartialTable) else _of_benchmark(source, arch)
    drawing = ((part, escape(line)) for part, line in drawn_lines(source.space, arch))
    title = (f"[bold]{escape(source.name)}[/]", f"[bold]{escape(source.card.title)}[/]")
    return _table([title, ("architecture", _named(source.space, arch)), *drawing, *about])


def drawn_lines(space: Space, arch: Archs) -> Iterator[Row]:
    """Yield a drawing in lines: an arrow each where the architecture is a graph, otherwise an option each."""
    links = space.links(arch)
    width = max((len(link.operation) for link in links), default=0)
    names = max((len(link.source) for link in links), default=0)
    for number, link in enumerate(links):
        first = number == 0 or links[number - 1].part != link.part
        label = link.operation and f" {link.operation} ".center(width + 2, "-")
        yield link.part if first else "", f"{link.source:>{names}} -{label}-> {link.target}"
    if not links:
        yield from ((gene, space.options[place][arch[place]]) for place, gene in enumerate(space.genes))


def find_architecture(space: Space, text: str) -> Archs:
    """Return the row (genes,) of an official text, or of a number: official if the space has such, else the index.

    What may be either, such as 00000012 in the macro space, is a text.
    """
    try:
        return space.parse(text)
    except ArchitectureError:
        if not text.strip().isdecimal():
            raise
    number = int(text)
    if number >= space.size:
        raise ArchitectureError(f"index {number} is not in 0..{space.size - 1}")
    found: Archs = space.from_official(number)[0] if hasattr(space, "from_official") else space.at(np.array(number))
    return found


def histogram(truth: Floats, bar: str = "█") -> Iterator[Row]:
    """Yield a row per bin: from where to where, a bar, and how many."""
    counts, edges = np.histogram(truth[np.isfinite(truth)], bins=BINS)
    for count, low, high in zip(counts, edges[:-1], edges[1:], strict=True):
        length = int(np.ceil(BAR * count / counts.max()))
        yield f"{low:8.4g} - {high:<6.4g}".rjust(18), f"[cyan]{bar * length}[/] {count:,}"


def said(error: float, unit: str) -> str:
    """Return an error in its unit, and where that is a percentage also the accuracy; nan failed."""
    if not np.isfinite(error):
        return "failed"
    accuracy = f" ({100 - error:.2f} % accuracy)" if unit == "% error" else ""
    return f"{error:.2f} {unit}{accuracy}"


def all_or_some(benchmark: Benchmark) -> Archs:
    """Return every architecture of a table, or of a small space, otherwise a sample, shape (n, genes)."""
    if isinstance(benchmark, Tabular):
        return benchmark.everything()
    space = benchmark.space
    if space.size <= WHOLE:
        return space.at(np.arange(space.size))
    return space.sample(np.arange(SAMPLE), Streams(0, "card", np.arange(SAMPLE)))


def _of_benchmark(benchmark: Benchmark, arch: Archs) -> Iterator[Row]:
    """Yield what each repeated training gave, or may give, then their mean, the time, the costs, and its standing."""
    mean = benchmark.evaluate(Query(arch[None]))
    if isinstance(benchmark, Tabular):
        errors = benchmark.trained(arch)
    else:
        training_seeds = hash32(np.arange(TRAINING_SEEDS, dtype=np.uint32))
        errors = np.unique(
            benchmark.evaluate(Query(np.repeat(arch[None], TRAINING_SEEDS, axis=0)), training_seeds).error
        )
    truth, costs = (
        float(benchmark.truth(arch[None])[0]),
        dict(zip(benchmark.costs, mean.costs[0].tolist(), strict=True)),
    )
    yield from _measured(benchmark, errors, float(mean.error[0]), truth, float(mean.seconds[0]), costs)
    yield from _standing(benchmark, arch)


def _of_samples(samples: PartialTable, arch: Archs) -> Iterator[Row]:
    """Yield the same of an architecture among samples, and its standing among those."""
    same = (samples.archs == arch).all(axis=1)
    if not same.any():
        missing = f"{samples.space.show(arch):.80} was not trained: {len(samples.archs):,} of its space were"
        raise DataError(f"{samples.name}: {missing}; nassim fit {samples.name} learns the others from them")
    row = int(same.argmax())
    truth = samples.mean_error if samples.test is None else samples.test
    costs = {name: float(values[row]) for name, values in samples.costs.items()}
    errors = samples.error[-1, row, : samples.counts[row]]
    mean, seconds = float(samples.mean_error[row]), float(samples.mean_seconds[row])
    yield from _measured(samples, errors, mean, float(truth[row]), seconds, costs)
    rank = f"{int((truth < truth[row]).sum()) + 1:,} of {len(truth):,} trained"
    yield "rank", FAILED if np.isnan(truth[row]) else rank


def _measured(
    source: Benchmark | PartialTable, errors: Floats, mean: float, truth: float, seconds: float, costs: dict[str, float]
) -> Iterator[Row]:
    """Yield what trainings of one architecture gave; many that may be seen are told by their range."""
    unit = source.card.unit
    if errors.size > MOST:
        yield "trainings", f"from {said(float(np.nanmin(errors)), unit)} to {said(float(np.nanmax(errors)), unit)}"
    else:
        yield from ((f"training {number}", said(float(error), unit)) for number, error in enumerate(errors, start=1))
    yield "mean", said(mean, unit)
    yield "report split", said(truth, unit)
    yield "training time", f"{_seconds(seconds)} simulated seconds to epoch {source.epochs[-1]}"
    after = dict.fromkeys(source.card.measured, " (measured after training)")
    yield from ((name, f"{_plain(cost)}{after.get(name, '')}") for name, cost in costs.items())


def _seconds(seconds: float) -> str:
    return f"{seconds:,.0f}" if seconds >= MANY else f"{seconds:.3g}"


def _standing(benchmark: Benchmark, arch: Archs) -> Iterator[Row]:
    """Yield how the architecture compares with all, with the same network's other forms, and with its neighbours."""
    space, archs = benchmark.space, all_or_some(benchmark)
    truth, own = benchmark.truth(archs), float(benchmark.truth(arch[None])[0])
    better = int((truth < own).sum())
    among = f"of {len(archs):,}" + ("" if len(archs) in {space.size, space.networks} else " sampled")
    from_optimum = "" if np.isnan(benchmark.optimum) else f", {own - benchmark.optimum:.2f} from the optimum"
    yield "rank", FAILED if np.isnan(own) else f"{better + 1:,} {among}{from_optimum}"
    if len(archs) == space.size:
        alike = int((space.canonical(archs) == space.canonical(arch[None])).sum())
        yield "isomorphic", "no other architecture is this network" if alike == 1 else f"{alike} are this network"
    around = space.neighbours(arch)
    errors = benchmark.truth(around)
    if np.isnan(errors).all():
        yield "neighbours", f"{len(around)}, of which none succeeded"
        return
    best, better = int(np.nanargmin(errors)), int((errors < np.nan_to_num(own, nan=np.inf)).sum())
    yield "neighbours", f"{len(around)}, of which {better} are better; the best is"
    yield "", f"{_named(space, around[best])}"
    yield (
        "",
        said(float(errors[best]), benchmark.card.unit) + (f", {errors[best] - own:+.2f}" if np.isfinite(own) else ""),
    )


def _named(space: Space, arch: Archs) -> str:
    kind, number = ("official", space.official) if hasattr(space, "official") else ("index", space.index)
    return f"{escape(space.show(arch))}  [dim]{kind} {number(arch[None])[0]}[/]"


def _plain(number: float) -> str:
    if not np.isfinite(number):
        return "not measured"
    return f"{number:,.0f}" if number == round(number) else f"{number:,.4g}"


def _table(rows: list[Row]) -> Table:
    table = stanzas()
    for name, value in rows:
        table.add_row(name if name.startswith("[") else f"[dim]{name}[/]", value)
    return table
