"""Importing HW-NAS-Bench-360: published numbers, and everything that may be wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.stats import spearmanr

from nassim import load
from nassim.core.benchmark import Query
from nassim.core.errors import DataError
from nassim.importers import import_data
from nassim.importers.hw_nas_bench_360 import COSTS, KNOWN, PAIRS, TASKS
from nassim.spaces.nb201 import NB201

SPACE = NB201()
PUBLISHED = Path(__file__).parents[3] / "shared/data/hw-nas-bench-360/dataset.parquet"
NAMES = [f"hw-nas-bench-360/{task}" for task in TASKS]
Change = Callable[[dict[str, np.ndarray[Any, Any]]], None]


def made(path: Path, change: Change = lambda _columns: None) -> Path:
    """Write a file in the published form, its rows in another order, with numbers that tell cells apart."""
    cells = np.arange(SPACE.size)
    parts = []
    for number, (task, (_, percent)) in enumerate(TASKS.items()):
        for place, (device, framework) in enumerate(PAIRS):
            latency = 1.0 + cells + 1000.0 * place
            latency[0] = KNOWN if (number, place) == (0, 0) else latency[0]
            parts.append(
                {
                    "arch_idx": cells,
                    "device": np.full(cells.size, device),
                    "framework": np.full(cells.size, framework),
                    "task": np.full(cells.size, task),
                    "lat_ms_median": latency,
                    "energy_mj": np.full(cells.size, np.nan) if device == "pixel" else 2 * latency,
                    "accuracy": (50.0 + cells / SPACE.size) / percent,
                    "status": np.full(cells.size, "ok"),
                }
            )
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    change(columns)
    order = np.random.default_rng(0).permutation(len(columns["arch_idx"]))
    pq.write_table(pa.table({name: values[order] for name, values in columns.items()}), path)
    return path


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data/hw-nas-bench-360")
def test_the_published_numbers_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors and costs are those of each row; CIFAR-100's errors are NAS-Bench-201's, other tasks rank otherwise."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path))
    assert import_data("hw-nas-bench-360", PUBLISHED) == NAMES
    rows = pq.read_table(PUBLISHED, filters=[("arch_idx", "in", [0, 7001])]).to_pylist()
    for row in rows:
        bench, arch = load(f"hw-nas-bench-360/{row['task']}"), SPACE.from_official(row["arch_idx"])
        outcome = bench.evaluate(Query(arch))
        place = list(COSTS).index(f"{row['device']}_{row['framework']}_latency")
        assert outcome.costs[0, place] == row["lat_ms_median"]
        assert outcome.error[0] == 100 - TASKS[row["task"]][1] * row["accuracy"]
    every = SPACE.at(np.arange(SPACE.size))
    errors = {name: load(name).truth(every) for name in (*NAMES, "nb201/cifar100")}
    assert np.abs(errors[NAMES[0]] - errors["nb201/cifar100"]).mean() < 0.4
    known = {(0, 1): 0.28, (0, 2): 0.48, (1, 2): -0.01}
    for (one, other), rho in known.items():
        assert spearmanr(errors[NAMES[one]], errors[NAMES[other]]).statistic == pytest.approx(rho, abs=0.02)


def test_the_form_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the order of the rows, each cell has its own numbers, in official order."""
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "out"))
    assert import_data("hw-nas-bench-360", made(tmp_path / "dataset.parquet")) == NAMES
    bench = load("hw-nas-bench-360/darcy")
    assert bench.costs == tuple(COSTS)
    outcome = bench.evaluate(Query(SPACE.from_official(np.array([3, 15624]))))
    assert outcome.error == pytest.approx([50 - 3 / SPACE.size, 49 + 1 / SPACE.size])
    assert outcome.costs.tolist() == [
        [4, 1004, 2004, 3004, 8, 2008, 4008],
        [*range(15625, 19625, 1000), *range(31250, 37250, 2000)],
    ]


def put(name: str, row: int, value: object) -> Change:
    """Return a change of one value."""
    return lambda columns: columns[name].__setitem__(row, value)


def without(name: str) -> Change:
    """Return a change that leaves a column out."""
    return lambda columns: columns.__delitem__(name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without("accuracy"), "expected a column accuracy, got arch_idx"),
        (put("arch_idx", 5, 6), "cifar100 on pi5 by litert: expected a row for each of cells 0 to 15624, got 15625"),
        (put("lat_ms_median", 0, 1.0), "cell 0 takes 1.0 ms on a Raspberry Pi 5, the published one 1.487672"),
        (put("lat_ms_median", 9, -1.0), "cell 9: expected a latency above 0, got -1.0"),
        (put("energy_mj", 9, np.nan), "cell 9: expected an energy above 0, got nan"),
        (put("accuracy", 9, 101.0), "cell 9: expected a score of at most the whole, got 101.0"),
        (put("accuracy", 9, np.nan), "cell 9: expected a score of at most the whole, got nan"),
        (put("accuracy", 15625 + 9, 3.0), "cifar100: cell 9 has another score on pi5 by onnx"),
        (put("status", 9, "no"), r"row \d+: has the status 'no'"),
        (put("task", 9, "x"), "cifar100 on pi5 by litert: expected a row for each .* got 15624"),
    ],
)
def test_what_is_wrong_is_named(change: Change, message: str, tmp_path: Path) -> None:
    """With the file and what was expected; nothing is written."""
    with pytest.raises(DataError, match=message) as caught:
        import_data("hw-nas-bench-360", made(tmp_path / "dataset.parquet", change), tmp_path / "out")
    assert "dataset.parquet" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_words_for_numbers_and_other_files_are_refused(tmp_path: Path) -> None:
    """A column of words, and a file that is no Parquet."""
    made(tmp_path / "dataset.parquet", lambda columns: columns.update(accuracy=columns["task"]))
    with pytest.raises(DataError, match="expected numbers"):
        import_data("hw-nas-bench-360", tmp_path / "dataset.parquet", tmp_path / "out")
    (tmp_path / "other.parquet").write_bytes(b"no table")
    with pytest.raises(DataError, match="damaged or no Parquet file"):
        import_data("hw-nas-bench-360", tmp_path / "other.parquet", tmp_path / "out")
