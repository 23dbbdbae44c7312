"""Importing HW-NAS-Bench: published numbers, files in the official form, and everything that may be wrong."""

from __future__ import annotations

import csv
import gzip
import pickle
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nassim import load
from nassim.core.benchmark import Query
from nassim.core.errors import DataError
from nassim.data.writing import content
from nassim.importers import hw_nas_bench, import_data
from nassim.importers.hw_nas_bench import KNOWN, METRICS
from nassim.spaces.nb201 import NB201
from tests.importers.damage import damaged

SPACE = NB201()
PUBLISHED = Path(__file__).parents[3] / "shared/data/hw-nas-bench/hw_nas_bench_nb201_cifar10.csv.gz"


def official() -> dict:
    """Return an object in the form of the official pickle."""
    lists = {metric: np.arange(1.0, SPACE.size + 1).tolist() for metric in METRICS}
    for metric, value in KNOWN.items():
        lists[metric][0] = value
    lists["raspi4_latency"][7] = -1
    return {"nasbench201": {name: {"config": [], **lists} for name in ("cifar10", "cifar100", "ImageNet16-120")}}


def written(tmp_path: Path, content: object) -> Path:
    """Write a pickle."""
    path = tmp_path / "HW-NAS-Bench-v1_0.pickle"
    path.write_bytes(pickle.dumps(content))
    return path


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/hw-nas-bench")
def test_the_published_numbers_stand_beside_the_shipped_trainings(tmp_path, monkeypatch):
    """Errors are those of nb201/cifar10, costs those of each row of the file."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    assert import_data("hw-nas-bench", PUBLISHED) == ["hw-nas-bench/cifar10"]
    bench, shipped = load("hw-nas-bench/cifar10"), load("nb201/cifar10")
    assert bench.costs == ("params", "latency", *METRICS)
    numbers = np.arange(0, SPACE.size, 700)
    archs = SPACE.from_official(numbers)
    outcome = bench.evaluate(Query(archs))
    assert np.array_equal(outcome.error, shipped.evaluate(Query(archs)).error)
    with gzip.open(PUBLISHED, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for number, costs in zip(numbers.tolist(), outcome.costs, strict=True):
        wanted = [float(rows[number][metric]) for metric in METRICS]
        assert np.array_equal(costs[2:], [np.nan if value == -1 else value for value in wanted], equal_nan=True)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/hw-nas-bench")
def test_the_published_file_may_be_sorted_and_called_otherwise(tmp_path):
    """Rows drawn in any order, under any name, unpacked or not: the same tables."""
    tables = []
    lines = gzip.decompress(PUBLISHED.read_bytes()).decode().splitlines()
    for name, rows in (("a.csv", lines[1:]), ("mine.of.hw.csv.gz", np.random.default_rng(1).permutation(lines[1:]))):
        text = "\n".join([lines[0], *rows]).encode()
        (tmp_path / name).write_bytes(gzip.compress(text, 1) if name.endswith("gz") else text)
        tables.append(hw_nas_bench.read(tmp_path / name, lambda _done, _total: None).datasets["cifar10"])
    first, other = (list(map(content, each)) for each in tables)
    assert first == other


def test_the_official_form_is_read(tmp_path, monkeypatch):
    """Three data sets, in official order; what a device does not support is nan."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "out"))
    names = import_data("hw-nas-bench", written(tmp_path, official()))
    assert names == [f"hw-nas-bench/{name}" for name in ("cifar10", "cifar100", "imagenet16-120")]
    bench = load("hw-nas-bench/cifar100")
    costs = bench.evaluate(Query(SPACE.from_official(np.array([6, 7])))).costs
    assert costs[0, 2:].tolist() == [7.0] * len(METRICS)
    assert np.isnan(costs[1]).tolist() == [False] * 4 + [True] + [False] * 7


