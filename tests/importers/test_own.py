"""Importing one's own results: CSV and Parquet, whole, partial, and everything that may be wrong."""

from __future__ import annotations

import csv
import tomllib
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nassim import catalog, load, simulate
from nassim.benchmarks.partial_table import PartialTable
from nassim.core.benchmark import Query
from nassim.core.errors import DataError
from nassim.importers import import_data

SPACE = catalog.space("nb201")
CARD = """title = "Mine"
space = "nb201"
source = "me"
licence = "CC-BY-4.0"
search_split = "validation"
report_split = "test"
"""


def own(tmp_path, rows, card=CARD, name="mine"):
    """Write rows (dicts) as NAME.csv with its card, and return its path."""
    path = tmp_path / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    path.with_suffix(".toml").write_text(card, encoding="utf-8")
    return path


def rows_of(numbers, **more):
    """Return a row per architecture."""
    archs = SPACE.at(np.array(numbers))
    return [{"arch": SPACE.show(arch), "valid_error": 10.0 + n / 1000, **more} for n, arch in enumerate(archs)]


def test_a_whole_space_becomes_a_benchmark_to_search_on(tmp_path, monkeypatch):
    """All 15,625 cells of the shipped table, by text: the same answers, the same search."""
    real = load("nb201/cifar10")
    archs = SPACE.at(np.arange(SPACE.size))
    truth = real.truth(archs)
    rows = [
        {"valid_accuracy": float(100 - error), "params": row, "arch": SPACE.show(arch)}
        for row, (arch, error) in enumerate(zip(archs, truth, strict=True))
    ]
    path = own(tmp_path, rows[::-1])
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "out"))
    assert import_data("csv", path) == ["mine/data"]
    mine = load("mine/data")
    assert np.allclose(mine.truth(archs), truth, atol=1e-12)
    assert mine.evaluate(Query(archs)).costs[:, 0].tolist() == list(range(SPACE.size))
    assert simulate("random_search", mine, runs=5, evaluations=10).lengths.tolist() == [10] * 5


def test_epochs_replicas_genes_and_splits_are_read(tmp_path):
    """A column per gene, two trainings of two epochs each, a test split, and a cost that differs."""
    arch = SPACE.at(np.array([77]))[0]
    genes = {gene: options[choice] for gene, options, choice in zip(SPACE.genes, SPACE.options, arch, strict=True)}
    rows = [
        genes
        | {"epoch": epoch, "replica": replica, "valid_error": 10 * epoch + replica, "test_error": 5, "seconds": epoch}
        | {"power": replica}
        for replica in (1, 0)
        for epoch in (2, 1)
    ]
    import_data("csv", own(tmp_path, rows), tmp_path / "out")
    samples = PartialTable.load(tmp_path / "out/mine/data")
    assert samples.archs.tolist() == [arch.tolist()]
    assert samples.epochs == (1, 2)
    assert samples.error[:, 0].tolist() == [[10, 11], [20, 21]]
    assert samples.seconds[:, 0].tolist() == [[1, 1], [2, 2]]
    assert samples.costs["power"].tolist() == [0.5]
    assert samples.test.tolist() == [5]


def test_one_row_per_network_is_enough(tmp_path, monkeypatch):
    """A table of all networks answers for all architectures."""
    networks = np.unique(SPACE.canonical(SPACE.at(np.arange(SPACE.size))))
    import_data("csv", own(tmp_path, rows_of(networks)), tmp_path / "out")
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "out"))
    mine = load("mine/data")
    archs = SPACE.at(np.arange(0, SPACE.size, 50))
    assert np.array_equal(mine.truth(archs), mine.truth(SPACE.representative(archs)))


def test_parquet_is_read_like_csv(tmp_path):
    """The same columns in a Parquet file give the same tables."""
    path = own(tmp_path, rows_of([5, 3, 9], seconds=2))
    import_data("csv", path, tmp_path / "csv")
    pq.write_table(arrow.read_csv(path), path.with_suffix(".parquet"))
    import_data("parquet", path.with_suffix(".parquet"), tmp_path / "parquet")
    for file in ("trainings", "architectures"):
        first, second = (pq.read_table(tmp_path / kind / f"mine/data/{file}.parquet") for kind in ("csv", "parquet"))
        assert first.equals(second)


def test_the_card_says_what_was_imported(tmp_path):
    """One's own entries, the file and its sha256, and that it is a part of its space."""
    path = own(tmp_path, rows_of([5, 3]), CARD + '[costs]\nparams = "a count"\n')
    import_data("csv", path, tmp_path / "out")
    card = tomllib.loads((tmp_path / "out/mine/card.toml").read_text(encoding="utf-8"))
    assert card["licence"] == "CC-BY-4.0"
    assert card["complete"] is False
    assert card["datasets"]["data"]["source_sha256"] == sha256(path.read_bytes()).hexdigest()


