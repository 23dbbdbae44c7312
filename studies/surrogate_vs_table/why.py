"""Why do searches on surrogates end worse? Noise, and what is left without it: the last table of README.md.

python studies/surrogate_vs_table/why.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

import nassim
from nassim.benchmarks.partial_table import PartialTable, table_of
from nassim.benchmarks.wrappers.reported_on import ReportedOn

TABLES = ("nb201/cifar10", "nb201/cifar100", "nb201/imagenet16-120")
SURROGATES = (0, 1, 2)  # seeds of those learned from as many trainings
BEST = 0.1  # share of the cells, by prediction
SEARCHES = {"random_search": {}, "regularized_evolution": {"population": 50, "sample": 10}}


NUMBERS = Path(__file__).parent / "numbers" / "why.json"


def row(name: str, train: int) -> dict[str, float]:
    """Return the numbers of one table and size: means over surrogates."""
    each = [of_one(name, train, seed) for seed in SURROGATES]
    return {what: float(np.mean([numbers[what] for numbers in each])) for what in each[0]}


def of_one(name: str, train: int, seed: int) -> dict[str, float]:
    """Return seed-to-seed deviation, true and predicted, of the best cells; and regrets with and without noise."""
    samples = PartialTable.load(name)
    table = table_of(samples)
    fitted = nassim.fit(table, train=train, seed=seed, costs=[])
    predicted = fitted.models["error"].table()
    best = predicted.mean <= np.quantile(predicted.mean, BEST)
    real = np.arange(samples.error.shape[2]) < samples.counts[:, None]
    seeds = np.where(real, samples.error[-1], np.nan)[best]
    numbers = {
        "seeds": float(np.sqrt(np.nanvar(seeds, axis=1, ddof=1).mean())),
        "predicted": float(np.sqrt((predicted.noise[best] ** 2).mean())),
    }
    judged = ReportedOn(fitted, table)
    asked = {
        "table": (table, "one-seed", "all-seeds"),
        "table, by unseen seeds": (table, "one-seed", "unseen-seeds"),
        "surrogate": (judged, "one-seed", "all-seeds"),  # the seed that a run draws is no part of them
        "its mean": (judged, "mean", "all-seeds"),
    }
    for strategy, settings in SEARCHES.items():
        for how, (bench, signal, judges) in asked.items():
            policies = {"signal": signal, "judged_by": judges}
            trace = nassim.simulate(strategy, bench, runs=200, evaluations=300, **policies, **settings)
            numbers[f"{strategy}: {how}"] = float(trace.regret()[:, -1].mean())
    return numbers


def main() -> None:
    """Print the table and keep its numbers for the tests."""
    rows = {f"{name}, {train:,}": row(name, train) for name in TABLES for train in (1000, 5000)}
    made = Table("learned from", *next(iter(rows.values())))
    for name, numbers in rows.items():
        made.add_row(name, *(f"{number:.3f}" for number in numbers.values()))
    Console(width=150).print(made)
    NUMBERS.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
