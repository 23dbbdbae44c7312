"""Tables of indicators under several objectives or limits: a table per benchmark, rows as in the main one."""

from __future__ import annotations

import csv as csv_format
import io
from collections.abc import Iterator
from dataclasses import fields

from nassim.report.found import MEANINGS
from nassim.report.judgement import judged
from nassim.report.plain_text import tex
from nassim.report.summary import BEST_TEST, Indicated, Summary
from nassim.report.wording import significant

COLUMNS = tuple(field.name for field in fields(Indicated))
MARKS = {"best": ("**", r"\textbf"), "not significantly worse": ("*", r"\underline")}
HANDED_IN = "hands in: "  # before the name of an objective


def markdown(summary: Summary) -> str:
    """Return Markdown tables: means [interval]; best bold, not significantly worse italic."""
    parts = []
    for benchmark in summary.indicators:
        lines = [["strategy", *heads(summary, benchmark)]]
        lines.append(["---", *["---:"] * (len(lines[0]) - 1)])
        for strategy in summary.ranking:
            cells = [f"{_marked(one)} {spread_of(one)}".strip() for one in _row(summary, benchmark, strategy)]
            name = strategy.replace("_", r"\_").replace("|", r"\|")
            lines.append([name, *cells, *_handed_in(summary, benchmark, strategy)])
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        parts.append(f"{table}\n\n{caption(summary, benchmark, 'bold', 'italic')}\n")
    return "\n".join(parts)


def latex(summary: Summary) -> str:
    """Return LaTeX tables for booktabs; best bold, not significantly worse underlined."""
    return "\n".join(_latex(summary, benchmark) for benchmark in summary.indicators)


def csv(summary: Summary) -> str:
    """Return a CSV table with full precision, a row per number of a strategy on a benchmark; nan = empty."""
    file = io.StringIO()
    writer = csv_format.writer(file, lineterminator="\n")
    writer.writerow(["benchmark", "strategy", "indicator", *COLUMNS])
    for benchmark, row in summary.indicators.items():
        for strategy, found in row.items():
            for name, one in found.items():
                values = (getattr(one, column) for column in COLUMNS)
                written = ("" if value != value else value for value in values)  # noqa: PLR0124 - nan
                writer.writerow([benchmark, strategy, name, *written])
    return file.getvalue()


def heads(summary: Summary, benchmark: str) -> list[str]:
    """Return the titles of a table's columns: the indicators, and the objectives of what is handed in."""
    first = next(iter(summary.indicators[benchmark].values()))
    handed = next(iter(summary.handed_in[benchmark].values()), {})
    return [*(MEANINGS[name].title for name in first), *(f"{HANDED_IN}{name.removeprefix('-')}" for name in handed)]


def caption(summary: Summary, benchmark: str, best: str, as_good: str) -> str:
    """Return what a reader must know: what is counted, of which set, on which scale, and with which test."""
    first = next(iter(summary.indicators[benchmark].values()))
    says = "; ".join(f"{MEANINGS[name].title}: {MEANINGS[name].says}" for name in first)
    return (
        f"Means over runs with 95 % intervals, exact ones of shares of runs, on {benchmark}. {says}. Best {best}; "
        f"{as_good}: not significantly worse at the 5 % level, {BEST_TEST}. "
        f"{' '.join(judged(benchmark, summary.facts[benchmark]))}"
    )


def spread_of(one: Indicated) -> str:
    """Return the interval, or the quartiles where there are too few runs for one."""
    if one.lacks_interval:
        return f"({significant(one.lower)} to {significant(one.upper)})"
    return "" if one.low != one.low else f"[{significant(one.low)}, {significant(one.high)}]"


def _latex(summary: Summary, benchmark: str) -> str:
    columns = heads(summary, benchmark)
    body = []
    for strategy in summary.ranking:
        cells = [_latex_cell(one) for one in _row(summary, benchmark, strategy)]
        body.append(" & ".join([tex(strategy), *cells, *_handed_in(summary, benchmark, strategy)]) + r" \\")
    lines = [
        *(r"\begin{table*}", r"\centering", rf"\caption{{{tex(caption(summary, benchmark, 'bold', 'underlined'))}}}"),
        *(rf"\begin{{tabular}}{{l{'r' * len(columns)}}}", r"\toprule"),
        *(" & ".join(["strategy", *map(tex, columns)]) + r" \\", r"\midrule"),
        *body,
        *(r"\bottomrule", r"\end{tabular}", r"\end{table*}"),
    ]
    return "\n".join(lines) + "\n"


def _row(summary: Summary, benchmark: str, strategy: str) -> Iterator[Indicated]:
    yield from summary.indicators[benchmark][strategy].values()


def _handed_in(summary: Summary, benchmark: str, strategy: str) -> list[str]:
    means = summary.handed_in[benchmark].get(strategy, {})
    return [significant(-mean if name.startswith("-") else mean) for name, mean in means.items()]


def _marked(one: Indicated) -> str:
    mark = MARKS[one.standing][0] if one.standing in MARKS else ""
    return f"{mark}{significant(one.mean)}{mark}"


def _latex_cell(one: Indicated) -> str:
    mean = significant(one.mean)
    marked = f"{MARKS[one.standing][1]}{{{mean}}}" if one.standing in MARKS else mean
    return marked + (rf" {{\scriptsize {spread_of(one)}}}" if spread_of(one) else "")
