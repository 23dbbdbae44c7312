"""Importing NAS-Bench-201 after 12 epochs: published numbers, the authors' archive, and what may be wrong."""

from __future__ import annotations

import csv
import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from nassim import load
from nassim.benchmarks.table import TableBenchmark
from nassim.core.benchmark import Query
from nassim.core.errors import DataError
from nassim.data.writing import write_family
from nassim.importers import import_data, nats_bench, nb201_12_epochs
from nassim.importers.nb201_12_epochs import DATASETS, KNOWN
from nassim.spaces.nb201 import NB201

SPACE = NB201()
SHARED = Path(__file__).parents[3] / "shared/data"
PUBLISHED = SHARED / "nb201-12-epochs/nb201_12_epochs.csv.gz"
ARCHIVE = SHARED / "nats-bench-fixture/NATS-tss-v1_0-3ffb9-simple"
COLUMNS = [f"{name}_{split}_accuracy" for name in DATASETS for split in ("valid", "test")]


def made_up(**first: float) -> list[str]:
    """Return the lines of a file in the published form, with other numbers."""
    texts = [SPACE.show(arch) for arch in SPACE.from_official(np.arange(SPACE.size))]
    lines = [f"{number},{text},{','.join([str(10 + number % 80)] * len(COLUMNS))}" for number, text in enumerate(texts)]
    cell = {f"{name}_valid_accuracy": value for name, value in KNOWN.items()} | first
    lines[0] = f"0,{texts[0]},{','.join(str(cell.get(column, 10)) for column in COLUMNS)}"
    return [",".join(["index", "arch", *COLUMNS]), *lines]


ACCURACY = np.array([KNOWN["cifar10"], *(10.0 + np.arange(1, SPACE.size) % 80)])  # on CIFAR-10, made up


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """Import a file of made-up numbers once; only one data set is written, since compressing takes a while."""
    folder = tmp_path_factory.mktemp("twelve")
    (folder / "twelve.csv").write_text("\n".join(made_up()), encoding="utf-8")
    family = nb201_12_epochs.read(folder / "twelve.csv", quiet)
    assert tuple(family.datasets) == DATASETS
    write_family(replace(family, datasets={"cifar10": family.datasets["cifar10"]}), folder)
    return TableBenchmark.load(folder / "nb201-12-epochs/cifar10")


def test_two_fidelities_of_every_cell(bench):
    """After 12 epochs the error is that of the file, after 200 the shipped one, each seed's; seconds are a share."""
    shipped = load("nb201/cifar10")
    numbers = np.arange(0, SPACE.size, 70)
    archs, training_seed = (
        SPACE.from_official(numbers),
        np.arange(numbers.size, dtype=np.uint32) * np.uint32(2654435761),
    )
    early, late = (bench.evaluate(Query(archs, np.full(numbers.size, epochs)), training_seed) for epochs in (12, 200))
    whole = shipped.evaluate(Query(archs), training_seed)
    assert bench.epochs == (12, 200)
    assert np.array_equal(early.error, 100 - ACCURACY[numbers])
    assert np.array_equal(late.error, whole.error)
    assert np.array_equal(late.seconds, whole.seconds)
    assert early.seconds == pytest.approx(whole.seconds * 12 / 200, rel=1e-6)
    assert bench.optimum == shipped.optimum


def test_nothing_is_resumed(bench):
    """The 12 epochs are no beginning of the 200: whoever asks to go on pays for all."""
    archs, epochs = SPACE.at(np.arange(5)), np.full(5, 200)
    for one in (bench, bench.per_network()):
        fresh, resumed = (one.evaluate(Query(archs, epochs, np.full(5, since))) for since in (0, 12))
        assert np.array_equal(fresh.seconds, resumed.seconds)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/nb201-12-epochs")
def test_published_numbers_rank_cells_as_published():
    """Each cell has its row's numbers, and Spearman's correlation of 12 and 200 epochs is .82 on all data sets."""
    rows, family = published(), nb201_12_epochs.read(PUBLISHED, quiet)
    for dataset in DATASETS:
        mean = family.datasets[dataset].trainings.to_pandas().groupby(["epoch", "arch"]).valid_error.mean()
        early = mean[12].to_numpy()[SPACE.index(SPACE.from_official(np.arange(SPACE.size)))]
        assert early == pytest.approx([100 - float(row[f"{dataset}_valid_accuracy"]) for row in rows], abs=1e-9)
        assert spearmanr(mean[12], mean[200]).statistic == pytest.approx(0.82, abs=0.005)


@pytest.mark.skipif(not (PUBLISHED.exists() and ARCHIVE.exists()), reason="needs ../shared/data")
def test_published_numbers_are_those_of_the_authors_archive():
    """Three cells on three data sets: the mean over seeds of what the official archive has after its 12 epochs."""
    rows, family = published(), nats_bench.read_some(ARCHIVE, [0, 11, 284], quiet)
    for dataset, seeds in zip(DATASETS, (2, 1, 1), strict=True):
        trainings = family.datasets[f"{dataset}-12epochs"].trainings.to_pandas()
        last = trainings[trainings.epoch == 12].groupby("arch").valid_error
        for number in (0, 11, 284):
            own = last.get_group(int(SPACE.index(SPACE.from_official(np.array([number])))[0]))
            assert len(own) == seeds
            assert own.mean() == pytest.approx(100 - float(rows[number][f"{dataset}_valid_accuracy"]), abs=1e-3)


def published() -> list[dict[str, str]]:
    """Return the rows of the published file."""
    with gzip.open(PUBLISHED, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def quiet(_done: int, _total: int) -> None:
    """Show no progress."""


@pytest.mark.parametrize(
    ("first", "message"),
    [
        ({"cifar10_valid_accuracy": 63.365}, "cifar10: cell 0 has 63.365 % accuracy, the published one has 63.364 %"),
        ({"cifar100_valid_accuracy": 0}, "cifar100: cell 0: expected an accuracy above 0 and up to 100, got 0.0"),
        ({"imagenet16-120_valid_accuracy": 101}, "imagenet16-120: cell 0: expected .* got 101.0"),
        ({"imagenet16-120_valid_accuracy": float("nan")}, "imagenet16-120: cell 0: expected .* got nan"),
    ],
)
def test_a_wrong_number_is_named(first, message, tmp_path):
    """With the file and the cell; nothing is written."""
    path = tmp_path / "twelve.csv"
    path.write_text("\n".join(made_up(**first)), encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        import_data("nb201-12-epochs", path, tmp_path / "out")
    assert str(path) in str(caught.value)
    assert not (tmp_path / "out").exists()
