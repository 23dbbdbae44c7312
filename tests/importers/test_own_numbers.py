"""Numbers of results: fractions and percents, separators and commas, and types of other tools."""

from __future__ import annotations

import decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.importers.own import ACCURACY, columns, errors, imported, written
from tests.importers.test_own import CARD, own, refused


def test_fractions_that_are_said_to_be_become_percent(tmp_path):
    """An accuracy of .9 is an error of 10 %."""
    rows = [row | {"valid_accuracy": row["valid_accuracy"] / 100, "test_error": 0.25} for row in ACCURACY]
    found, _ = imported(own(tmp_path, rows, columns(valid_accuracy="fraction", test_error="fraction")))
    assert np.allclose(errors(found), [10, 9, 8])
    assert found.test.tolist() == [25, 25, 25]


@pytest.mark.parametrize("name", ["valid_accuracy", "valid_error"])
def test_what_may_be_a_fraction_is_refused(name, tmp_path):
    """Numbers in 0..1 alone do not say whether they are percent; the line says what to write."""
    rows = [{"arch": row["arch"], name: 0.5} for row in ACCURACY]
    refused(own(tmp_path, rows), tmp_path / "out", rf'all of {name} lie in 0..1: write "{name}" = "fraction" under')
    both = [row | {"test_error": 0.25} for row in rows]
    refused(own(tmp_path, both), tmp_path / "out", f"all of {name} .*; all of test_error lie in 0..1: write")
    found, _ = imported(own(tmp_path, rows, columns(**{name: "percent"})))
    assert set(errors(found)) == {99.5 if name == "valid_accuracy" else 0.5}


@pytest.mark.parametrize(
    ("value", "said", "message"),
    [
        (130, {}, "row 2: valid_accuracy is 130, expected 0 to 100 percent"),
        (-1, {}, "row 2: valid_accuracy is -1, expected 0 to 100 percent"),
        (1.3, {"valid_accuracy": "fraction"}, "row 1: valid_accuracy is 90, expected 0 to 1, a fraction"),
    ],
)
def test_what_no_percentage_can_be_is_refused(value, said, message, tmp_path):
    """By the row; 130 % would be an error of -30 %."""
    rows = [row | ({"valid_accuracy": value} if n == 1 else {}) for n, row in enumerate(ACCURACY)]
    refused(own(tmp_path, rows, columns(**said)), tmp_path / "out", message)


def test_another_unit_is_no_percentage(tmp_path):
    """Losses may be any numbers; accuracies make no loss."""
    card = CARD + 'unit = "nats"\n'
    rows = [{"arch": row["arch"], "valid_error": -0.5 * n} for n, row in enumerate(ACCURACY)]
    found, _ = imported(own(tmp_path, rows, card))
    assert errors(found) == [0, -0.5, -1]
    refused(own(tmp_path, ACCURACY, card), tmp_path / "no", "makes an error in percent, the card's unit is 'nats'")


def test_percent_signs_are_read(tmp_path):
    """94.3% is 94.3; a sign in some rows only is not."""
    rows = [row | {"valid_accuracy": f"{row['valid_accuracy']} %"} for row in ACCURACY]
    found, _ = imported(own(tmp_path, rows))
    assert errors(found) == [10, 9, 8]
    rows[1]["valid_accuracy"] = "91"
    refused(own(tmp_path, rows), tmp_path / "no", r"'valid_accuracy' holds '90.0 %' in row 1, expected numbers")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_separator_is_read(separator, tmp_path):
    """The one that the header is made of; texts with others in them are quoted."""
    lines = ["arch", "valid_accuracy", "params"], *([f'"{row["arch"]}"', "90", "1000"] for row in ACCURACY)
    found, _ = imported(written(tmp_path, "\n".join(map(separator.join, lines)) + "\n"))
    assert errors(found) == [10, 10, 10]
    assert found.costs["params"].tolist() == [1000] * 3


def test_decimal_commas_are_read(tmp_path):
    """As a German table has them; what may be thousands is refused."""
    lines = [f"{row['arch']};9{n},25;1" for n, row in enumerate(ACCURACY)]
    found, _ = imported(written(tmp_path, "\n".join(["arch;valid_accuracy;replicas_done", *lines])))
    assert errors(found) == [9.75, 8.75, 7.75]
    lines = [f"{row['arch']};90;{n},250.5" for n, row in enumerate(ACCURACY, 1)]
    found, _ = imported(written(tmp_path, "\n".join(["arch;valid_accuracy;params", *lines])))
    assert found.costs["params"].tolist() == [1250.5, 2250.5, 3250.5]
    lines = [f"{row['arch']};90;1,250" for row in ACCURACY]
    path = written(tmp_path, "\n".join(["arch;valid_accuracy;params", *lines]))
    refused(path, tmp_path / "no", "'params' holds '1,250' in row 1")


def test_types_of_other_tools_are_numbers(tmp_path):
    """Decimals of DuckDB, categories of pandas, booleans, nullable integers, whole floats of epochs, 32-bit floats."""
    table = pa.table(
        {
            "arch": pa.array([row["arch"] for row in ACCURACY]).dictionary_encode(),
            "valid_error": pa.array([decimal.Decimal("10.25")] * 3, pa.decimal128(18, 3)),
            "epoch": pa.array([200.0] * 3),
            "replica": pa.array([0] * 3, pa.uint8()),
            "seconds": pa.array([12.5] * 3, pa.float32()),
            "skip": pa.array([True, False, None]),
            "params": pa.array([1, None, 3], pa.int64()),
            "depth": pa.array(["1", "2", "3"]),
        }
    )
    path = written(tmp_path, b"", name="mine.parquet")
    pq.write_table(table, path)
    found, _ = imported(path, "parquet")
    assert (errors(found), found.epochs, found.seconds.max()) == ([10.25] * 3, (200,), 12.5)
    for name, wanted in {"skip": [1, 0, np.nan], "params": [1, np.nan, 3], "depth": [1, 2, 3]}.items():
        assert np.array_equal(found.costs[name], wanted, equal_nan=True)


def test_duckdb_writes_what_is_read(tmp_path):
    """A query's literals are decimals there."""
    duckdb = pytest.importorskip("duckdb")
    path = written(tmp_path, b"", name="mine.parquet")
    arch = ACCURACY[0]["arch"]
    duckdb.sql(f"COPY (SELECT '{arch}' AS arch, 90.5 AS valid_accuracy, 7 AS params) TO '{path}' (FORMAT parquet)")
    found, _ = imported(path, "parquet")
    assert errors(found) == [9.5]


@given(st.floats(0, 100), st.sampled_from(["{:.3f}", "{:e}", " {:g} ", "{:.2f}%", "+{:.1f}"]), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_numbers_are_read_as_python_reads_them(tmp_path, value, form, quoted):
    """In any usual spelling, quoted or not."""
    text = form.format(value)
    cell = f'"{text}"' if quoted else text
    path = written(tmp_path, f"arch,valid_error\n{ACCURACY[0]['arch']},{cell}\n", columns(valid_error="percent"))
    found, _ = imported(path)
    assert errors(found) == [min(float(text.strip().rstrip("%")), 100)]
