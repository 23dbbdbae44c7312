"""Importing NATS-Bench: the official fixture against the authors' API, and everything that may be wrong."""

from __future__ import annotations

import bz2
import pickle
from array import array
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nassim import catalog
from nassim.benchmarks.partial_table import PartialTable
from nassim.core.errors import DataError
from nassim.data.writing import write_family
from nassim.importers import import_data, nats_bench
from nassim.importers._nats_records import read_record
from nassim.importers._nats_tables import check_known

FIXTURE = Path(__file__).parents[3] / "shared/data/nats-bench-fixture"
FOLDERS = {"tss": FIXTURE / "NATS-tss-v1_0-3ffb9-simple", "sss": FIXTURE / "NATS-sss-v1_0-50262-simple"}
NUMBERS = [0, 11, 284]
THEIRS = {"cifar10": "cifar10-valid", "cifar100": "cifar100", "imagenet16-120": "ImageNet16-120"}
SCHEDULES = {
    "tss": {"200": "nats-topology/{}", "12": "nats-topology/{}-12epochs"},
    "sss": {"90": "nats-size/{}", "12": "nats-size/{}-12epochs", "01": "nats-size/{}-1epoch"},
}
needs_fixture = pytest.mark.skipif(not FIXTURE.exists(), reason="needs ../shared/data/nats-bench-fixture")


def quiet(_done: int, _total: int) -> None:
    """Show no progress."""


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """Import the architectures of the fixture once, of both spaces, and return where."""
    out = tmp_path_factory.mktemp("nats")
    for folder in FOLDERS.values():
        write_family(nats_bench.read_some(folder, NUMBERS, quiet), out)
    return out


@cache
def api(space: str):
    """Return the authors' API on the fixture."""
    found = pytest.importorskip("nats_bench").create(str(FOLDERS[space]), space, fast_mode=True, verbose=False)
    found.verbose = False
    return found


@needs_fixture
@pytest.mark.parametrize(("space", "schedule"), [(s, hp) for s, own in SCHEDULES.items() for hp in own])
@pytest.mark.parametrize("dataset", THEIRS)
def test_every_number_is_that_of_the_authors_api(space, schedule, dataset, imported):
    """Accuracies and seconds of all seeds and epochs, and costs: equal to the last digit."""
    samples = PartialTable.load(imported / SCHEDULES[space][schedule].format(dataset))
    trainings = pq.read_table(imported / SCHEDULES[space][schedule].format(dataset) / "trainings.parquet").to_pylist()
    theirs, name = api(space), THEIRS[dataset]
    texts = [theirs.meta_archs[number] for number in NUMBERS]
    assert {samples.space.show(arch) for arch in samples.archs} == set(texts)
    rows = {(row["arch"], row["replica"], row["epoch"]): row for row in trainings}
    for arch, index in zip(samples.archs, samples.space.index(samples.archs).tolist(), strict=True):
        number = NUMBERS[texts.index(samples.space.show(arch))]
        theirs._prepare_info(number)
        seeds = sorted(theirs.arch2infos_dict[number][schedule].dataset_seed[name])
        for replica, seed in enumerate(seeds):
            for epoch in samples.epochs:
                info = theirs.get_more_info(number, name, iepoch=epoch - 1, hp=schedule, is_random=seed)
                row = rows.pop((index, replica, epoch))
                valid = info["valid-accuracy"] if "valid-accuracy" in info else info["valtest-accuracy"]
                assert row["valid_error"] == 100 - valid
                assert row["seconds"] == info["train-all-time"]
                if "test-accuracy" in info:
                    assert row["test_error"] == 100 - info["test-accuracy"]
        place = samples.space.index(samples.archs).tolist().index(index)
        costs = theirs.get_cost_info(number, name, hp=schedule)
        assert samples.costs["params"][place] == pytest.approx(costs["params"] * 1e6, rel=1e-15)
        assert samples.costs["flops"][place] == pytest.approx(costs["flops"] * 1e6, rel=1e-15)
        assert samples.costs["latency"][place] == pytest.approx(costs["latency"], rel=1e-15)
    assert not rows


