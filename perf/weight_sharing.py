"""How long do a thousand DARTS searches of 50 epochs take on a simulated supernet?

    python perf/weight_sharing.py [--runs 1000] [--out FILE]

On NAS-Bench-201, CIFAR-10, with 16 minibatches an epoch; in one process, of first and second order.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import nassim
from nassim import catalog
from nassim.benchmarks.weight_sharing import WeightSharing


def seconds(order: int, runs: int) -> float:
    """Return how long the searches take, the benchmark loaded before."""
    bench, strategy = WeightSharing(nassim.load("nb201/cifar10")), catalog.strategy("darts")
    start = time.perf_counter()
    nassim.simulate(strategy, bench, runs=runs, seed=0, evaluations=50, epochs=50, steps=16, order=order)
    return time.perf_counter() - start


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    found = {f"order {order}": round(seconds(order, options.runs), 1) for order in (1, 2)}
    print(json.dumps({"runs": options.runs, "seconds": found}))
    options.out.write_text(json.dumps({"runs": options.runs, "seconds": found}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
