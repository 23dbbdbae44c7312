"""How many evaluations per second does each strategy make, beside Optuna on the same table in the same run?

    python perf/throughput.py [--out perf/throughput.json] [--runs 1 100 1000 10000] [--strategies ...]

One process, one thread for linear algebra. Each figure is the best of a few repetitions; the ratios are those
of figures taken within this run, since clocks of shared machines drift.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import optuna
from rich.console import Console
from rich.progress import track
from rich.table import Table

import nassim
from nassim import catalog

BENCHMARK = "nb201/cifar10"
EVALUATIONS = 300
SECONDS = 1.5  # repeat a measurement until it has taken so long
OPTUNA_TRIALS = {"RandomSampler": 300, "TPESampler": 300}


def rate(run: Callable[[], int]) -> float:
    """Return evaluations per second: the best of repeated calls of `run`, which returns how many it made."""
    best, spent = 0.0, 0.0
    while spent < SECONDS:
        start = time.perf_counter()
        evaluations = run()
        took = time.perf_counter() - start
        best, spent = max(best, evaluations / took), spent + took
    return best


def simulated(strategy: str, benchmark: Any, runs: int) -> Callable[[], int]:
    """Return a function that simulates `runs` runs and returns how many evaluations they made."""

    def run() -> int:
        trace = nassim.simulate(strategy, benchmark, runs=runs, evaluations=EVALUATIONS)
        return int(trace.lengths.sum())

    return run


def by_optuna(sampler: str, benchmark: Any) -> Callable[[], int]:
    """Return a function that runs one Optuna study on the same table, with one-seed answers."""
    operations = {gene: list(range(choices)) for gene, choices in enumerate(benchmark.space.choices)}
    training_seed = np.zeros(1, dtype=np.uint32)

    def objective(trial: optuna.Trial) -> float:
        arch = [trial.suggest_categorical(f"gene{gene}", options) for gene, options in operations.items()]
        return float(benchmark.evaluate(nassim.Query(np.array([arch], dtype=np.int8)), training_seed).error[0])

    def run() -> int:
        study = optuna.create_study(sampler=getattr(optuna.samplers, sampler)(seed=0))
        study.optimize(objective, n_trials=OPTUNA_TRIALS[sampler])
        return OPTUNA_TRIALS[sampler]

    return run


def measure(strategies: list[str], runs: list[int]) -> dict[str, Any]:
    """Return all rates: {"optuna": {sampler: rate}, "nassim": {strategy: {runs: rate}}}, and their ratios."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    benchmark = nassim.load(BENCHMARK)
    peers = {name: rate(by_optuna(name, benchmark)) for name in track(OPTUNA_TRIALS, "Optuna", transient=True)}
    ours: dict[str, dict[str, float]] = {name: {} for name in strategies}
    for name, count in track([(name, count) for name in strategies for count in runs], "nassim", transient=True):
        ours[name][str(count)] = rate(simulated(name, benchmark, count))
    about = {"benchmark": BENCHMARK, "evaluations": EVALUATIONS, "numpy": np.__version__, "optuna": optuna.__version__}
    about |= {"machine": platform.machine(), "cores": os.cpu_count()}
    return {"about": about, "optuna": peers, "nassim": ours, "times": times(peers, ours)}


def times(peers: dict[str, float], ours: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Return how many times as fast each strategy is as each peer."""
    return {
        name: {runs: {peer: speed / other for peer, other in peers.items()} for runs, speed in rates.items()}
        for name, rates in ours.items()
    }


def show(result: dict[str, Any]) -> None:
    """Print the rates and their ratios to Optuna's."""
    peers, runs = result["optuna"], list(next(iter(result["nassim"].values())))
    table = Table(title=f"evaluations per second on {BENCHMARK}, {EVALUATIONS} evaluations a run, one process")
    for heading in ("", *(f"{int(count):,} runs" for count in runs), *(f"x {peer}" for peer in peers)):
        table.add_column(heading, justify="right" if heading else "left")
    for peer, speed in peers.items():
        ratios = (f"{speed / other:,.2g}" for other in peers.values())
        table.add_row(f"optuna {peer}", f"{speed:,.0f}", *[""] * (len(runs) - 1), *ratios)
    table.add_section()
    for name, rates in result["nassim"].items():
        ratios = (f"{max(rates.values()) / other:,.0f}" for other in peers.values())
        table.add_row(name, *(f"{speed:,.0f}" for speed in rates.values()), *ratios)
    Console(width=140).print(table)


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--runs", type=int, nargs="+", default=[1, 100, 1000, 10000])
    parser.add_argument("--strategies", nargs="+", default=catalog.names("strategies"))
    options = parser.parse_args()
    result = measure(options.strategies, options.runs)
    show(result)
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
