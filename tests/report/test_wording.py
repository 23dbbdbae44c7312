"""How findings are said where strategies or benchmarks are many."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from nassim.cli._render.verdict import FEW, summary_table
from nassim.report.wording import finding, span


def test_who_is_as_good_is_not_listed_where_everybody_is(summary) -> None:
    """A sentence names those that are not worse, but says so at once of all others."""
    entries = {
        name: replace(entry, standing="best" if place == 0 else "not significantly worse")
        for place, (name, entry) in enumerate(summary.entries["toy/a"].items())
    }
    assert finding("toy/a", entries, "%").endswith("; no other is significantly worse.")


def test_zero_has_no_sign() -> None:
    """What is zero but for rounding is written as zero."""
    assert span(-1e-12, 0.25, 2) == "[0.00, 0.25]"


def test_many_benchmarks_are_ranks_on_the_terminal(summary) -> None:
    """Beyond a few benchmarks the table has the mean rank over all, and fits."""
    benchmarks = tuple(f"toy/{place}" for place in range(FEW + 1))
    file = io.StringIO()
    Console(file=file, width=80).print(summary_table(replace(summary, benchmarks=benchmarks)))
    lines = file.getvalue().splitlines()
    assert "mean rank over all 7 benchmarks" in file.getvalue()
    assert all(sum(name in line for line in lines) == 1 for name in summary.ranking)
