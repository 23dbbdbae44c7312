"""Importing AnalogNAS-Bench: the published file, files like it, and everything that may be wrong."""

from __future__ import annotations

import importlib.util
import os
import pickle
import sys
import types
from functools import cache
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from nassim import catalog
from nassim.benchmarks import loading
from nassim.core.benchmark import Query
from nassim.core.errors import DataError
from nassim.data.writing import Family, write_family
from nassim.importers import analog_nas_bench, import_data
from nassim.spaces.nb201 import OPERATIONS
from tests.importers.damage import damaged

SPACE = catalog.space("nb201")
FOUND = importlib.util.find_spec("analognasbench")
DRIFTS = [f"{kind}_drift_{seconds}" for kind in ("baseline", "analog") for seconds in (60, 3600, 86_400, 2_592_000)]


class Architecture:
    """As the package has it: an object with attributes."""


class DriftMeasurement:
    """As the package has it: value and uncertainty."""


@cache
def cells() -> dict:
    """Return entries like the published ones, whose clean accuracies are NAS-Bench-201's."""
    clean = analog_nas_bench._shipped()
    found = {}
    for codes, accuracy in zip(analog_nas_bench._codes(), clean.tolist(), strict=True):
        one = Architecture()
        one.architecture = codes
        one.baseline_accuracy = one.ptq_accuracy = one.qat_accuracy = one.noisy_accuracy = accuracy
        one.analog_accuracy = accuracy / 2
        for name in DRIFTS:
            drift = DriftMeasurement()
            drift.value, drift.uncertainty = accuracy / 4, 0.5
            setattr(one, name, drift)
        found[codes] = one
    return found


@pytest.fixture(autouse=True)
def package(monkeypatch):
    """Pickle our classes under the names of the package's."""
    module = types.ModuleType("analognasbench.data")
    for kind in (Architecture, DriftMeasurement):
        monkeypatch.setattr(kind, "__module__", "analognasbench.data")
        setattr(module, kind.__name__, kind)
    monkeypatch.setitem(sys.modules, "analognasbench", types.ModuleType("analognasbench"))
    monkeypatch.setitem(sys.modules, "analognasbench.data", module)


def written(path: Path, entries: object) -> Path:
    """Write entries as published."""
    path.write_bytes(pickle.dumps(entries, protocol=4))
    return path


def quiet(_done: int, _total: int) -> None:
    """Show no progress."""


def only(monkeypatch, measured: list[str], drifted: list[str]) -> None:
    """Read some of the data sets alone."""
    assert len(analog_nas_bench.MEASURED) + len(analog_nas_bench.DRIFTED) == 13
    for name, few in (("MEASURED", measured), ("DRIFTED", drifted)):
        monkeypatch.setattr(analog_nas_bench, name, {key: getattr(analog_nas_bench, name)[key] for key in few})


def test_a_file_becomes_benchmarks(tmp_path, monkeypatch):
    """Clean, on analog tiles and after a drift, three of thirteen data sets; in the order of our cells."""
    only(monkeypatch, measured=["clean", "analog"], drifted=["analog-30d"])
    (tmp_path / "data.anb").write_bytes(pickle.dumps(cells(), protocol=4))
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "data"))
    family = analog_nas_bench.read(tmp_path, quiet)
    assert list(family.datasets) == ["clean", "analog", "analog-30d"]
    assert family.card["agreement"]["as_read"] == 1
    write_family(Family(family.name, family.card, {"analog-30d": family.datasets["analog-30d"]}), tmp_path / "data")
    archs = SPACE.at(np.arange(SPACE.size))
    shipped = loading.load("nb201/cifar10").evaluate(Query(archs)).error
    assert np.allclose(100 - loading.load("analog-nas-bench/analog-30d").truth(archs), (100 - shipped) / 4)
    for name, share in (("clean", 1), ("analog", 2)):
        assert np.allclose(100 - family.datasets[name].trainings["valid_error"].to_numpy(), (100 - shipped) / share)