@needs_fixture
def test_validation_seconds_and_the_test_error_after_all_images(imported):
    """One validation's time, and what the same architectures reach when trained on all of CIFAR-10."""
    samples = PartialTable.load(imported / "nats-topology/cifar10")
    theirs = api("tss")
    for arch, seconds, error in zip(
        samples.archs, samples.costs["validation_seconds"], samples.costs["retrained_test_error"], strict=True
    ):
        number = theirs.query_index_by_arch(samples.space.show(arch))
        info = theirs.get_more_info(number, "cifar10-valid", hp="200", is_random=False)
        assert seconds == pytest.approx(info["valid-per-time"], rel=1e-12)
        full = theirs.get_more_info(number, "cifar10", hp="200", is_random=False)
        assert error == pytest.approx(100 - full["test-accuracy"], rel=1e-12)


@needs_fixture
@pytest.mark.parametrize("space", FOLDERS)
def test_a_missing_architecture_is_named(space, tmp_path):
    """The fixture has three of all architectures: the first that is missing is named, nothing is written."""
    with pytest.raises(DataError, match=r"000001\.pickle\.pbz2: is missing"):
        import_data("nats-bench", FOLDERS[space], tmp_path)
    assert not list(tmp_path.iterdir())


@needs_fixture
@pytest.mark.parametrize("space", FOLDERS)
def test_published_accuracies_are_compared_where_they_are_known(space):
    """Number 284 of the sizes has the official ones; of topologies the best are known, which the fixture lacks."""
    family = nats_bench.read_some(FOLDERS[space], [284], quiet)
    if space == "sss":
        check_known(family.datasets, "archive")
        valid = family.datasets.kept["cifar10"].valid
        valid[:] = array("d", np.array(valid) - 1)
    with pytest.raises(DataError, match=r"archive: architecture \d+: has .* % mean validation accuracy on cifar10"):
        check_known(family.datasets, "archive")


def test_what_is_no_archive_is_refused(tmp_path):
    """A folder without a list of architectures, or with another one."""
    with pytest.raises(DataError, match=r"meta\.pickle\.pbz2: damaged, or cannot be read"):
        import_data("nats-bench", tmp_path, tmp_path / "out")
    for meta, message in (
        ({}, "expected a list of architectures"),
        ({"meta_archs": ["a", "b"]}, "expected the 15,625 cells or 32,768 sizes"),
        ({"meta_archs": [str(n) for n in range(15_625)]}, "in their official order"),
    ):
        (tmp_path / "meta.pickle.pbz2").write_bytes(bz2.compress(pickle.dumps(meta)))
        with pytest.raises(DataError, match=message):
            import_data("nats-bench", tmp_path, tmp_path / "out")


KIND = nats_bench.Kind("toy", {"2": ""})
TEXT = catalog.space("natsbench_size").show(np.zeros(5, dtype=np.int8))


def result(name: str) -> dict:
    """Return what a record says of one training of two epochs."""
    splits = ("x-valid", "ori-test", "x-test")
    return {
        "name": name,
        "epochs": 2,
        "eval_acc1es": {f"{split}@{epoch}": 50.0 + epoch for split in splits for epoch in range(2)},
        "eval_times": {f"{split}@{epoch}": 0.5 for split in splits for epoch in range(2)},
        "train_times": {0: 2.0, 1: 3.0},
        "params": 0.1,
        "flop": 2.0,
        "latency": [0.25],
    }


def record() -> dict:
    """Return a small record of architecture 0 in the published form."""
    names = (*THEIRS.values(), "cifar10")
    return {
        "2": {
            "arch_index": 0,
            "arch_str": TEXT,
            "dataset_seed": {name: [777] for name in names},
            "all_results": {(name, 777): result(name) for name in names},
        }
    }


