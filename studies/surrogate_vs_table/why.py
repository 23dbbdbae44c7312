"""Why do searches on surrogates end worse? Noise, and what is left without it: the last table of README.md.

python studies/surrogate_vs_table/why.py
"""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.table import Table

import nassim
from nassim.benchmarks.judged import JudgedBenchmark
from nassim.benchmarks.samples import Samples
from nassim.benchmarks.trainings import table_of

TABLES = ("nb201/cifar10", "nb201/cifar100", "nb201/imagenet16-120")
BEST = 0.1  # share of the cells, by prediction
SEARCHES = {"random_search": {}, "regularized_evolution": {"population": 50, "sample": 10}}


def row(name: str, train: int) -> list[str]:
    """Return seed-to-seed deviation, true and predicted, of the best cells; and regrets with and without noise."""
    samples = Samples.load(name)
    table = table_of(samples)
    fitted = nassim.fit(table, train=train, costs=[])
    predicted = fitted.models["error"].table()
    best = predicted.mean <= np.quantile(predicted.mean, BEST)
    real = np.arange(samples.error.shape[2]) < samples.counts[:, None]
    seeds = np.where(real, samples.error[-1], np.nan)[best]
    numbers = [np.sqrt(np.nanvar(seeds, axis=1, ddof=1).mean()), np.sqrt((predicted.noise[best] ** 2).mean())]
    judged = JudgedBenchmark(fitted, table)
    for strategy, settings in SEARCHES.items():
        for bench, signal in ((table, "one-seed"), (judged, "one-seed"), (judged, "mean")):
            trace = nassim.simulate(strategy, bench, runs=200, evaluations=300, signal=signal, **settings)
            numbers.append(trace.regret()[:, -1].mean())
    return [name, f"{train:,}", *(f"{number:.3f}" for number in numbers)]


def main() -> None:
    """Print the table."""
    searched = [f"{who}: {how}" for who in ("random", "evolution") for how in ("table", "surrogate", "its mean")]
    made = Table()
    for name in ("table", "trainings", "seeds", "predicted", *searched):
        made.add_column(name)
    for name in TABLES:
        for train in (1000, 5000):
            made.add_row(*row(name, train))
    Console(width=150).print(made)


if __name__ == "__main__":
    main()