@pytest.mark.skipif(FOUND is None, reason="needs the package analog-nasbench")
def test_the_published_codes_are_surely_those(monkeypatch):
    """Of all 120 * 720 readings, it agrees best with NAS-Bench-201, on 400 cells; the next is the mirrored one."""
    only(monkeypatch, measured=["clean"], drifted=[])
    folder = Path(FOUND.submodule_search_locations[0])
    family = analog_nas_bench.read(folder, quiet)
    sure = family.card["agreement"]
    assert sure["as_read"] > 0.98
    assert sure["mirrored"] < 0.97
    clean = 100 - family.datasets["clean"].trainings["valid_error"].to_numpy()
    some = np.random.default_rng(0).permutation(SPACE.size)[:400]
    theirs = np.array([*analog_nas_bench._codes()])[some]
    ours, seen = rankdata(analog_nas_bench._shipped()), rankdata(clean[some])
    edges = np.array([*permutations(range(6))])
    weights = np.zeros((6, len(edges)), dtype=np.int64)
    weights[edges.T, np.arange(len(edges))] = (5 ** np.arange(5, -1, -1))[:, None]
    found = {}
    for names in permutations(OPERATIONS):
        read = ours[np.array([OPERATIONS.index(name) for name in names])[theirs] @ weights]
        agreed = np.corrcoef(seen, read.T)[0, 1:]
        found |= {(names, tuple(edge)): value for edge, value in zip(edges.tolist(), agreed.tolist(), strict=True)}
    best, mirrored = sorted(found, key=found.get)[:-3:-1]
    assert len(found) == 86_400
    assert best == (analog_nas_bench.CODES, analog_nas_bench.EDGES)
    assert mirrored == (analog_nas_bench.CODES, analog_nas_bench.MIRRORED)


class Hostile:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> tuple:
        return os.system, ("echo hostile",)


def with_cell(**changes: object) -> dict:
    """Return the entry of our first cell with something else in it."""
    codes = (1,) * 6
    one = Architecture()
    vars(one).update(vars(cells()[codes]) | changes)
    return {codes: one}


def mixed_up() -> dict:
    """Return entries whose codes mean something else."""
    values = list(cells().values())
    return dict(zip(cells(), values[7:] + values[:7], strict=True))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (dict, r"cell \(1, 1, 1, 1, 1, 1\): is missing, 0 of 15,625 are there"),
        (lambda: dict(list(cells().items())[1:5]), r"cell \(1, 1, 1, 1, 1, 1\): is missing, 4 of"),
        (lambda: cells() | {(9,): 1}, "expected 15,625 cells, got 15,626"),
        (lambda: [1], "expected a dict with an entry per cell"),
        (lambda: with_cell(qat_accuracy=float("nan")), "qat_accuracy: expected a number from 0 to 100, got nan"),
        (lambda: with_cell(noisy_accuracy=101.0), "noisy_accuracy: expected a number from 0 to 100, got 101.0"),
        (lambda: with_cell(analog_drift_60=3), "analog_drift_60: expected a number from 0 to 100, got None"),
        (lambda: with_cell(baseline_accuracy="60"), "baseline_accuracy: expected a number"),
        (lambda: with_cell(more=Hostile()), r"it names (posix|nt)\.system, which is no plain value"),
        (mixed_up, "the codes mean something else here"),
    ],
)
def test_what_is_wrong_is_named(made, message, tmp_path, capfd):
    """With the file and the cell; nothing that it names is run, nothing is written."""
    path = written(tmp_path / "data.anb", made())
    with pytest.raises(DataError, match=message) as caught:
        import_data("analog-nas-bench", path, tmp_path / "out")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()
    assert "hostile" not in capfd.readouterr().out


def test_a_folder_without_the_file_is_refused(tmp_path):
    """With where it comes from."""
    with pytest.raises(DataError, match=r"data\.anb: cannot be read .*analog-nasbench"):
        import_data("analog-nas-bench", tmp_path, tmp_path / "out")


@given(st.integers(0, 2**32), st.booleans())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_is_refused(tmp_path, seed, cut):
    """Bytes lost or changed in a file of a few cells, which is refused in one line anyway."""
    few = dict(list(cells().items())[:20])
    path = tmp_path / "data.anb"
    path.write_bytes(damaged(pickle.dumps(few, protocol=4), seed, cut=cut))
    with pytest.raises(DataError) as caught:
        analog_nas_bench.read(path, quiet)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
