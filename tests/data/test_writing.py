"""Writing a family's folder, whole or not at all, and reading it as a table or as samples."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from nassim import catalog
from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.table import TableBenchmark
from nassim.core.errors import DataError, UnknownNameError
from nassim.data import writing
from nassim.data.writing import Family, Tables, content, write_family

CARD = {
    "title": "Some",
    "space": "mnasnet",
    "complete": False,
    "source": "made up",
    "licence": "MIT",
    "search_split": "valid",
    "report_split": "valid",
    "costs": {"params": "a count"},
}
IDS = [3, 10**10, 10**11]

keys = st.text(max_size=8)
plain = st.text(max_size=20) | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.floats(allow_nan=False)
cards = st.recursive(
    st.dictionaries(keys, plain | st.lists(plain, max_size=3), max_size=4),
    lambda inner: st.dictionaries(keys, plain | inner, max_size=4),
    max_leaves=8,
)


def trainings(ids=IDS, **changes) -> pa.Table:
    """Return two epochs of each architecture's trainings, of which the first has two and the others one."""
    arch = np.repeat([ids[0], *ids], 2)
    columns = {
        "arch": np.array(arch, dtype=np.int64),
        "replica": np.array([0, 0, 1, 1] + [0, 0] * (len(ids) - 1), dtype=np.int8),
        "epoch": np.tile(np.array([4, 16], dtype=np.int16), len(ids) + 1),
        "valid_error": np.arange(2.0 * len(ids) + 2),
        "seconds": np.arange(1.0, 2.0 * len(ids) + 3) * 10,
    }
    return pa.table(columns | changes)


def architectures(ids=IDS, **changes) -> pa.Table:
    """Return the architectures of these ids, with one cost."""
    columns = {"arch": np.array(ids, dtype=np.int64), "params": np.arange(float(len(ids)))}
    return pa.table(columns | changes)


def written(out: Path, first: pa.Table | None = None, second: pa.Table | None = None, **card) -> Path:
    """Write a family and return the folder of its one data set."""
    tables = Tables(trainings() if first is None else first, architectures() if second is None else second)
    assert write_family(Family("some", CARD | card, {"data": tables}), out) == ["some/data"]
    return out / "some/data"


def test_what_is_written_is_read_back(tmp_path):
    """Architectures, errors and seconds by epoch and replica, costs, card."""
    samples = PartialTable.load(written(tmp_path / "deep/out"))
    assert samples.name == "some/data"
    assert samples.space.index(samples.archs).tolist() == IDS
    assert samples.epochs == (4, 16)
    assert samples.counts.tolist() == [2, 1, 1]
    assert np.array_equal(samples.error[1], [[1, 3], [5, np.nan], [7, np.nan]], equal_nan=True)
    assert np.array_equal(samples.seconds[0], [[10, 30], [50, np.nan], [70, np.nan]], equal_nan=True)
    assert samples.mean_error.tolist() == [2, 5, 7]
    assert samples.mean_seconds.tolist() == [30, 60, 80]
    assert samples.costs["params"].tolist() == [0, 1, 2]
    assert samples.test is None
    assert samples.card.title == "Some, data"


def test_a_failed_training_is_nan(tmp_path):
    """It does not count in the mean; where all failed there is no mean."""
    error = np.arange(8.0)
    error[[1, 5]] = np.nan
    samples = PartialTable.load(written(tmp_path, trainings(valid_error=error)))
    assert np.array_equal(samples.mean_error, [3, np.nan, 7], equal_nan=True)


def test_a_whole_table_can_be_read_as_samples():
    """What ships as a table is also samples, with the same numbers."""
    folder = catalog.shipped("benchmarks_data") / "nb201/cifar10"
    samples, table = PartialTable.load(folder), TableBenchmark.load(folder)
    assert np.array_equal(samples.archs, samples.space.at(np.arange(samples.space.size)))
    assert np.array_equal(samples.mean_error, table.truth(samples.archs))
    assert tuple(samples.costs) == table.costs
    assert samples.card == table.card


