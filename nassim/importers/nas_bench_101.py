"""NAS-Bench-101 (Ying et al., ICML 2019): nasbench_full.tfrecord or nasbench_only108.tfrecord.

As published at https://github.com/google-research/nasbench: a record for each of three trainings of each of 423,624
cells on CIFAR-10 for 4, 12, 36 and 108 epochs, or for 108 alone. TensorFlow is not needed.
"""

from __future__ import annotations

import binascii
import json
from array import array
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np

from nassim.core.documents import JsonValue, Table
from nassim.core.errors import DataError
from nassim.data.writing import Family
from nassim.importers import Progress
from nassim.importers._protobuf import fields
from nassim.importers._tables import Found, digest_of, tabulate
from nassim.importers._tfrecords import read_records
from nassim.spaces.nb101 import NB101, OPERATIONS, VERTICES, graph_hash, row_of

FAMILIES = ("nas-bench-101",)
EPOCHS = (4, 12, 36, 108)
SEEDS = 3
EVALUATIONS = 3  # of a training: before it, half-way, at its end
EPOCH, SECONDS, VALID, TEST = 1, 2, 4, 5  # fields of an evaluation
EVALUATION, PARAMS = 1, 2  # fields of a record's metrics
TINY, MOST = 1e-9, 1e12  # of seconds and of parameters
ABOUT: Table = {
    "title": "NAS-Bench-101: every cell of up to seven vertices and nine edges",
    "space": "nb101",
    "source": "Chris Ying et al., NAS-Bench-101, ICML 2019, https://github.com/google-research/nasbench",
    "licence": "Apache-2.0, (c) Google Research authors",
    "unit": "% error",
    "search_split": "one training's error on 10,000 validation images of CIFAR-10",
    "report_split": "mean error of the same trainings on the 10,000 test images",
    "resumable": False,
    "notes": [
        "Each number of epochs is a training of its own, whose learning rate ends at 0: nothing is resumed.",
        "Replicas are numbered in the order of the file. Half-way accuracies are left out.",
        "What is no cell, or has more than nine edges, fails in one simulated second.",
    ],
    "costs": {"params": "trainable parameters, a count"},
    "seconds": {"meaning": "training time to the end on a TPU v2; no evaluation"},
}


class Training(NamedTuple):
    """One record."""

    cell: str  # its published hash
    epochs: int
    bits: str
    operations: list[int]
    params: int
    seconds: float
    valid: float  # accuracies in 0..1
    test: float


def read(source: Path, progress: Progress) -> Family:
    """Return the published file as tables.

    Raises:
        DataError: Names the record that is not as published.
    """
    return read_cells(source, progress, NB101.networks)


def read_cells(source: Path, progress: Progress, cells: int) -> Family:
    """Return a file of the published form with so many cells as tables."""
    reader, size = _Reader(source), source.stat().st_size
    for batch in read_records(source):
        for number, data in enumerate(batch.data, start=batch.first):
            reader.add(_training(data, f"{source}: record {number}"), number)
        progress(batch.read, size)
    found = reader.found(cells)
    tables, part = tabulate(found, str(source))
    told = {
        "title": "CIFAR-10",
        "trained_on": "40,000 of the 50,000 training images",
        "validated_on": "the other 10,000",
        "tested_on": "the 10,000 test images",
        "source_file": source.name,
        "source_sha256": digest_of(source),
    }
    card = {**ABOUT, **part, "built": f"nassim import nas-bench-101 {source.name}", "datasets": {"cifar10": told}}
    return Family("nas-bench-101", card, {"cifar10": tables})


