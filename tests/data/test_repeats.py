"""Costs of which a table holds several measurements: imported, read, told and judged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.table import TableBenchmark
from nassim.core.benchmark import Query
from nassim.core.errors import DataError
from nassim.data.repeats import relative_noise
from nassim.importers import import_data
from tests.importers.test_own import CARD, own

SPACE = nassim.load("nb201/cifar10").space
CELLS = SPACE.at(np.arange(SPACE.size))
SEEDS = np.random.default_rng(0).integers(0, 2**32, SPACE.size, dtype=np.uint32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an import of a whole space: an energy of 7 or 9 measured twice, a latency that a device lacks of some."""
    rows = [
        {"arch": SPACE.show(cell), "valid_error": 10, "test_error": 11, "params": 5,
         "replica": n, "energy": 7 + 2 * n, "latency": -1 if index % 3 == 0 else 4}
        for index, cell in enumerate(CELLS)
        for n in (0, 1)
    ]  # fmt: skip
    place = tmp_path_factory.mktemp("own")
    said: list[str] = []
    import_data("csv", own(place, rows, CARD + '[costs]\nparams = "a count"\n'), place / "out", told=said.append)
    assert "latency is -1 in 10,418 rows: taken for not measured" in said
    return place / "out/mine/data"


def test_each_measurement_is_kept_and_told(folder: Path) -> None:
    """A run is told one of the two, half of them each; the judge their mean; the card says how noisy they are."""
    table = TableBenchmark.load(folder)
    energy = table.costs.index("energy")
    seen = table.evaluate(Query(CELLS), SEEDS).costs[:, energy]
    assert set(seen.tolist()) == {7.0, 9.0}
    assert (seen == 7).mean() == pytest.approx(0.5, abs=0.02)
    assert set(table.measure("energy", CELLS).tolist()) == {8.0}
    assert table.card.noise["energy"] == pytest.approx(np.std([7, 9], ddof=1) / 8)
    assert set(table.card.measured) == {"energy", "latency"}
    assert PartialTable.load(folder).costs["energy"].tolist() == [8.0] * SPACE.size


def test_an_unsupported_device_is_missing(folder: Path) -> None:
    """-1 is nan: it misses every limit, is in no front, and no number anywhere."""
    table = TableBenchmark.load(folder)
    latency = table.measure("latency", CELLS)
    assert np.isnan(latency[::3]).all()
    assert set(latency[~np.isnan(latency)].tolist()) == {4.0}
    trace = nassim.simulate(
        "random_search", table, runs=3, evaluations=40, objectives=["error", "latency"], constraints={"latency": 5}
    )
    missing = SPACE.index(trace.archs.reshape(-1, 6)).reshape(3, 40) % 3 == 0
    np.testing.assert_array_equal(trace.feasible(), ~missing)
    np.testing.assert_array_equal(np.isnan(trace.objectives()[:, :, 1]), missing)
    assert trace.provenance["reference"]["high"][1] == 4.0


def test_a_card_whose_repeats_are_no_costs_is_refused(folder: Path) -> None:
    """In a line that names the file."""
    card = folder.parent / "card.toml"
    text = card.read_text()
    card.write_text(text.replace("[repeats]\n", "[repeats]\nweight = 2\n"))
    with pytest.raises(DataError, match=r"architectures.parquet: the card's 'repeats' names 'weight'"):
        TableBenchmark.load(folder)
    card.write_text(text.replace("[repeats]\nenergy = 2", "[repeats]\nenergy = 3"))
    with pytest.raises(DataError, match="the column 'energy#3' is missing"):
        TableBenchmark.load(folder)
    card.write_text(text)


def test_noise_is_pooled_over_rows() -> None:
    """By hand; rows with fewer than two measurements say nothing."""
    values = np.array([[1.0, 3.0, np.nan], [10, 10, 10], [5, np.nan, np.nan], [np.nan] * 3])
    assert relative_noise(values) == pytest.approx(np.sqrt((2 / 4 + 0) / 2))
    assert relative_noise(values[2:]) == 0
