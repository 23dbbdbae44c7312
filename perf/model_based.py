"""What does a model-based search cost? Processor seconds of 20 runs x 300 evaluations of each strategy.

    python perf/model_based.py [--out perf/model_based.json] [--runs 20] [--evaluations 300] [--strategies ...]

One process, one thread. Beside ours stand other libraries' optimisers, in the same run: the ratios are to Optuna's
TPESampler, since clocks of shared machines drift.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import xgboost
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

import nassim

BENCHMARK = "nb201/cifar10"
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "regularized_evolution": ("regularized_evolution", {}),
    "tpe": ("tpe", {}),
    "bohb": ("bohb", {}),
    "kernel_ridge_thompson": ("kernel_ridge_thompson", {}),
    "gaussian_process": ("gaussian_process", {}),
    "zero_cost_prior": ("zero_cost_prior", {}),
    "bananas": ("bananas", {}),
    "npenas": ("npenas", {}),
    "xgb_search": ("xgb_search", {}),
    "parego, two objectives": ("parego", {"objectives": ["error", "latency"]}),
    "ehvi, two objectives": ("ehvi", {"objectives": ["error", "latency"]}),
    "optuna[sampler=TPESampler]": ("optuna", {"sampler": "TPESampler"}),
    "nevergrad[optimiser=DiscreteOnePlusOne]": ("nevergrad", {"optimiser": "DiscreteOnePlusOne"}),
    "pymoo[algorithm=GA]": ("pymoo", {"algorithm": "GA"}),
}
PEER = "optuna[sampler=TPESampler]"


def cost(label: str, runs: int, evaluations: int) -> float:
    """Return the processor seconds of a simulation; what a first use imports is not counted."""
    name, settings = CASES[label]
    benchmark = nassim.load(BENCHMARK)
    nassim.simulate(name, benchmark, runs=1, evaluations=12, **settings)
    start = time.process_time()
    nassim.simulate(name, benchmark, runs=runs, evaluations=evaluations, **settings)
    return time.process_time() - start


def show(result: dict[str, Any]) -> None:
    """Print the costs, and how many times as fast as the peer each is."""
    about, seconds = result["about"], result["seconds"]
    table = Table(title=f"{about['runs']} runs x {about['evaluations']} evaluations on {BENCHMARK}, one thread")
    for heading in ("", "processor s", "evaluations/s", f"x {escape(PEER)}"):
        table.add_column(heading, justify="right" if heading else "left")
    for label, took in seconds.items():
        ratio = f"{seconds[PEER] / took:,.1f}" if PEER in seconds else ""
        table.add_row(escape(label), f"{took:,.1f}", f"{about['runs'] * about['evaluations'] / took:,.0f}", ratio)
    Console(width=120).print(table)


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--evaluations", type=int, default=300)
    parser.add_argument("--strategies", nargs="+", choices=list(CASES), default=list(CASES), metavar="STRATEGY")
    options = parser.parse_args()
    budget = {"runs": options.runs, "evaluations": options.evaluations}
    versions = {"numpy": np.__version__, "xgboost": xgboost.__version__, "machine": platform.machine()}
    strategies = track(options.strategies, "measuring", transient=True)
    seconds = {label: round(cost(label, **budget), 2) for label in strategies}
    result = {"about": {"benchmark": BENCHMARK, **budget, **versions}, "seconds": seconds}
    show(result)
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
