"""How many results per second do asynchronous searches make, with 1,000 runs, in one process?

    python perf/early_stopping.py

The table is made up: 15,625 architectures with learning curves of five rungs.
"""

from __future__ import annotations

import time

import nassim
from tests.toys import toy_benchmark

CASES = (("asha", 8), ("hyperband", 8), ("regularized_evolution", 1), ("regularized_evolution", 4))
RUNS, RESULTS, REPEATS = 1000, 300, 3


def main() -> None:
    """Print the best of a few repetitions of each."""
    benchmark = toy_benchmark((5,) * 6, epochs=(1, 3, 9, 27, 81))
    for strategy, workers in CASES:
        took = []
        for _ in range(REPEATS):
            begun = time.perf_counter()
            nassim.simulate(strategy, benchmark, runs=RUNS, evaluations=RESULTS, workers=workers)
            took.append(time.perf_counter() - begun)
        print(f"{strategy}, {workers} workers: {RUNS * RESULTS / min(took):,.0f} results/s")


if __name__ == "__main__":
    main()
