"""Files of results whose columns or names can be meant otherwise: read as meant, or refused with what to write."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nassim import load
from nassim.benchmarks.partial_table import PartialTable
from nassim.core.errors import DataError
from nassim.importers import csv, import_data
from tests.importers.own import ACCURACY, columns, errors, imported, written
from tests.importers.test_own import CARD, SPACE, own, refused, rows_of

PUBLISHED = Path(__file__).parents[3] / "shared/data"


def test_capitals_and_spaces_of_names_do_not_matter(tmp_path):
    """Unless two columns then have one name."""
    rows = [{"ARCH": row["arch"], " Valid Accuracy": 90, "Test-Accuracy ": 80, "Params": 5} for row in ACCURACY]
    found, _ = imported(own(tmp_path, rows, CARD + '[costs]\nparams = "a count"\n'))
    assert (errors(found), found.test.tolist()) == ([10] * 3, [20] * 3)
    assert (list(found.costs), found.card.measured) == (["params"], ())
    rows = [row | {"arch": row["ARCH"]} for row in rows]
    refused(own(tmp_path, rows), tmp_path / "no", "'ARCH' and 'arch' are both arch; leave one out")


@pytest.mark.parametrize("name", ["mine.csv.gz", "mine.csv"])
def test_gzip_is_unpacked_whatever_its_name(name, tmp_path):
    """With the same numbers as the file inside, and the card of the bare name."""
    plain = own(tmp_path, ACCURACY).read_bytes()
    found, _ = imported(written(tmp_path, gzip.compress(plain), name=name))
    assert errors(found) == [10, 9, 8]
    assert found.name == "mine/data"


def test_a_gzip_bomb_is_refused_early(tmp_path, monkeypatch):
    """Before it fills the memory: no results are packed that well."""
    row = f"{ACCURACY[0]['arch']},90\n".encode()
    packed = gzip.compress(b"arch,valid_accuracy\n" + row * ((1 << 24) // len(row)))
    monkeypatch.setattr(csv, "SPARED", 1 << 20)
    refused(written(tmp_path, packed, name="mine.csv.gz"), tmp_path / "out", "unpacks to more than 200 times its size")


def test_cut_gzip_is_damage(tmp_path):
    """In a line that names the file."""
    packed = gzip.compress(own(tmp_path, ACCURACY).read_bytes())
    refused(written(tmp_path, packed[:-9], name="mine.csv.gz"), tmp_path / "out", r"mine\.csv\.gz: damaged")


def test_indices_of_pandas_are_left_out(tmp_path):
    """As pandas writes them to CSV, reads them again, and writes them to Parquet; it is said."""
    frame = pd.DataFrame(ACCURACY)
    path = written(tmp_path, "")
    frame.to_csv(path)
    found, said = imported(path)
    assert (errors(found), list(found.costs)) == ([10, 9, 8], [])
    assert said[0] == "left out: '', which pandas writes for an index"
    pd.read_csv(path).to_csv(path, index=False)
    found, said = imported(path)
    assert said[0] == "left out: 'Unnamed: 0', which pandas writes for an index"
    assert list(found.costs) == []
    frame.set_axis([5, 1, 9]).to_parquet(path.with_suffix(".parquet"))
    found, said = imported(path.with_suffix(".parquet"), "parquet")
    assert (errors(found), list(found.costs)) == ([10, 9, 8], [])
    assert "left out: '__index_level_0__', which pandas writes for an index" in said


def test_all_columns_that_cannot_be_used_are_named_at_once(tmp_path):
    """With an example of each, and what to write; written so, the file is read."""
    rows = [row | {"notes": "good", "day": "2026-01-02", "skipped": "x", "params": 3} for row in ACCURACY]
    path = own(tmp_path, rows, columns(skipped="ignored"))
    refused(path, tmp_path / "no", "'notes' holds 'good' in row 1, expected numbers.*'day' holds '2026-01-02' in row 1")
    with pytest.raises(DataError, match='write "notes" = "ignored", "day" = "ignored" under') as caught:
        import_data("csv", path, tmp_path / "no")
    assert "skipped" not in str(caught.value)
    found, _ = imported(own(tmp_path, rows, columns(skipped="ignored", notes="ignored", day="ignored")))
    assert list(found.costs) == ["params"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("arch,valid_error,valid_error", "the column 'valid_error' is there 2 times"),
        ("arch,valid_error,valid_error_", "is 'valid_error_' meant to be 'valid_error'|are both valid_error"),
        ("arch,valid_error,second", "is 'second' meant to be 'seconds'"),
        ("arch,error,x", "expected a column valid_error or valid_accuracy, it has arch, error, x"),
    ],
)
def test_headers_that_cannot_be_meant_are_refused(header, message, tmp_path):
    """In one line."""
    path = written(tmp_path, f"{header}\n{ACCURACY[0]['arch']},10,10\n")
    refused(path, tmp_path / "out", message)


def test_a_header_in_the_middle_is_named(tmp_path):
    """As it is where files were put together."""
    text = own(tmp_path, ACCURACY).read_text(encoding="utf-8")
    refused(written(tmp_path, text + text), tmp_path / "out", "row 4 is the header again; delete that line")


@pytest.mark.parametrize("format_", ["csv", "parquet", "nas-bench-macro", "hw-nas-bench", "nas-bench-201"])
def test_a_folder_is_no_file(format_, tmp_path):
    """Named in one line, whatever the format."""
    refused(tmp_path, tmp_path / "out", str(tmp_path), format_)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"acuracy": "fraction"}, "names 'acuracy', of which there is no column; did you mean 'valid_accuracy'"),
        ({"valid_accuracy": "part"}, "says 'part' of 'valid_accuracy', expected one or two of fraction, percent"),
        ({"valid_accuracy": "from 0"}, "says 'from 0' of 'valid_accuracy', which is for epoch"),
        ({"valid_accuracy": "measured"}, "says 'measured' of 'valid_accuracy', which is for a cost"),
        ({"arch": "known"}, "says 'known' of 'arch', which is for a cost"),
        ({"valid_accuracy": "arch, official"}, "expected one or two of"),
    ],
)
def test_what_columns_cannot_say_is_refused(said, message, tmp_path):
    """With what it may say."""
    refused(own(tmp_path, ACCURACY, columns(**said)), tmp_path / "out", message)


def test_a_column_may_be_said_to_be_another(tmp_path):
    """Names of one's own stay, and are explained."""
    rows = [{"cell": row["arch"], "top1": 0.9, "err": 30} for row in ACCURACY]
    found, _ = imported(own(tmp_path, rows, columns(cell="arch", top1="valid_accuracy, fraction", err="test_error")))
    assert np.allclose(errors(found), 10)
    assert found.test.tolist() == [30] * 3


