"""Regret, and how much faster it is reached, against the number of workers: the tables and figure of README.md.

nassim run studies/early_stopping && python studies/early_stopping/workers.py results/early_stopping [--figure FILE]
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from nassim.core.arrays import Floats
from nassim.core.trace import Trace
from nassim.stats.steps import align
from nassim.study.results import ResultsFolder

Cells = dict[str, dict[int, Trace]]  # by strategy, by number of workers
STUDIES = Path(__file__).parents[1]
POINTS = 2000  # of time
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
SWEPT = {"variant": "", "looks": "looks "}  # settings that tell strategies of one name apart, and how they are told


def cells_of(results: ResultsFolder, benchmark: str) -> Cells:
    """Return the traces of a benchmark."""
    cells: Cells = defaultdict(dict)
    for strategy in results.spec.strategies:
        workers = strategy.policies.get("workers", 1)
        settings = {key: value for key, value in strategy.settings.items() if key in SWEPT}
        name = ", ".join([strategy.name.replace("_", " "), *(f"{SWEPT[key]}{settings[key]}" for key in settings)])
        cells[name][workers] = results.trace(strategy.label, benchmark)
    return dict(cells)


def curve(trace: Trace, times: Floats) -> Floats:
    """Return the mean regret at some times (points,); infinite until every run has something to hand in."""
    held = align(trace.regret(), trace.seconds, times)
    return np.where(np.isnan(held).any(axis=0), np.inf, held.mean(axis=0))


def reached(trace: Trace, target: float, times: Floats) -> float:
    """Return when the mean regret is first at the target or below; nan = never."""
    below = curve(trace, times) <= target
    return float(times[below.argmax()]) if below.any() else float("nan")


def speed_ups(traces: dict[int, Trace]) -> dict[int, float]:
    """Return by how much sooner workers reach the mean regret that one worker has when the budget is spent."""
    times = np.linspace(0, traces[1].provenance["seconds"], POINTS + 1)[1:]
    target = float(curve(traces[1], times)[-1])
    alone = reached(traces[1], target, times)
    return {workers: alone / reached(trace, target, times) for workers, trace in traces.items()}


def final(trace: Trace) -> float:
    """Return the mean final regret over the runs that have something to hand in."""
    return float(np.nanmean(trace.regret()[:, -1]))


def table(cells: Cells, rows: dict[str, dict[int, float]]) -> Table:
    """Return a table with a row per strategy and a column per number of workers; "-" is what was not run."""
    counts = sorted({workers for traces in cells.values() for workers in traces})
    shown = Table("strategy", *(f"{workers:,}" for workers in counts))
    for name, values in rows.items():
        shown.add_row(name, *(f"{values[workers]:.2f}" if workers in values else "-" for workers in counts))
    return shown


def numbers(cells: Cells) -> dict[str, dict[str, dict[int, float]]]:
    """Return regrets and speed-ups, by strategy and number of workers."""
    return {
        "mean final regret": {name: {w: final(trace) for w, trace in traces.items()} for name, traces in cells.items()},
        "times as fast as one worker": {name: speed_ups(traces) for name, traces in cells.items()},
    }


def draw(cells: Cells, path: Path) -> None:
    """Draw regret and speed-up against workers."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from nassim.report.style import COLOURS, COLUMN, GREY, SETTINGS

    with rc_context(SETTINGS):
        figure = Figure(figsize=(2.6 * COLUMN, 1.1 * COLUMN), layout="constrained")
        regret, faster = figure.subplots(1, 2)
        found = numbers(cells)
        for place, name in enumerate(cells):
            style = {"color": COLOURS[place % len(COLOURS)], "marker": "os^Dv<"[place % 6], "markersize": 3}
            for axes, rows in zip((regret, faster), found.values(), strict=True):
                axes.plot(list(rows[name]), list(rows[name].values()), label=name, linewidth=1, **style)
        counts = sorted({workers for traces in cells.values() for workers in traces})
        faster.plot(counts, counts, color=GREY, linewidth=0.8, linestyle="--", label="as fast as there are workers")
        for axes, label in ((regret, "mean final regret (points)"), (faster, "times as fast as one worker")):
            axes.set(xscale="log", yscale="log", xlabel="workers", ylabel=label)
            axes.set_xticks(counts, [str(workers) for workers in counts])
            axes.minorticks_off()
        faster.set_yticks(counts, [str(workers) for workers in counts])
        low, high = regret.get_ylim()
        ticks = [tick for tick in TICKS if low <= tick <= high]
        regret.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        figure.legend(*faster.get_legend_handles_labels(), loc="outside right upper")
        figure.savefig(path, dpi=200)


def main(arguments: Iterable[str] | None = None) -> None:
    """Print the tables, keep their numbers for the tests, and draw the figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--numbers", type=Path, help="a file to keep the numbers in; by default among the study's own")
    options = parser.parse_args(None if arguments is None else list(arguments))
    results, console = ResultsFolder.open(options.results), Console()
    found = {}
    for benchmark in results.benchmarks:
        cells = cells_of(results, benchmark)
        found[benchmark] = numbers(cells)
        for title, rows in found[benchmark].items():
            console.print(f"[bold]{benchmark}[/], {title}, against the number of workers")
            console.print(table(cells, rows))
    kept = options.numbers or STUDIES / results.spec.name / "numbers" / "workers.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if options.figure:
        draw(cells_of(results, results.benchmarks[0]), options.figure)


if __name__ == "__main__":
    main()
