"""What a run pays for choosing its set by what it was told, and how long hypervolume curves of such sets take.

    python perf/recommended_sets.py [--runs 200] [--out FILE]

`nsga2` with a population of 20 and random search on NAS-Bench-201 (CIFAR-10, error and latency): the hypervolume that
the set lacks to the exact front, in percent of the table's box, with standard errors, by each named set; and by the set
that the report split itself would choose of all that was trained, which no run can know. Processor seconds are those of
hypervolumes after every one of 300 evaluations, of 10 times 1,000 runs.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import nassim
from nassim.report.indicators import Scale, hypervolume_regret
from nassim.stats.pareto import hypervolume, hypervolume_over_time

BENCH = nassim.load("nb201/cifar10")
SETS: tuple[str | int, ...] = ("all-trained", "final-population", 10, 5, 3)
SEARCHES: dict[str, dict[str, Any]] = {"nsga2": {"population": 20}, "random_search": {}}


def lacking(runs: int) -> dict[str, list[float]]:
    """Return mean and standard error of the hypervolume that each set of each search lacks at its end."""
    found = {}
    for evaluations in (300, 1000):
        asked = {"runs": runs, "evaluations": evaluations, "objectives": ["error", "latency"]}
        for name, settings in SEARCHES.items():
            for which in SETS if name == "nsga2" else [one for one in SETS if one != "final-population"]:
                trace = nassim.simulate(name, BENCH, **asked, **settings, recommended_set=which)
                found[f"{name}, {evaluations}, {which}"] = said(hypervolume_regret(trace)[:, -1])
            found[f"{name}, {evaluations}, chosen by the report split"] = said(by_the_judge(trace))
    return found


def by_the_judge(trace: nassim.Trace) -> Any:
    """Return what all that was trained lacks, (runs,)."""
    scale, corner = Scale.of(trace), np.ones(2)
    assert scale.front is not None
    return 100 * (hypervolume(scale.front, corner) - hypervolume_over_time(scale.values(trace), corner)[:, -1])


def said(values: Any) -> list[float]:
    """Return the mean and its standard error."""
    return [float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))]


def seconds() -> float:
    """Return how many processor seconds the curves of 10 strategies take, five times those of two."""
    asked = {"runs": 1000, "evaluations": 300, "objectives": ["error", "latency"]}
    traces = [nassim.simulate(name, BENCH, **asked, **settings) for name, settings in SEARCHES.items()]
    began = time.process_time()
    for _ in range(5):
        for trace in traces:
            hypervolume_regret(trace)
    return time.process_time() - began


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--out", type=Path, help="a JSON file for the numbers")
    asked = parser.parse_args()
    with threadpool_limits(1):
        found: dict[str, Any] = lacking(asked.runs) | {"seconds of curves": seconds()}
    for name, value in found.items():
        print(f"{name:45} {value[0]:.2f} +- {value[1]:.2f}" if isinstance(value, list) else f"{name:45} {value:.2f}")
    if asked.out:
        asked.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
