"""What does the expected cost in the gradient buy? Error and latency of what darts and gdas hand in, by weight.

    python perf/cost_weight.py [--runs 200]

NAS-Bench-201 on CIFAR-10, 50 epochs; both are oracles there: they descend the table's exact relaxation. `beyond` is the
share of runs whose cell another cell beats in error and in latency by more than 1 % of the range of each.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

import nassim

TABLE = nassim.load("nb201/cifar10")
EVERY = TABLE.space.at(np.arange(TABLE.space.size))
POINTS = np.column_stack([TABLE.truth(EVERY), TABLE.cost("latency", EVERY)])
WEIGHTS = (0.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
ROOM = 0.01 * np.ptp(POINTS, axis=0)


def row(strategy: str, weight: float, runs: int) -> dict[str, object]:
    """Return the mean error and latency of what is handed in."""
    trace = nassim.simulate(
        strategy, TABLE, runs=runs, cost="latency", cost_weight=weight, objectives=["error", "latency"]
    )
    found = trace.objectives(true=True)[:, -1]
    beyond = [(point - ROOM > POINTS).all(axis=1).any() for point in found]
    error, latency = found.mean(axis=0)
    return {
        "strategy": strategy,
        "weight": weight,
        "error": float(error),
        "latency_ms": float(1000 * latency),
        "beyond": float(np.mean(beyond)),
        "cells": len(np.unique(found, axis=0)),
    }


def main() -> None:
    """Print a table, and write perf/cost_weight.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    rows = [row(strategy, weight, runs) for strategy in ("darts", "gdas") for weight in WEIGHTS]
    print("| strategy | cost_weight | error, % | latency, ms | beyond the front, % | cells |")
    print("|---|---:|---:|---:|---:|---:|")
    for one in rows:
        print(
            f"| `{one['strategy']}` | {one['weight']:g} | {one['error']:.2f} | {one['latency_ms']:.2f} | "
            f"{100 * float(str(one['beyond'])):.0f} | {one['cells']} |"
        )
    Path(__file__).with_suffix(".json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
