"""What README.md says of mini201 itself: what one seed leaves, how early epochs rank networks, how long a training is.

python studies/early_stopping/floor.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from rich.console import Console
from scipy.stats import spearmanr

import nassim
from nassim.benchmarks.partial_table import PartialTable
from nassim.core.benchmark import Query
from nassim.core.random_streams import Streams

NAME = "mini201/mnist5k"
NUMBERS = Path(__file__).parent / "numbers" / "floor.json"


def floor() -> float:
    """Return the regret of the network that looks best of all with one seed, mean over a study's 60 runs."""
    bench, rows = nassim.load(NAME), np.arange(60)
    archs = bench.space.at(np.arange(bench.space.size))
    training_seed = Streams(0, "luck", rows).random_words(rows, 1)[:, 0]
    seen = [bench.evaluate(Query(archs), np.full(len(archs), word)).error for word in training_seed]
    best = [int(error.argmin()) for error in seen]
    return float(bench.truth(archs[best]).mean() - bench.optimum)


def main() -> None:
    """Print the numbers and keep them for the tests."""
    samples = PartialTable.load(NAME)
    means = [np.nanmean(errors, axis=1) for errors in samples.error]
    found = {
        "regret of what looks best with one seed": floor(),
        "Spearman with the last epoch": [float(spearmanr(mean, means[-1]).statistic) for mean in means],
        "seconds of a training": float(np.nanmean(samples.mean_seconds)),
    }
    text = json.dumps(found, indent=1)
    NUMBERS.write_text(text + "\n", encoding="utf-8")
    Console().print(text)


if __name__ == "__main__":
    main()
