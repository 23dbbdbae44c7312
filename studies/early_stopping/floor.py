"""What one seed leaves of mini201: the regret of the network that looks best of all, mean over a study's 60 runs.

python studies/early_stopping/floor.py
"""

from __future__ import annotations

import numpy as np
from rich.console import Console

import nassim
from nassim.benchmark import Query
from nassim.streams import Streams


def main() -> None:
    """Print it."""
    bench, rows = nassim.load("mini201/mnist5k"), np.arange(60)
    archs = bench.space.at(np.arange(bench.space.size))
    luck = Streams(0, "luck", rows).words(rows, 1)[:, 0]
    seen = [bench.evaluate(Query(archs), np.full(len(archs), word)).error for word in luck]
    best = [int(error.argmin()) for error in seen]
    Console().print(f"{bench.truth(archs[best]).mean() - bench.optimum:.2f}")


if __name__ == "__main__":
    main()
