"""Traces that nassim has not written, though their checksum is right: each is refused with the place and the reason."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nassim.core.errors import DataError
from nassim.core.trace import Trace
from nassim.core.trace_schema import MOST_OPTIONS
from nassim.data import memory
from nassim.data.trace_file import FORMAT, _digest
from tests.core.traces import small

NAN, INF = float("nan"), float("inf")


def signed(path: Any, about: dict[str, Any], columns: dict[str, Any]) -> None:
    """Write a trace of this description and content, with the checksum of both."""
    text = json.dumps(about)
    table = pa.table(columns)
    read = {name: table[name].to_numpy() for name in table.column_names}
    pq.write_table(table.replace_schema_metadata({"nassim": text, "sha256": _digest(text, read)}), path)


def parts(path: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the description and the columns of a right trace of three runs with 5, 3 and 4 evaluations."""
    small(notes=True).save(path)
    table = pq.read_table(path)
    return json.loads(table.schema.metadata[b"nassim"]), {name: table[name].to_numpy() for name in table.column_names}


SAYS = {
    "lengths that do not sum to the rows": ({"lengths": [5, 3, 3]}, "with the file's 12 rows, got 3 of 11 evaluations"),
    "too few lengths": ({"lengths": [8, 4]}, "those of 3 runs"),
    "negative lengths": ({"lengths": [8, -1, 5]}, r"lengths: expected whole numbers in 0\.\.2"),
    "lengths that are no numbers": ({"lengths": [5, "3", 4]}, "lengths: expected whole numbers"),
    "flags for lengths": ({"lengths": [True, 7, 4]}, "lengths: expected whole numbers"),
    "duplicate runs": ({"runs": [7, 7, 2]}, "each run number once"),
    "no runs": ({"runs": [], "lengths": []}, "each run number once, one at least"),
    "runs out of range": ({"runs": [7, 2, 2**63]}, "runs: expected whole numbers"),
    "negative runs": ({"runs": [7, -2, 3]}, "runs: expected whole numbers"),
    "runs in another order": ({"runs": [2, 7, 2**40]}, "event 0: expected the runs in order in the column run, got 7"),
    "no provenance": ({"provenance": {}}, "provenance: expected 'benchmark', it is missing"),
    "a list of facts": ({"provenance": [1]}, "expected facts by name"),
    "another format": ({"format": 3}, f"trace format 3, this nassim reads {FORMAT}; run the study again"),
    "nested too deep": ({"provenance": {"settings": {}}}, "expected 'benchmark', it is missing"),
}
FACT = {
    "optimum": ("3", "expected 'optimum' to be a number or nan, got '3'"),
    "hands_in": ("worst", "'hands_in' must be 'best' or 'latest'"),
    "workers": (0, "'workers' must be a whole number >= 1, got 0"),
    "evaluations": (-5, "'evaluations' must be a whole number >= 1 or absent, got -5"),
    "seconds": (-1.0, "'seconds' must be a number > 0 or absent"),
    "unit": (5, "'unit' must be a text"),
    "settings": ([], "'settings' must be"),
    "choices": ([30, 2**40], "expected 'choices' of 1..32,767 options"),
}
HOLDS: dict[str, tuple[str, Any, Any, str]] = {
    "gene 99": ("gene1", 3, 99, r"run 7, event 3: expected an option in 0\.\.29 in the column gene1, got 99"),
    "a negative gene": ("gene0", 0, -1, r"run 7, event 0: expected an option in 0\.\.29 in the column gene0, got -1"),
    "seconds that fall": ("seconds", 6, 1.0, "run 2, event 1: expected seconds >= 0 that never fall .* got 1.0"),
    "negative seconds": ("seconds", 5, -1.0, "run 2, event 0: expected seconds >= 0"),
    "seconds nan": ("seconds", 2, NAN, "run 7, event 2: expected seconds"),
    "seconds inf": ("seconds", 4, INF, "run 7, event 4: expected seconds"),
    "error -inf": (
        "error",
        4,
        -INF,
        "run 7, event 4: expected a number, or nan or inf of a failure in the column error",
    ),
    "truth inf": ("truth", 4, INF, "run 7, event 4: expected a number, or nan where it is unknown in the column truth"),
    "an event twice": ("event", 1, 0, "run 7, event 1: expected the events of each run in order, from 0"),
    "another run": ("run", 1, 2, "run 2, event 1: expected the runs in order"),
    "half an epoch": ("note: epochs", 0, 1.5, "expected a whole number >= 0 in the column note: epochs, got 1.5"),
    "a later choice": (
        "note: choice",
        1,
        3.0,
        "event 1: expected an event up to this one, or -1 in the column note: ch",
    ),
}
SHAPES = {
    "no error": (lambda c: {name: c[name] for name in c if name != "error"}, "see error"),
    "another column": (lambda c: c | {"extra": c["error"]}, "see extra"),
    "a missing gene": (lambda c: {name: c[name] for name in c if name != "gene0"}, "see gene0"),
    "whole errors": (lambda c: c | {"error": np.nan_to_num(c["error"]).astype(np.int64)}, "expected double, got int64"),
    "narrow seconds": (lambda c: c | {"seconds": c["seconds"].astype(np.float32)}, "expected double, got float"),
    "text runs": (lambda c: c | {"run": list(map(str, c["run"]))}, "run: expected int64, got string"),
    "wide genes": (lambda c: c | {"gene0": c["gene0"].astype(np.int64)}, "gene0: expected int8 or int16, got int64"),
    "nulls": (lambda c: c | {"truth": pa.array([None, *c["truth"][1:]], pa.float64())}, "a number in every row"),
}