def refused(path, out, message, format_="csv"):
    """Import and expect one line of error, and nothing written."""
    with pytest.raises(DataError, match=message) as caught:
        import_data(format_, path, out)
    assert "\n" not in str(caught.value)
    assert not out.exists() or not list(out.iterdir())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arch": "|none~0|"}, "row 2: expected 3 nodes"),
        ({"valid_error": "inf"}, "row 2: valid_error is infinite; write nan for a training that failed"),
        ({"valid_error": "good"}, "mine.csv: 'valid_error' holds 'good' in row 2, expected numbers"),
        ({"valid_error": "130"}, "row 2: valid_error is 130, expected 0 to 100 percent"),
        ({"valid_error": "-0.5"}, "row 2: valid_error is -0.5, expected 0 to 100 percent"),
        ({"seconds": -1}, "has seconds that are not >= 0"),
        ({"seconds": 0}, r"expected seconds above 0 that rise along epochs, from scratch to each of them, got 0$"),
        ({"seconds": ""}, "row 2: seconds is empty; also a training that failed has one"),
        ({"replica": "nan"}, "row 2: replica is empty"),
        ({"epoch": 2}, r"expected every training at the same epochs; .* --epochs common keeps the 0 epochs"),
        ({"epoch": 1.5}, "row 2: epoch must be a whole number"),
        ({"epoch": 1e9}, "row 2: epoch must be a whole number up to 32767"),
        ({"epoch": 0}, r'row 2: has epoch 0; if epochs are counted from 0, write "epoch" = "from 0" under \[columns\]'),
        ({"replica": 2}, "expected replicas 0, 1, ... of each architecture"),
        ({"replica": -1}, "has a replica that is not in"),
        ({"replica": 500}, "has a replica that is not in"),
    ],
)
def test_a_wrong_row_is_named(change, message, tmp_path):
    """With what was expected and what came."""
    rows = rows_of([5, 3, 9], seconds=1.0, epoch=1, replica=0)
    rows[1] |= change
    refused(own(tmp_path, rows), tmp_path / "out", message)


@pytest.mark.parametrize("later", [1.0, 0.5])
def test_seconds_that_do_not_rise_along_epochs_are_refused(later, tmp_path):
    """Going on with that training would cost nothing, or less; of a failed one nobody minds."""
    rows = rows_of([5], epoch=1, seconds=1.0) + rows_of([5], epoch=2, seconds=later)
    refused(
        own(tmp_path, rows), tmp_path / "out", f"rise along epochs, from scratch to each of them, got 1, {later:g}$"
    )
    failed = [row | {"valid_error": "nan"} for row in rows]
    others = [row for epoch in (1, 2) for row in rows_of([9], epoch=epoch, seconds=epoch)]
    assert import_data("csv", own(tmp_path, failed + others), tmp_path / "out")


def test_a_repeated_row_is_refused(tmp_path):
    """The same replica and epoch of an architecture twice."""
    rows = rows_of([5, 3], epoch=1, replica=0)
    refused(own(tmp_path, [*rows, rows[0]]), tmp_path / "out", "expected replicas 0, 1, .* each once|expected every")


@pytest.mark.parametrize(
    ("rows", "card", "message"),
    [
        (
            [{"arch": "x", "error": 1}],
            CARD,
            "expected a column valid_error or valid_accuracy, it has arch, error; if one is it under another name",
        ),
        (
            [{"valid_error": 1}],
            CARD,
            "expected a column arch, or official, or one per gene of nb201; 0->1, .* are missing",
        ),
        ([{"arch": "x", "valid_error": 1, "valid_accuracy": 2}], CARD, "has both valid_error and valid_accuracy"),
        (
            [{"arch": "x", "valid_error": 1, "epcoh": "a"}],
            CARD,
            "is 'epcoh' meant to be 'epoch'.* 'epcoh' holds 'a' in row 1",
        ),
        ([{"arch": "x", "valid_error": 1}], CARD.replace("nb201", "nb210"), "unknown space 'nb210'; did you mean"),
        ([{"arch": "x", "valid_error": 1}], "title = 3", "'title' must be a text, got 3"),
        ([{"arch": "x", "valid_error": 1}], "title = ", "there is no such file|malformed TOML"),
    ],
)
def test_wrong_columns_and_cards_are_named(rows, card, message, tmp_path):
    """With what is missing and what was probably meant."""
    refused(own(tmp_path, rows, card), tmp_path / "out", message)


def test_a_missing_card_is_explained(tmp_path):
    """The line says which file to write and what must be in it."""
    path = own(tmp_path, rows_of([5]))
    path.with_suffix(".toml").unlink()
    refused(path, tmp_path / "out", r"mine\.toml: is missing; write a card with the texts title, space")


def test_what_is_no_table_is_refused(tmp_path):
    """Empty files, other files, a table without rows, and rows of different lengths."""
    path = own(tmp_path, rows_of([5]))
    for data in (b"", b"\xff\xfe\x00", b"arch,valid_error\n", b"a,b\n1,2,3\n", b"a\n" * 3):
        path.write_bytes(data)
        refused(path, tmp_path / "out", "mine.csv: ")
    path.with_suffix(".parquet").write_bytes(b"PAR1")
    refused(path.with_suffix(".parquet"), tmp_path / "out", "damaged, or not of this format", "parquet")
    pq.write_table(pa.table({"arch": ["x"], "valid_error": [[1.0]]}), path.with_suffix(".parquet"))
    refused(path.with_suffix(".parquet"), tmp_path / "out", "'valid_error' holds list.*, expected numbers", "parquet")


@given(st.integers(0, 2**32), st.booleans(), st.sampled_from(["csv", "parquet"]))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_is_refused_or_harmless(tmp_path, seed, cut, kind):
    """Bytes lost or changed: a table, or a DataError that names the file in one line."""
    generator = np.random.default_rng(seed)
    path = own(tmp_path, rows_of([5, 3, 9, 700], seconds=2.5, epoch=1, replica=0))
    if kind == "parquet":
        pq.write_table(arrow.read_csv(path), path.with_suffix(".parquet"), write_page_checksum=True)
        path = path.with_suffix(".parquet")
    data = bytearray(path.read_bytes())
    if cut:
        data = data[: generator.integers(len(data))]
    else:
        for place in generator.integers(0, len(data), 3):
            data[place] = generator.integers(256)
    path.write_bytes(bytes(data))
    message = f"{path}"
    try:
        import_data(kind, path, tmp_path / "out")
    except DataError as error:
        message = str(error)
    assert str(path) in message
    assert "\n" not in message
