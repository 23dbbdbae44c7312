"""How long do searches on a supernet take: a thousand simulated ones of each kind, and a real one?

    python perf/weight_sharing.py [--runs 1000] [--real darts-1 ...] [--out FILE]

Simulated on NAS-Bench-201, CIFAR-10, in one process: DARTS of first and second order for 50 epochs, the others for 250,
with 16 minibatches an epoch where they have any. Real: one run each of the named searches of studies/weight_sharing, on
one core; without --real, what was measured before stays.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import nassim
from nassim import catalog
from nassim.benchmarks.wrappers.weight_sharing import WeightSharing
from nassim.study.plan import read_study

SIMULATED: dict[str, tuple[str, dict[str, Any]]] = {
    "order 1": ("darts", {"steps": 16}),
    "order 2": ("darts", {"steps": 16, "order": 2}),
    "gdas": ("gdas", {"steps": 16, "epochs": 250}),
    "setn": ("setn", {"steps": 16}),
    "rsps": ("rsps", {}),
    "enas": ("enas", {}),
}
STUDY = Path(__file__).parents[1] / "studies" / "weight_sharing"


def simulated(what: str, runs: int) -> float:
    """Return how many seconds the simulated searches take, the benchmark loaded before."""
    name, settings = SIMULATED[what]
    bench, strategy = WeightSharing(nassim.load("nb201/cifar10")), catalog.strategy(name)
    start = time.perf_counter()
    nassim.simulate(strategy, bench, runs=runs, seed=0, **settings)
    return time.perf_counter() - start


def real(label: str) -> float:
    """Return how many seconds one run of a real search takes, images and table loaded before."""
    cell = next(cell for cell in read_study(STUDY).cells() if cell.strategy.label == label)
    bench, strategy = nassim.load("mini201/mnist5k"), cell.kind
    start = time.perf_counter()
    nassim.simulate(strategy, bench, runs=1, seed=0, evaluations=250, **cell.strategy.settings)
    return time.perf_counter() - start


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--real", nargs="+", default=[])
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    found: dict[str, Any] = json.loads(options.out.read_text(encoding="utf-8")) if options.out.exists() else {}
    found |= {"runs": options.runs, "seconds": {what: round(simulated(what, options.runs), 1) for what in SIMULATED}}
    if options.real:
        found["real seconds"] = found.get("real seconds", {}) | {name: round(real(name), 1) for name in options.real}
    print(json.dumps(found))
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
