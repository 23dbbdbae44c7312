"""Reads one architecture's file of NATS-Bench: every seed of every schedule, checked."""

from __future__ import annotations

import bz2
import math
from pathlib import Path
from typing import NamedTuple, TypedDict, cast

import numpy as np

from nassim.core.arrays import Floats
from nassim.core.errors import DataError
from nassim.importers._pickles import Pickled, unpickle

LARGEST = 1 << 26  # bytes of a file, unpacked; the published ones have up to 2**20.3
MILLION = 1e6
COSTS = ("params", "flops", "latency", "validation_seconds", "retrained_test_error")
SEARCHED = {"cifar10": "cifar10-valid", "cifar100": "cifar100", "imagenet16-120": "ImageNet16-120"}
TESTED = {"cifar10": "ori-test", "cifar100": "x-test", "imagenet16-120": "x-test"}
FULL = "cifar10"  # the authors' name of trainings on all training images of CIFAR-10
FAST = "ori-test"  # what is known of early epochs where validation was recorded at the end only


class Kind(NamedTuple):
    """One of the two archives."""

    family: str
    schedules: dict[str, str]  # the authors' name -> what ours adds to a data set's


class Curves(NamedTuple):
    """One training."""

    valid: Floats  # (epochs,) accuracy in percent
    test: Floats  # (epochs,), nan where it was not recorded
    seconds: Floats  # (epochs,) from scratch
    costs: tuple[float, ...]  # in the order of COSTS; nan = unknown


class Result(TypedDict):
    """What a record has of one training."""

    epochs: int
    eval_acc1es: dict[str, float]
    train_times: dict[int, float]
    eval_times: dict[str, float]
    params: float
    flop: float
    latency: list[float]


class Entry(TypedDict):
    """What a record has of an architecture trained on one schedule."""

    arch_index: int
    arch_str: str
    dataset_seed: dict[str, list[int]]
    all_results: dict[tuple[str, int], Result]


def read_meta(path: Path) -> list[str]:
    """Return the texts of all architectures in official order."""
    meta = _unpacked(path)
    texts = meta.get("meta_archs") if isinstance(meta, dict) else None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise DataError(f"{path}: expected a list of architectures in meta_archs; download it again")
    return cast("list[str]", texts)


def read_record(path: Path, number: int, text: str, kind: Kind) -> dict[str, list[Curves]]:
    """Return the trainings of one architecture by data set, in the order of their seeds."""
    return trainings_of(_unpacked(path), number, text, kind, str(path))


def trainings_of(record: Pickled, number: int, text: str, kind: Kind, file: str) -> dict[str, list[Curves]]:
    """Return the trainings in what a file has of an architecture."""
    found: dict[str, list[Curves]] = {}
    for schedule, suffix in kind.schedules.items():
        where = f"{file}: schedule {schedule}"
        try:
            entry = cast("dict[str, Entry]", record)[schedule]
            if entry["arch_index"] != number or entry["arch_str"] != text:
                raise DataError(f"{where}: expected {number}, {text}; got {entry['arch_index']}, {entry['arch_str']}")
            for dataset, name in SEARCHED.items():
                seeds = sorted(entry["dataset_seed"][name])
                found[f"{dataset}{suffix}"] = [_curves(entry, dataset, seed, where) for seed in seeds]
                if not seeds:
                    raise DataError(f"{where}: {name} has no training")
        except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
            said = f"{type(error).__name__}: {error}"
            raise DataError(f"{where}: no record of the published form ({said:.80}); download it again") from error
    return found


def _curves(entry: Entry, dataset: str, seed: int, where: str) -> Curves:
    """Return one training."""
    name = SEARCHED[dataset]
    result = entry["all_results"][name, seed]
    where = f"{where}: {name}, seed {seed}"
    epochs = range(result["epochs"])
    accuracy = result["eval_acc1es"]
    last = len(epochs) - 1
    early = "x-valid" if "x-valid@0" in accuracy else FAST
    valid = [accuracy[f"{early if epoch < last else 'x-valid'}@{epoch}"] for epoch in epochs]
    test = [accuracy.get(f"{TESTED[dataset]}@{epoch}", math.nan) for epoch in epochs]
    seconds = np.cumsum([result["train_times"][epoch] for epoch in epochs])
    costs = (
        result["params"] * MILLION,
        result["flop"] * MILLION,
        sum(result["latency"]) / len(result["latency"]) if result["latency"] else math.nan,
        result["eval_times"][f"x-valid@{last}"],
        _retrained(entry, seed) if dataset == FULL else math.nan,
    )
    curves = Curves(np.array(valid, dtype=float), np.array(test, dtype=float), seconds, tuple(map(float, costs)))
    _check(curves, where)
    return curves


def _retrained(entry: Entry, seed: int) -> float:
    """Return the test error of the same architecture trained on all training images, nan without such a training."""
    result = entry["all_results"].get((FULL, seed))
    return math.nan if result is None else 100.0 - result["eval_acc1es"][f"{FAST}@{result['epochs'] - 1}"]


def _check(curves: Curves, where: str) -> None:
    """Raise DataError unless accuracies are percentages and times positive."""
    for name, values in (("validation", curves.valid), ("test", curves.test[-1:])):
        if not ((values >= 0) & (values <= 100)).all():  # noqa: PLR2004  (percent)
            wrong = values[~((values >= 0) & (values <= 100))][0]  # noqa: PLR2004
            raise DataError(f"{where}: expected a {name} accuracy in percent, got {wrong}")
    if not curves.valid.size or not (np.isfinite(curves.seconds) & (curves.seconds > 0)).all():
        raise DataError(f"{where}: expected training times above 0")


def _unpacked(path: Path) -> Pickled:
    """Return the content of a .pickle.pbz2."""
    try:
        unpacker = bz2.BZ2Decompressor()
        data = unpacker.decompress(path.read_bytes(), LARGEST)
    except OSError as error:
        said = error.strerror or error
        raise DataError(f"{path}: damaged, or cannot be read ({said}); download it again") from error
    if not unpacker.eof:
        raise DataError(f"{path}: damaged: it ends too early, or is too large; download it again")
    return unpickle(data, str(path))
