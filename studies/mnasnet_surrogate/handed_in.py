"""What did the searches hand in: how good is it said to be, beside all that was ever trained, and how far from it?

python studies/mnasnet_surrogate/handed_in.py results/mnasnet_surrogate
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nassim.benchmarks.samples import Samples
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.study.file import read_study
from nassim.study.results import Results


def main() -> None:
    """Print a row per strategy."""
    results, (subject,) = Results.open(sys.argv[1]), read_study(Path(__file__).parent).subjects
    fitted, trained = subject.loaded, Samples.load(subject.source)
    if not isinstance(fitted, SurrogateBenchmark):
        raise TypeError(fitted)
    best = int(np.nanargmin(trained.mean_error))
    made = Table(
        title=f"best of {len(trained.archs):,} trained: {trained.mean_error[best]:.2f}, "
        f"predicted {fitted.truth(trained.archs[best][None])[0]:.2f}"
    )
    for name in ("strategy", "predicted error", "lowest", "different", "far", "images/s, A100", "days"):
        made.add_column(name)
    for strategy in results.strategies:
        trace = results.trace(strategy, subject.label)
        found = trace.archs[np.arange(len(trace.archs)), trace.incumbent()[:, -1]]
        error, speed = fitted.truth(found), fitted.known("throughput_a100", found)
        numbers = f"{error.mean():.2f}", f"{error.min():.2f}", f"{len(np.unique(found, axis=0)):,}"
        days = trace.seconds[:, -1].mean() / 86_400
        made.add_row(
            escape(strategy), *numbers, f"{fitted.far(found).mean():.1%}", f"{speed.mean():,.0f}", f"{days:.2f}"
        )
    Console(width=120).print(made)


if __name__ == "__main__":
    main()
