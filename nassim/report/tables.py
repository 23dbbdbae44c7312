"""Tables of a Summary, one function per format: rows = strategies, best first over all; columns = benchmarks."""

from __future__ import annotations

import csv as csv_format
import io
from dataclasses import fields

from nassim.report.judgement import judgement
from nassim.report.plain_text import tex
from nassim.report.summary import BEST_TEST, INTERVAL, NOWHERE, QUARTILES, Entry, Summary
from nassim.report.wording import decimals, number, runs, spread

ENDS = ("low", "high", "wide low", "wide high")
COLUMNS = tuple(field.name for field in fields(Entry))


def markdown(summary: Summary) -> str:
    """Return a Markdown table: mean final regret [interval] and rank; best bold, not significantly worse italic."""
    heads = [cell for name in summary.benchmarks for cell in (f"{name} ({summary.facts[name]['unit']})", "rank")]
    lines = [["strategy", *heads, "mean rank"], ["---", *["---:"] * (len(heads) + 1)]]
    for strategy in summary.ranking:
        line = [strategy.replace("_", r"\_").replace("|", r"\|")]
        for benchmark in summary.benchmarks:
            entry = summary.entries[benchmark][strategy]
            digits = decimals(summary.entries[benchmark].values())
            mark = {"best": "**", "not significantly worse": "*"}.get(entry.standing, "")
            regret = f"{mark}{number(entry.regret, digits)}{mark} {spread(entry, digits)}"
            line += [regret.strip(), number(entry.rank, 2)]
        lines.append([*line, _mean_rank(summary, strategy)])
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{table}\n\n{caption(summary, 'bold', 'italic')}\n"


def latex(summary: Summary) -> str:
    """Return a LaTeX table for booktabs; best bold, not significantly worse underlined."""
    benchmarks = summary.benchmarks
    heads = [rf"\multicolumn{{2}}{{c}}{{{tex(name)}}}" for name in benchmarks]
    rules = [rf"\cmidrule(lr){{{2 * place + 2}-{2 * place + 3}}}" for place in range(len(benchmarks))]
    kinds = [f"{tex(summary.facts[name]['unit'])} & rank" for name in benchmarks]
    body = [_latex_row(summary, strategy) for strategy in summary.ranked]
    body += [r"\midrule", *(_latex_row(summary, strategy) for strategy in summary.apart)] if summary.apart else []
    text = tex(caption(summary, "bold", "underlined"))
    lines = [
        r"\begin{table*}",
        r"\centering",
        rf"\caption{{{text}}}",
        rf"\label{{tab:{''.join(c if c.isalnum() else '-' for c in summary.study)}}}",
        rf"\begin{{tabular}}{{l{'lr' * len(benchmarks)}r}}",
        r"\toprule",
        rf"& {' & '.join(heads)} & \\",
        "".join(rules),
        rf"strategy & {' & '.join(kinds)} & mean rank \\",
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table*}",
    ]
    return "\n".join(lines) + "\n"


def csv(summary: Summary) -> str:
    """Return a CSV table with full precision: per benchmark every number of its entries; nan = empty."""
    file = io.StringIO()
    writer = csv_format.writer(file, lineterminator="\n")
    heads = [f"{benchmark} {column}" for benchmark in summary.benchmarks for column in COLUMNS]
    writer.writerow(["strategy", *heads, "mean rank", *(f"mean rank {end}" for end in ENDS)])
    for strategy in summary.ranking:
        entries = [summary.entries[benchmark][strategy] for benchmark in summary.benchmarks]
        place = summary.overall.get(strategy, NOWHERE)
        values = [getattr(entry, column) for entry in entries for column in COLUMNS]
        values += [place.rank, *(getattr(place, end.replace(" ", "_")) for end in ENDS)]
        writer.writerow([strategy, *("" if value != value else value for value in values)])  # noqa: PLR0124 - nan
    return file.getvalue()


def caption(summary: Summary, best: str, as_good: str) -> str:
    """Return what a reader must know: what is counted, over how many runs, with which interval and test."""
    entries = [entry for row in summary.entries.values() for entry in row.values()]
    few = f" ({QUARTILES})" if any(entry.lacks_interval for entry in entries) else ""
    return (
        f"Mean final regret with {INTERVAL}{few} (n = {runs(entries)}), and mean rank among the searches of each run. "
        f"Lowest mean {best}; {as_good}: not significantly worse at the 5 % level, {BEST_TEST}. "
        f"{judgement(summary.facts)}" + "".join(f" {sentence}" for sentence in summary.apart.values())
    )


def _latex_row(summary: Summary, strategy: str) -> str:
    cells = [tex(strategy)]
    for benchmark in summary.benchmarks:
        entry = summary.entries[benchmark][strategy]
        digits = decimals(summary.entries[benchmark].values())
        command = {"best": r"\textbf", "not significantly worse": r"\underline"}.get(entry.standing, "")
        mean = tex(number(entry.regret, digits))
        interval = spread(entry, digits)
        small = rf" {{\scriptsize {interval}}}" if interval else ""
        cells += [(f"{command}{{{mean}}}" if command else mean) + small, number(entry.rank, 2)]
    return " & ".join([*cells, _mean_rank(summary, strategy)]) + r" \\"


def _mean_rank(summary: Summary, strategy: str) -> str:
    """Return the mean rank over all benchmarks, or a dash for what is not ranked."""
    return number(summary.overall.get(strategy, NOWHERE).rank, 2)