def written(tmp_path: Path, entry: object) -> Path:
    """Write a record as published."""
    path = tmp_path / "000000.pickle.pbz2"
    path.write_bytes(bz2.compress(pickle.dumps(entry)))
    return path


def test_a_small_record_is_read(tmp_path):
    """Both epochs, seconds summed up, and costs."""
    found = read_record(written(tmp_path, record()), 0, TEXT, KIND)
    assert list(found) == list(THEIRS)
    curves = found["cifar10"][0]
    assert curves.valid.tolist() == [50, 51]
    assert curves.seconds.tolist() == [2, 5]
    assert curves.costs == (1e5, 2e6, 0.25, 0.5, 49.0)
    assert np.isnan(found["cifar100"][0].costs[-1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda entry: entry.pop("2"), "schedule 2: no record of the published form"),
        (lambda entry: entry["2"].update(arch_index=1), f"expected 0, {TEXT}; got 1"),
        (lambda entry: entry["2"].update(arch_str="8:8"), f"expected 0, {TEXT}; got 0, 8:8"),
        (lambda entry: entry["2"]["dataset_seed"].update(cifar100=[1]), "no record of the published form"),
        (lambda entry: entry["2"]["dataset_seed"].update(cifar100=[]), "cifar100 has no training"),
        (lambda entry: of(entry)["eval_acc1es"].pop("x-valid@1"), "no record of the published form .*x-valid@1"),
        (lambda entry: of(entry)["eval_acc1es"].update({"x-valid@0": 101.0}), "seed 777: expected a validation acc"),
        (lambda entry: of(entry)["eval_acc1es"].update({"x-valid@1": float("nan")}), "in percent, got nan"),
        (lambda entry: of(entry)["eval_acc1es"].update({"x-test@1": -1.0}), "expected a test accuracy in percent"),
        (lambda entry: of(entry)["train_times"].update({0: -5.0}), "expected training times above 0"),
        (lambda entry: of(entry)["train_times"].update({0: None}), "no record of the published form"),
        (lambda entry: of(entry).update(epochs=0), "no record of the published form"),
        (lambda entry: of(entry).update(params="many"), "no record of the published form"),
    ],
)
def test_a_wrong_record_is_named(change, message, tmp_path):
    """With the file, the schedule, and what was expected."""
    entry = record()
    change(entry)
    with pytest.raises(DataError, match=message) as caught:
        read_record(written(tmp_path, entry), 0, TEXT, KIND)
    assert "000000.pickle.pbz2" in str(caught.value)
    assert "\n" not in str(caught.value)


def of(entry: dict) -> dict:
    """Return the training on CIFAR-100 in a record."""
    found: dict = entry["2"]["all_results"]["cifar100", 777]
    return found


@given(st.integers(0, 2**32), st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_is_refused_or_harmless(tmp_path, seed, cut, within):
    """Bytes lost or changed in the file, or in the pickle within: a DataError in one line, or a record."""
    generator = np.random.default_rng(seed)
    path = written(tmp_path, record())
    data = bytearray(bz2.decompress(path.read_bytes()) if within else path.read_bytes())
    if cut:
        data = data[: generator.integers(len(data))]
    else:
        for place in generator.integers(0, len(data), 3):
            data[place] = generator.integers(256)
    path.write_bytes(bz2.compress(data) if within else data)
    message = f"{path}"
    try:
        read_record(path, 0, TEXT, KIND)
    except DataError as error:
        message = str(error)
    assert str(path) in message
    assert "\n" not in message


def test_a_record_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    """A bomb is not unpacked to its end."""
    monkeypatch.setattr("nassim.importers._nats_records.LARGEST", 1000)
    path = tmp_path / "000000.pickle.pbz2"
    path.write_bytes(bz2.compress(b"0" * 10_000_000))
    with pytest.raises(DataError, match="it ends too early, or is too large"):
        read_record(path, 0, TEXT, KIND)