def test_rows_of_a_table_may_be_in_any_order(tmp_path):
    """Each cell has the numbers of its own index."""
    texts = [SPACE.show(arch) for arch in SPACE.from_official(np.arange(SPACE.size))]
    rows = [f"{number},{text},{','.join([str(number + 1)] * len(METRICS))}" for number, text in enumerate(texts)]
    rows[0] = f"0,{texts[0]},{','.join(str(KNOWN.get(metric, 1)) for metric in METRICS)}"
    path = tmp_path / "hw.csv"
    lines = ["index,arch," + ",".join(METRICS), *np.random.default_rng(0).permutation(rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    family = hw_nas_bench.read(path, lambda _done, _total: None)
    table = family.datasets["cifar10"].architectures
    official, latency = table["official"].to_numpy(), table["raspi4_latency"].to_numpy()
    assert np.array_equal(latency[official > 0], official[official > 0] + 1.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda own: own.pop("nasbench201"), "expected lists of numbers in nasbench201, cifar10"),
        (lambda own: own["nasbench201"].pop("cifar100"), "in nasbench201, cifar100"),
        (lambda own: of(own).pop("fpga_energy"), "KeyError: 'fpga_energy'"),
        (lambda own: of(own)["fpga_energy"].pop(), "cifar10: expected 15625 numbers in fpga_energy, got 15624"),
        (lambda own: of(own)["fpga_energy"].__setitem__(3, 0), "cell 3: fpga_energy must be above 0, or -1, got 0.0"),
        (lambda own: of(own)["fpga_energy"].__setitem__(3, float("nan")), "cell 3: fpga_energy .* got nan"),
        (lambda own: of(own)["fpga_energy"].__setitem__(3, "x"), "expected lists of numbers in nasbench201"),
        (lambda own: of(own)["fpga_energy"].__setitem__(0, 9.0), "cell 0 has fpga_energy 9.0, the published"),
        (lambda own: own.update(evil=print), r"it names builtins\.print"),
    ],
)
def test_a_wrong_entry_is_named(change, message, tmp_path):
    """With the file and what was expected; nothing is written."""
    own = official()
    change(own)
    with pytest.raises(DataError, match=message) as caught:
        import_data("hw-nas-bench", written(tmp_path, own), tmp_path / "out")
    assert "HW-NAS-Bench-v1_0.pickle" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def of(own: dict) -> dict:
    """Return the lists of CIFAR-10."""
    found: dict = own["nasbench201"]["cifar10"]
    return found


def test_a_wrong_table_is_named(tmp_path):
    """Too few rows, another order, a word for a number, no CSV at all."""
    head = ",".join(["index", "arch", *METRICS])
    texts = [SPACE.show(arch) for arch in SPACE.from_official(np.arange(SPACE.size))]
    rows = [f"{number},{text},{','.join(['1'] * len(METRICS))}" for number, text in enumerate(texts)]
    path = tmp_path / "hw.csv"
    wrong = [
        ([head, *rows[:-1]], "expected 15625 rows, got 15624"),
        ([head, *rows[:5], rows[4], *rows[6:]], "row 6: index 4 is there twice"),
        ([head, *rows[:5], rows[5].replace("5,", "6,", 1), *rows[6:]], "row 6: expected .* of index 6, got"),
        ([head, *rows[:5], rows[5].replace("5,", "15625,", 1), *rows[6:]], "row 6: expected an index from 0 to 15624"),
        ([head, *rows[:5], rows[5].replace("5,", "-5,", 1), *rows[6:]], "row 6: expected an index .*, got '-5'"),
        ([head, *rows[:-1], rows[-1].replace(",1", ",x")], "row 15625: ValueError"),
        ([head.replace("fpga_energy", "energy"), *rows], "row 1: KeyError: 'fpga_energy'"),
    ]
    for lines, message in wrong:
        path.write_text("\n".join(lines), encoding="utf-8")
        with pytest.raises(DataError, match=message):
            import_data("hw-nas-bench", path, tmp_path / "out")
    (tmp_path / "hw.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(DataError, match="damaged, or no CSV"):
        import_data("hw-nas-bench", tmp_path / "hw.csv.gz", tmp_path / "out")


@given(st.integers(0, 2**32), st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_is_refused_or_harmless(tmp_path, seed, cut):
    """Bytes lost or changed: a DataError in one line, or the metrics."""
    path = written(tmp_path, official())
    path.write_bytes(damaged(path.read_bytes(), seed, cut=cut, changes=30))
    message = f"{path}"
    try:
        hw_nas_bench.read(path, lambda _done, _total: None)
    except DataError as error:
        message = str(error)
    assert str(path) in message
    assert "\n" not in message


@pytest.mark.parametrize(("line", "size"), [(",\n", 1 << 23), ("\n", 1 << 22), ("a", 1 << 27)])
def test_a_small_file_that_unpacks_to_too_much_is_left(tmp_path, line, size):
    """However many rows or bytes follow, no more are read than there can be: little memory, little time."""
    path = tmp_path / "hw.csv.gz"
    path.write_bytes(gzip.compress(line.encode() * (size // len(line)), compresslevel=1))
    tracemalloc.start()
    try:
        with pytest.raises(
            DataError, match=r"expected 15625 rows, got (more|\d+);|at most, unpacked|damaged, or no CSV"
        ):
            import_data("hw-nas-bench", path, tmp_path / "out")
        assert tracemalloc.get_traced_memory()[1] < 1 << 28
    finally:
        tracemalloc.stop()
    assert not (tmp_path / "out").exists()