def refused(path: Any, why: str) -> None:
    """Assert that a trace is refused in one line that names the file and says why and what to do."""
    with pytest.raises(DataError, match=why) as caught:
        Trace.load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    assert re.search("run|free some", str(caught.value))
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(("changes", "why"), SAYS.values(), ids=SAYS)
def test_a_signed_trace_that_says_what_cannot_be_is_refused(tmp_path, changes, why) -> None:
    """Runs, lengths and provenance that do not fit each other or the rows."""
    path = tmp_path / "some.parquet"
    about, columns = parts(path)
    signed(path, about | changes, columns)
    refused(path, why)


@pytest.mark.parametrize("name", FACT)
def test_a_signed_trace_without_a_fact_or_with_a_wrong_one_is_refused(tmp_path, name) -> None:
    """Each fact that readers rely on is there, of its type and range."""
    path, (value, why) = tmp_path / "some.parquet", FACT[name]
    about, columns = parts(path)
    facts = about["provenance"]
    signed(path, about | {"provenance": facts | {name: value}}, columns)
    refused(path, why)
    signed(path, about | {"provenance": {key: facts[key] for key in facts if key != name}}, columns)
    refused(path, f"'{name}'")


@pytest.mark.parametrize(("column", "row", "value", "why"), HOLDS.values(), ids=HOLDS)
def test_a_signed_trace_that_holds_what_cannot_be_is_refused(tmp_path, column, row, value, why) -> None:
    """One number of one evaluation is enough."""
    path = tmp_path / "some.parquet"
    about, columns = parts(path)
    changed = columns[column].copy()
    changed[row] = value
    signed(path, about, columns | {column: changed})
    refused(path, why)


@pytest.mark.parametrize(("change", "why"), SHAPES.values(), ids=SHAPES)
def test_a_signed_trace_of_other_columns_is_refused(tmp_path, change, why) -> None:
    """Columns that lack, are too many, or are of another type."""
    path = tmp_path / "some.parquet"
    about, columns = parts(path)
    signed(path, about, change(columns))
    refused(path, why)


def test_a_trace_of_the_format_before_is_read(tmp_path) -> None:
    """Format 1 did not say how many options a gene has; all else comes back as it was written."""
    path = tmp_path / "some.parquet"
    about, columns = parts(path)
    now = Trace.load(path)
    facts = {name: value for name, value in about["provenance"].items() if name != "choices"}
    signed(path, about | {"format": 1, "provenance": facts}, columns)
    before = Trace.load(path)
    for name in ("runs", "lengths", "archs", "error", "seconds", "truth"):
        np.testing.assert_array_equal(getattr(before, name), getattr(now, name))
    assert before.provenance == facts | {"choices": [MOST_OPTIONS] * len(about["provenance"]["choices"])}
    signed(path, about | {"provenance": facts}, columns)
    refused(path, "expected 'choices', it is missing")


def test_a_description_nested_too_deep_is_refused(tmp_path) -> None:
    """Not a RecursionError."""
    path = tmp_path / "some.parquet"
    _, columns = parts(path)
    table = pa.table(columns).replace_schema_metadata({"nassim": "[" * 100_000, "sha256": "0"})
    pq.write_table(table, path)
    refused(path, "more than 32 deep")


def test_more_evaluations_than_the_budget_are_refused(tmp_path) -> None:
    """Before any of them is read."""
    path = tmp_path / "some.parquet"
    about, columns = parts(path)
    signed(path, about | {"provenance": about["provenance"] | {"evaluations": 4}}, columns)
    refused(path, "expected 4 evaluations at most, got 5")


def test_rows_that_do_not_fit_into_memory_are_not_read(tmp_path, monkeypatch) -> None:
    """A small file may claim any number of rows: it is refused by what it says, with the numbers."""
    path = tmp_path / "some.parquet"
    parts(path)
    monkeypatch.setattr(memory, "available", lambda: 500)
    monkeypatch.setattr(pq.ParquetFile, "read", lambda *_, **__: pytest.fail("was read"))
    refused(path, r"the 12 rows that it claims would take [\d.,]+ KiB of memory, 500 bytes are free")


def test_ragged_runs_that_do_not_fit_into_memory_are_not_spread_out(tmp_path, monkeypatch) -> None:
    """Rows may fit where arrays of all runs, as long as the longest, do not."""
    path = tmp_path / "some.parquet"
    about, columns = parts(path)
    many = 2000
    lengths = [5, 3, *[0] * many, 4]
    signed(path, about | {"runs": [7, 2, *range(10, 10 + many), 2**40], "lengths": lengths}, columns)
    monkeypatch.setattr(memory, "available", lambda: 10_000)
    refused(path, "its evaluations would take")


def test_memory_is_said_in_words() -> None:
    """And there is some."""
    assert [memory.said(size) for size in (12, 1536, 3 * 2**30)] == ["12 bytes", "1.5 KiB", "3.0 GiB"]
    assert memory.available() > 2**20
