"""What did the searches hand in: how good is it said to be, beside all that was ever trained, and how far from it?

python studies/mnasnet_surrogate/handed_in.py results/mnasnet_surrogate
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.study.plan import read_study
from nassim.study.results import ResultsFolder

BEST = "best of all that were trained"
NUMBERS = Path(__file__).parent / "numbers" / "handed_in.json"


def measured(results: ResultsFolder) -> dict[str, dict[str, float]]:
    """Return numbers of the best trained network, and of what each strategy handed in."""
    (searched,) = read_study(Path(__file__).parent).benchmarks
    fitted, trained = searched.benchmark, PartialTable.load(searched.source.name)
    if not isinstance(fitted, SurrogateBenchmark):
        raise TypeError(fitted)
    best = int(np.nanargmin(trained.mean_error))
    predicted = float(fitted.truth(trained.archs[best][None])[0])
    numbers = {BEST: {"error": float(trained.mean_error[best]), "predicted error": predicted}}
    for strategy in results.strategies:
        trace = results.trace(strategy, searched.spec.label)
        found = trace.archs[np.arange(len(trace.archs)), trace.incumbent()[:, -1]]
        error = fitted.truth(found)
        numbers[strategy] = {
            "predicted error": float(error.mean()),
            "lowest": float(error.min()),
            "different": len(np.unique(found, axis=0)),
            "% far": float(100 * fitted.far(found).mean()),
            "images/s, A100": float(fitted.cost("throughput_a100", found).mean()),
            "days": float(trace.seconds[:, -1].mean()) / 86_400,
        }
    return numbers


def main() -> None:
    """Print a row per strategy and keep the numbers for the tests."""
    numbers = measured(ResultsFolder.open(sys.argv[1]))
    NUMBERS.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    best = numbers.pop(BEST)
    head = f"{BEST}: {best['error']:.2f}, predicted {best['predicted error']:.2f}"
    made = Table("strategy", *next(iter(numbers.values())), title=head)
    for strategy, row in numbers.items():
        made.add_row(escape(strategy), *(f"{number:,.2f}" for number in row.values()))
    Console(width=120).print(made)


if __name__ == "__main__":
    main()