def test_architectures_may_be_given_by_their_genes(tmp_path):
    """For spaces whose index does not fit a number; arch is then any number."""
    space = catalog.space("mnasnet")
    archs = space.at(np.array([7, 5, 10**9]))
    genes = {f"g{gene}": column for gene, column in enumerate(archs.T)}
    samples = PartialTable.load(written(tmp_path, trainings([0, 1, 2]), architectures([0, 1, 2], **genes)))
    assert np.array_equal(samples.archs, archs)
    twice = {name: column[[0, 0, 2]] for name, column in genes.items()}
    with pytest.raises(DataError, match="every architecture once"):
        PartialTable.load(written(tmp_path, trainings([0, 1, 2]), architectures([0, 1, 2], **twice)))
    wrong = genes | {"g0": np.array([0, 1, 3], dtype=np.int8)}
    with pytest.raises(DataError, match=r"expected architectures of space mnasnet in g0..g27"):
        PartialTable.load(written(tmp_path, trainings([0, 1, 2]), architectures([0, 1, 2], **wrong)))
    del wrong["g27"]
    with pytest.raises(DataError, match="column 'g27' is missing"):
        PartialTable.load(written(tmp_path, trainings([0, 1, 2]), architectures([0, 1, 2], **wrong)))


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ({"arch": np.repeat([3, 3, 4, 10**11], 2)}, {}, "trainings.parquet: arch 4 is not in architectures.parquet"),
        ({"replica": np.array([0, 0, 2, 2, 0, 0, 0, 0])}, {}, "trainings of all 3 architectures, each at every epoch"),
        ({"replica": np.array([0, 0, -1, -1, 0, 0, 0, 0])}, {}, "replicas 0..127"),
        ({"epoch": np.array([4, 16, 4, 4, 4, 16, 4, 16])}, {}, "each at every epoch"),
        ({"seconds": np.array([1.0, 2.0, np.nan, 2.0, 1.0, 2.0, 1.0, 2.0])}, {}, "'seconds' must be finite and >= 0"),
        (
            {"seconds": np.array([1.0, 2.0, 1.0, 1.0, 1.0, 2.0, 1.0, 2.0])},
            {},
            "architecture 0 was trained in no seconds",
        ),
        (
            {"seconds": np.array([1.0, 2.0, 0.0, 1.0, 1.0, 2.0, 1.0, 2.0])},
            {},
            "expected seconds above 0 that rise along",
        ),
        ({"arch": np.repeat([0.5, 3, 4, 5], 2)}, {}, "the column 'arch' must hold whole numbers, it holds float64"),
        ({"epoch": np.array([-4, 16] * 4)}, {}, "expected epochs of 1 or more, got -4"),
        ({"replica": np.zeros(8)}, {}, "the column 'replica' must hold whole numbers, it holds float64"),
        ({"valid_error": np.array([1.0, -np.inf] * 4)}, {}, "row 1 of 'valid_error' is infinite"),
        ({"valid_error": np.array([True, False] * 4)}, {}, "'valid_error' is missing, or holds no numbers"),
        ({"seconds": np.array([1.0, 2.0, -1.0, 2.0, 1.0, 2.0, 1.0, 2.0])}, {}, "'seconds' must be finite and >= 0"),
        ({}, {"arch": np.array([3, 10**11, 10**10])}, "sorted by arch, each once"),
        ({}, {"arch": np.array([3, 10**10, 10**10])}, "sorted by arch, each once"),
        ({"arch": np.repeat([-1, -1, 2, 3], 2)}, {"arch": np.array([-1, 2, 3])}, r"expected arch in \[0, 1044855"),
    ],
)
def test_tables_that_contradict_themselves_are_refused(first, second, message, tmp_path):
    """One line that names the file."""
    folder = written(tmp_path, trainings(**first), architectures(**second))
    with pytest.raises(DataError, match=message) as caught:
        PartialTable.load(folder)
    assert str(folder) in str(caught.value)


def test_empty_and_missing_columns_are_refused(tmp_path):
    """No architectures, no trainings, no costs that the card promises."""
    with pytest.raises(DataError, match="sorted by arch"):
        PartialTable.load(written(tmp_path, trainings(), architectures().slice(0, 0)))
    with pytest.raises(DataError, match="replicas"):
        PartialTable.load(written(tmp_path, trainings().slice(0, 0), architectures()))
    with pytest.raises(DataError, match="'params' is missing"):
        PartialTable.load(written(tmp_path, trainings(), architectures().drop_columns("params")))


def test_a_damaged_file_is_refused(tmp_path):
    """Its sha256 is on the card."""
    path = written(tmp_path) / "trainings.parquet"
    pq.write_table(trainings(seconds=np.zeros(8)), path)
    with pytest.raises(DataError, match="damaged, its sha256"):
        PartialTable.load(path.parent)


def test_an_unknown_name_is_an_error():
    """With what was probably meant."""
    with pytest.raises(UnknownNameError, match="did you mean 'nb201/cifar10'"):
        PartialTable.load("nb201/cifar1")
    with pytest.raises(UnknownNameError):
        PartialTable.load("../nb201/cifar10")


def test_writing_again_replaces_and_a_failure_does_not(tmp_path, monkeypatch):
    """The folder is the old one or the new one, and nothing else is left."""
    folder = written(tmp_path)
    before = {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()}
    monkeypatch.setattr(writing, "write_table", full)
    with pytest.raises(DataError, match=r"trainings.parquet: cannot be written \(No space left on device\)"):
        written(tmp_path, title="New")
    assert {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()} == before
    assert list(tmp_path.iterdir()) == [folder.parent]
    monkeypatch.undo()
    written(tmp_path, title="New")
    assert PartialTable.load(folder).card.title == "New, data"
    assert list(tmp_path.iterdir()) == [folder.parent]


def full(_table: pa.Table, path: Path) -> None:
    """Fail as a full disk does, after a part."""
    path.write_bytes(b"PAR1")
    raise OSError(28, "No space left on device", str(path))


def test_what_is_no_family_is_not_replaced(tmp_path):
    """A folder of that name with something else in it stays."""
    (tmp_path / "some").mkdir()
    (tmp_path / "some/thesis.tex").write_text("years of work", encoding="utf-8")
    with pytest.raises(DataError, match="is no benchmark family"):
        written(tmp_path)
    assert (tmp_path / "some/thesis.tex").exists()


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    """Here because a file is in the way."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be written"):
        written(tmp_path / "file")


def test_the_content_of_shipped_tables_is_the_one_on_their_card():
    """`content` is the digest that docs/data_format.md describes and the shipped cards hold."""
    folder = catalog.shipped("benchmarks_data") / "nb201"
    facts = tomllib.loads((folder / "card.toml").read_text(encoding="utf-8"))
    for name, digests in facts["files"].items():
        assert content(pq.read_table(folder / name)) == digests["content"]


@given(cards)
def test_cards_are_toml(card):
    """Whatever is on them, tomllib reads it back."""
    assert tomllib.loads(tomli_w.dumps(card)) == card