class _Reader:
    """Gathers trainings, and checks that they fit together."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.rows: dict[str, int] = {}  # of cells, by their hash
        self.archs = array("b")  # 26 to a cell
        self.params = array("q")
        self.numbers: dict[int, array[int]] = {epochs: array("b") for epochs in EPOCHS}  # trainings by cell
        self.row, self.epochs = array("i"), array("h")
        self.seconds, self.valid, self.test = array("d"), array("d"), array("d")

    def add(self, training: Training, number: int) -> None:
        """Take in a training, record `number` of the file."""
        row = self.rows.setdefault(training.cell, len(self.rows))
        if row == len(self.params):
            self._add_cell(training, number)
        if self.params[row] != training.params:
            known = self.params[row]
            raise self._error(number, f"has {training.params} parameters, an earlier one of the cell {known}")
        counts = self.numbers[training.epochs]
        counts[row] += 1
        if counts[row] > SEEDS:
            raise self._error(number, f"is training number {counts[row]} of the cell at {training.epochs} epochs")
        self.row.append(row)
        self.epochs.append(training.epochs)
        self.seconds.append(training.seconds)
        self.valid.append(training.valid)
        self.test.append(training.test)

    def found(self, cells: int) -> Found:
        """Return all trainings.

        Raises:
            DataError: Where some are missing.
        """
        if len(self.rows) != cells:
            raise DataError(f"{self.source}: expected {cells:,} cells, got {len(self.rows):,}; download it again")
        for epochs in sorted(set(self.epochs)):
            counts = np.array(self.numbers[epochs])
            if (counts != SEEDS).any():
                cell = list(self.rows)[int((counts != SEEDS).argmax())]
                got = counts[self.rows[cell]]
                raise DataError(f"{self.source}: cell {cell}: expected {SEEDS} trainings at {epochs} epochs, got {got}")
        space = NB101()
        archs = np.array(self.archs, dtype=np.int8).reshape(cells, -1)
        wrong = (space.pruned(archs) != archs).any(axis=1) | ~space.valid(archs)
        if wrong.any():
            cell = list(self.rows)[int(wrong.argmax())]
            raise DataError(f"{self.source}: cell {cell}: has a vertex that lies on no path, or more than 9 edges")
        return Found(
            space,
            archs,
            np.array(self.row, dtype=np.int64),
            np.array(self.epochs, dtype=np.int64),
            100.0 - 100.0 * np.array(self.valid),
            np.array(self.seconds),
            test_error=100.0 - 100.0 * np.array(self.test),
            costs={"params": np.array(self.params)},
        )

    def _add_cell(self, training: Training, number: int) -> None:
        """Take in a cell, if its hash is that of its graph."""
        own = graph_hash(training.bits, training.operations)
        if own != training.cell:
            raise self._error(number, f"is of cell {training.cell:.40}, its graph's hash is {own}")
        self.archs.extend(row_of(training.bits, training.operations))
        self.params.append(training.params)
        for counts in self.numbers.values():
            counts.append(0)

    def _error(self, number: int, what: str) -> DataError:
        return DataError(f"{self.source}: record {number}: {what}; download the file again")


def _training(data: bytes, where: str) -> Training:
    """Return a record's training."""
    try:
        cell, epochs, bits, names, text = json.loads(data)  # five million times: documents.py takes three times as long
        message = binascii.a2b_base64(text)
        inner = _operations(cell, epochs, bits, names)
        values = list(fields(message))
        evaluations = [cast("bytes", value) for number, value in values if number == EVALUATION]
        last = cast("dict[int, float]", dict(fields(evaluations[EVALUATIONS - 1])))
        params = cast("int", dict(values)[PARAMS])
        found = Training(cell, epochs, bits, inner, params, last[SECONDS], last[VALID], last[TEST])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, binascii.Error) as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        raise DataError(f"{where}: not of the published form ({said:.160}); download it again") from error
    return _checked(found, last[EPOCH], where)


def _operations(cell: JsonValue, epochs: JsonValue, bits: JsonValue, names: str) -> list[int]:
    """Return the operations of the inner vertices; ValueError unless a record is about a graph and its epochs."""
    first, *inner, last = names.split(",")
    count = len(inner) + 2
    whole = (
        isinstance(cell, str)
        and isinstance(bits, str)
        and len(bits) == count**2
        and set(bits) <= {"0", "1"}
        and count <= VERTICES
    )
    if not whole or (first, last) != ("input", "output"):
        raise ValueError(f"{bits!r:.60}, {names:.60} is no graph")
    if type(epochs) is not int or epochs not in EPOCHS:
        raise ValueError(f"{epochs!r:.20} is none of {EPOCHS} epochs")
    return [OPERATIONS.index(name) for name in inner]


def _checked(found: Training, epoch: float, where: str) -> Training:
    """Return a training whose numbers can be true."""
    for value, low, high in (
        (found.valid, 0.0, 1.0),
        (found.test, 0.0, 1.0),
        (found.seconds, TINY, MOST),
        (found.params, 1, MOST),
        (epoch, found.epochs - 1.0, found.epochs + 1.0),
    ):
        if not isinstance(value, int | float) or not low <= value <= high:
            raise DataError(f"{where}: expected a number from {low:g} to {high:g}, got {value!r:.40}")
    if not isinstance(found.params, int):
        raise DataError(f"{where}: expected a whole number of parameters, got {found.params}")
    return found
