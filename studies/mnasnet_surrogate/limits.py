"""Who finds the best network that is fast enough: the last table of README.md.

    nassim run studies/mnasnet_surrogate/limits.toml
    python studies/mnasnet_surrogate/limits.py results/mnasnet_limits

Errors are predicted. Regrets count from the best network within the limit that any run of any strategy handed in.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nassim.core.arrays import Floats
from nassim.stats.intervals import mean_interval
from nassim.study.results import ResultsFolder

NUMBERS = Path(__file__).parent / "numbers" / "limits.json"
Row = dict[str, float]


def measured(results: ResultsFolder) -> dict[str, dict[str, Row]]:
    """Return what each strategy comes to within each limit: its regret, and how much of what it trained keeps it."""
    numbers: dict[str, dict[str, Row]] = {strategy: {} for strategy in results.strategies}
    for benchmark in results.benchmarks:
        traces = {strategy: results.trace(strategy, benchmark) for strategy in results.strategies}
        final: dict[str, Floats] = {name: trace.incumbent_truth()[:, -1] for name, trace in traces.items()}
        best = min(float(np.nanmin(errors)) for errors in final.values())
        for strategy, errors in final.items():
            found = errors[~np.isnan(errors)]
            regret = mean_interval((found - best)[:, None])
            numbers[strategy][benchmark] = {
                "regret": float(regret.mean[0]),
                "low": float(regret.low[0]),
                "high": float(regret.high[0]),
                "% of trainings within": float(100 * traces[strategy].feasible(true=True).mean()),
                "runs without any": int(np.isnan(errors).sum()),
                "best found by any": best,
            }
    return numbers


def main() -> None:
    """Print a row per strategy and limit, and keep the numbers for the tests."""
    numbers = measured(ResultsFolder.open(sys.argv[1]))
    NUMBERS.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    made = Table("strategy", "limit", "regret", "low", "high", "% within", "runs without any", "best of all")
    for strategy, rows in numbers.items():
        for benchmark, row in rows.items():
            made.add_row(escape(strategy), benchmark, *(f"{number:,.3f}" for number in row.values()))
    Console(width=120).print(made)


if __name__ == "__main__":
    main()