def test_failed_trainings_and_unmeasured_costs_are_nan(tmp_path):
    """Whatever stands for nothing; all other answers are as they were, and only all failed is refused."""
    card = CARD + '[costs]\nparams = "a count"\n'
    rows = [row | {"valid_error": 50 + n, "params": n} for n, row in enumerate(rows_of([3, 4, 5, 6, 7]))]
    for row, nothing in zip(rows, ["", "nan", "NA", "null"], strict=False):
        row["valid_error"] = row["params"] = nothing
    found, _ = imported(own(tmp_path, rows, card))
    assert np.array_equal(errors(found), [np.nan] * 4 + [54], equal_nan=True)
    assert np.array_equal(found.costs["params"], [np.nan] * 4 + [4], equal_nan=True)
    refused(own(tmp_path, rows[:4], card), tmp_path / "no", "valid_error is nan in every row, as if all")


def test_a_failed_training_is_searched_as_one(tmp_path, monkeypatch):
    """A whole table of which some trainings failed becomes a benchmark whose answers there are nan."""
    rows = rows_of(range(SPACE.size))
    for row in rows[::100]:
        row["valid_error"] = "nan"
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "out"))
    import_data("csv", own(tmp_path, rows))
    truth = load("mine/data").truth(SPACE.at(np.arange(SPACE.size)))
    assert np.isnan(truth).sum() == len(rows[::100])
    assert np.isnan(truth[::100]).all()


