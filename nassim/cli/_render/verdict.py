"""What a study found, as tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

from nassim.report.summary import NOWHERE, QUARTILES, Entry, Summary
from nassim.report.wording import decimals, number, span, spread
from nassim.study.verify.verdict import Verdict

FEW = 6  # benchmarks that fit side by side, if the terminal is wide
LONG = 30  # characters of a label that fit beside three data sets


def summary_table(summary: Summary) -> Table:
    """Return mean regret with its 95 % interval and mean rank: a row per strategy, best first over all benchmarks.

    Of many benchmarks, the mean rank over all of them.
    """
    if len(summary.benchmarks) > FEW:
        return _rank_table(summary)
    few = any(entry.lacks_interval for row in summary.entries.values() for entry in row.values())
    said = f"mean final regret [95 % interval]{f' ({QUARTILES})' if few else ''} and mean rank; lower is better"
    table = Table(box=box.SIMPLE_HEAD, caption=said)
    table.add_column("strategy", overflow="fold")
    names = {name: name.replace("[", "\n[", 1) for name in summary.benchmarks}  # surrogates take a line more
    lines = 1 + max(name.count("\n") for name in names.values())
    for benchmark in summary.benchmarks:
        head = f"{names[benchmark]}\n{summary.facts[benchmark]['unit']}"
        room = "\n" * (lines - head.count("\n"))
        table.add_column(room + escape(head), justify="right", overflow="fold")
        table.add_column("\n" * lines + "rank", justify="right")
    digits = {benchmark: decimals(row.values()) for benchmark, row in summary.entries.items()}
    for number_, strategy in enumerate(summary.ranking, start=1):
        entries = ((summary.entries[name][strategy], digits[name]) for name in summary.benchmarks)
        texts = (text for entry, places in entries for text in _texts(entry, places))
        table.add_row(escape(_folded(strategy)), *texts, end_section=number_ == len(summary.ranked))
    return table


def _rank_table(summary: Summary) -> Table:
    """Return the mean rank over all benchmarks with its 95 % interval, a row per strategy."""
    over = f"over all {len(summary.benchmarks)} benchmarks"
    table = Table(box=box.SIMPLE_HEAD, caption=f"mean rank {over} [95 % interval], lower is better; more in the report")
    table.add_column("strategy", overflow="fold")
    table.add_column("mean rank", justify="right")
    for strategy in summary.ranking:
        place = summary.overall.get(strategy, NOWHERE)
        said = f"{number(place.rank, 2)} {escape(span(place.low, place.high, 2))}".strip()
        table.add_row(escape(_folded(strategy)), said)
    return table


def _folded(label: str) -> str:
    """Return a long label name[settings] on two lines."""
    return label if len(label) <= LONG else label.replace("[", "\n  [", 1)


def _texts(entry: Entry, digits: int) -> tuple[str, str]:
    regret = f"{number(entry.regret, digits)} {escape(spread(entry, digits))}".strip()
    texts = regret, number(entry.rank, 2)
    return (f"[bold green]{texts[0]}[/]", f"[bold green]{texts[1]}[/]") if entry.standing == "best" else texts


def verdict_table(verdicts: Sequence[Verdict]) -> Table:
    """Return a row per verdict: what was claimed, and what was measured."""
    table = Table(box=box.SIMPLE_HEAD)
    for name in ("claim", "strategy", "benchmark", "statistic", "claimed", "measured"):
        table.add_column(name)
    for verdict in verdicts:
        table.add_row(*map(escape, verdict[:-1]))
    return table
