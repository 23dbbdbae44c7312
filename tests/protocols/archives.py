"""Families of benchmarks that look like an imported archive of NATS-Bench, made of the shipped tables."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import numpy as np

from nassim import catalog, load
from nassim.benchmarks.table import TableBenchmark
from nassim.core.arrays import Floats
from nassim.core.benchmark import Query
from nassim.data.writing import Family, write_family
from nassim.importers._tables import Found, tabulate

SPACE = catalog.space("nb201")
ARCHS = SPACE.at(np.arange(SPACE.size))
SHORT = "{}-12epochs"
PUBLISHED = Path(__file__).parents[3] / "shared/data/nb201-12-epochs/nb201_12_epochs.csv.gz"
VALIDATION = {"cifar10": 25_000 / 25_000, "cifar100": 5_000 / 50_000, "imagenet16-120": 3_000 / 151_700}
FORWARD = 1 / 3  # of what an image takes in training


def archive(folder: Path, short: dict[str, Floats]) -> Path:
    """Write the family `nats-topology`: data sets after 200 epochs and, of `short` (cells,) errors, after 12.

    Test errors after 200 epochs are the shipped means of validation errors.
    """
    tables = {}
    for dataset, errors in short.items():
        shipped = load(f"nb201/{dataset}")
        assert isinstance(shipped, TableBenchmark)
        truth = shipped.truth(ARCHS)
        seconds = shipped.evaluate(Query(ARCHS)).seconds
        charge = {"validation_seconds": seconds / 200 * VALIDATION[dataset] * FORWARD}
        tables[dataset] = _table(truth, seconds, 200, charge)
        tables[SHORT.format(dataset)] = _table(errors, seconds * 12 / 200, 12, charge)
    about = {"title": "like NATS-Bench", "space": "nb201", "source": "nobody", "licence": "MIT"}
    splits = {"search_split": "validation", "report_split": "test", "complete": True}
    costs = {"costs": {"validation_seconds": "s"}}
    write_family(Family("nats-topology", about | splits | costs, tables), folder)
    return folder


def noisy(datasets: tuple[str, ...] = ("cifar10",)) -> dict[str, Floats]:
    """Return made-up errors after 12 epochs."""
    generator = np.random.default_rng(5)
    truths = {name: load(f"nb201/{name}").truth(ARCHS) for name in datasets}
    return {name: truth + 5 + generator.normal(0, 2, truth.size) for name, truth in truths.items()}


def published() -> dict[str, Floats]:
    """Return the published validation errors after the schedule of 12 epochs, by data set, (cells,)."""
    found: dict[str, Floats] = {name: np.zeros(SPACE.size) for name in VALIDATION}
    with gzip.open(PUBLISHED, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = SPACE.index(SPACE.parse(row["arch"])[None])[0]
            for name, errors in found.items():
                errors[at] = 100 - float(row[f"{name}_valid_accuracy"])
    return found


def _table(errors: Floats, seconds: Floats, epochs: int, costs: dict[str, Floats]) -> Any:
    row, epoch = np.arange(SPACE.size), np.full(SPACE.size, epochs)
    return tabulate(Found(SPACE, ARCHS, row, epoch, errors, seconds, test_error=errors, costs=costs), "made up")[0]