@pytest.mark.parametrize(
    ("file", "name"),
    [("a:b.csv", "a-b"), ("my cells.csv", "my-cells"), ("..hidden.csv", "hidden"), ("ä.csv", "ä"), ("a.b.csv", "a.b")],
)
def test_every_file_gets_a_name_that_loads(file, name, tmp_path, monkeypatch):
    """Signs that a name may not have are replaced, and that is said."""
    path = written(tmp_path, own(tmp_path, rows_of(range(SPACE.size))).read_bytes(), name=file)
    said: list[str] = []
    monkeypatch.setenv("NASSIM_DATA", str(tmp_path / "out"))
    assert import_data("csv", path, told=said.append) == [f"{name}/data"]
    assert load(f"{name}/data").space is not None
    assert any(line.startswith(f"named {name}, since") for line in said) == (f"{name}.csv" != file)


def test_costs_without_a_column_are_said(tmp_path):
    """With what was probably meant."""
    rows = [row | {"flops": 1} for row in ACCURACY]
    _, said = imported(own(tmp_path, rows, CARD + '[costs]\nflop = "a count"\n'))
    assert "[costs] names 'flop', of which there is no column; did you mean 'flops'?" in said


def test_a_second_import_says_that_it_replaces(tmp_path):
    """The same title and source may be imported again; another is refused until it is asked for."""
    path = own(tmp_path, ACCURACY)
    assert imported(path)[1] == []
    (line,) = imported(path)[1]
    assert line == f"replaced the older import in {tmp_path / 'out/mine'}"
    for change in ({'"Mine"': '"Yours"'}, {'"me"': '"you"'}):
        ((old, new),) = change.items()
        other = own(tmp_path, [ACCURACY[0]], CARD.replace(old, new))
        with pytest.raises(DataError, match=f"holds mine of another .*{old[1:-1]}.*{new[1:-1]}.*--replace"):
            import_data("csv", other, tmp_path / "out")
        assert len(PartialTable.load(tmp_path / "out/mine/data").archs) == 3
    found, said = imported(other, replace=True)
    assert len(found.archs) == 1
    assert said == [f"replaced the older import in {tmp_path / 'out/mine'}"]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/data")
def test_a_published_table_is_read_by_what_its_card_says(tmp_path):
    """HW-NAS-Bench-360 on one device: official numbers, test accuracies, costs, words and an unmeasured energy."""
    duckdb = pytest.importorskip("duckdb")
    path = written(tmp_path, b"", name="mine.parquet")
    table = PUBLISHED / "hw-nas-bench-360/dataset.parquet"
    where = "device = 'pixel' AND task = 'cifar100'"
    duckdb.sql(f"COPY (SELECT * FROM '{table}' WHERE {where}) TO '{path}' (FORMAT parquet)")
    with pytest.raises(
        DataError, match=r"expected a column valid_error.*expected a column arch, or official.*'device'"
    ):
        import_data("parquet", path, tmp_path / "out")
    said = {"arch_idx": "official", "accuracy": "valid_accuracy", "rep_arch_idx": "ignored"}
    said |= dict.fromkeys(("device", "framework", "task", "status"), "ignored")
    card = columns(**said).replace("[columns]", '[costs]\nlat_ms_median = "ms"\n[columns]')
    path.with_suffix(".toml").write_text(card, encoding="utf-8")
    found, told = imported(path, "parquet")
    assert len(found.archs) == SPACE.size
    row = duckdb.sql(f"SELECT accuracy, lat_ms_median FROM '{path}' WHERE arch_idx = 7").fetchall()[0]
    place = int(SPACE.index(SPACE.from_official(7))[0])
    assert found.error[0, place, 0] == 100 - row[0]
    assert found.costs["lat_ms_median"][place] == row[1]
    assert found.card.facts["measured"] == ["lat_ms_var", "energy_mj"]
    assert any(line.startswith("taken for measured after training") and "energy_mj" in line for line in told)
