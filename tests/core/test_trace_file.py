"""The file of a trace: it comes back as it was, and what is damaged or foreign is refused by name."""

from __future__ import annotations

import json
import operator
from dataclasses import fields

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from nassim.core.errors import DataError
from nassim.core.trace import Trace
from nassim.data.trace_file import FORMAT
from tests.core.traces import small, traces

ARRAYS = [field.name for field in fields(Trace) if field.name not in {"provenance", "diagnostics"}]


def same(first: Trace, second: Trace) -> bool:
    """Return whether two traces are equal in every number, type and fact."""
    facts = (trace.provenance | {"optimum": repr(trace.provenance["optimum"])} for trace in (first, second))
    return operator.eq(*facts) and all(
        a.dtype == b.dtype and a.shape == b.shape and (np.array_equal(a, b) or np.array_equal(a, b, equal_nan=True))
        for a, b in (
            *((getattr(first, name), getattr(second, name)) for name in ARRAYS),
            *((first.diagnostic(name), second.diagnostic(name)) for name in first.diagnostics | second.diagnostics),
        )
    )


@given(traces())
@settings(deadline=None, max_examples=60)
def test_a_saved_trace_comes_back_as_it_was(tmp_path_factory, trace):
    """Saving and loading keeps every number bit for bit, every type, every fact of provenance."""
    path = tmp_path_factory.mktemp("traces") / "some.parquet"
    trace.save(path)
    assert same(Trace.load(path), trace)
    assert [entry.name for entry in path.parent.iterdir()] == ["some.parquet"]


def test_saving_twice_gives_the_same_bytes(tmp_path):
    """A file depends on the trace alone, so that interrupted and straight studies can be compared by bytes."""
    small().save(tmp_path / "first.parquet")
    Trace.load(tmp_path / "first.parquet").save(tmp_path / "second.parquet")
    assert (tmp_path / "first.parquet").read_bytes() == (tmp_path / "second.parquet").read_bytes()


def test_a_saved_trace_reads_as_a_tidy_table(tmp_path):
    """Without nassim, a trace is a Parquet table with one row per completed evaluation."""
    small().save(tmp_path / "some.parquet")
    table = pq.read_table(tmp_path / "some.parquet").to_pydict()
    assert table["run"] == [7] * 5 + [2] * 3 + [2**40] * 4
    assert table["event"] == [0, 1, 2, 3, 4, 0, 1, 2, 0, 1, 2, 3]
    assert table["gene1"][:3] == [1, 3, 5]
    assert table["truth"][5:8] == [5.0, 2.1, 4.1]


def test_saving_replaces_a_file_or_leaves_it_alone(tmp_path):
    """A new trace takes the place of the old; one that cannot be written leaves the old, and no half file."""
    path = tmp_path / "some.parquet"
    small().save(path)
    small("latest").save(path)
    assert Trace.load(path).provenance["hands_in"] == "latest"
    with pytest.raises(TypeError):
        small(provenance={"unwritable": object()}).save(path)
    assert Trace.load(path).provenance["hands_in"] == "latest"
    assert [entry.name for entry in tmp_path.iterdir()] == ["some.parquet"]


def test_a_missing_file_is_named(tmp_path):
    """A trace that is not there gives a DataError that names it."""
    with pytest.raises(DataError, match=r"nowhere\.parquet"):
        Trace.load(tmp_path / "nowhere.parquet")


def test_another_format_is_refused(tmp_path):
    """A file of another format version is refused with both versions."""
    path = tmp_path / "some.parquet"
    small().save(path)
    table = pq.read_table(path)
    about = json.loads(table.schema.metadata[b"nassim"]) | {"format": FORMAT + 41}
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, b"nassim": json.dumps(about)}), path)
    with pytest.raises(DataError, match=rf"some\.parquet.*{FORMAT + 41}"):
        Trace.load(path)


def rewritten(path, **changes) -> None:
    """Write a trace whose description of itself has been changed."""
    small().save(path)
    table = pq.read_table(path)
    about = json.loads(table.schema.metadata[b"nassim"]) | changes
    about = {key: value for key, value in about.items() if value is not None}
    pq.write_table(table.replace_schema_metadata({b"nassim": json.dumps(about)}), path)


@pytest.mark.parametrize(
    "changes",
    [
        {"lengths": [5, 3, 3]},
        {"lengths": [5, 3]},
        {"lengths": [3, 5, 4]},
        {"lengths": [5, -3, 4]},
        {"lengths": "5, 3, 4"},
        {"runs": [7, 2]},
        {"runs": [7, 2, 2**80]},
        {"runs": [7, 2, 3]},
        {"lengths": None},
        {"format": None},
        {"provenance": None},
    ],
    ids=str,
)
def test_a_description_that_does_not_fit_is_refused(tmp_path, changes):
    """A trace whose run numbers, lengths or facts do not fit its rows is damaged, whatever else it says."""
    rewritten(tmp_path / "some.parquet", **changes)
    with pytest.raises(DataError, match=r"some\.parquet"):
        Trace.load(tmp_path / "some.parquet")


@pytest.mark.parametrize("column", ["error", "gene1", "event", "truth"])
def test_a_missing_column_is_refused(tmp_path, column):
    """A trace without one of its columns is damaged."""
    path = tmp_path / "some.parquet"
    small().save(path)
    table = pq.read_table(path)
    pq.write_table(table.drop_columns([column]), path)
    with pytest.raises(DataError, match=r"some\.parquet"):
        Trace.load(path)


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"PAR1PAR1", b"run,event\n1,2\n", b"\0" * 100, b"PAR1" + b"\xff" * 50 + b"PAR1"]
)
def test_what_is_no_trace_is_refused(tmp_path, content):
    """Empty, foreign and nonsense files are refused by name."""
    path = tmp_path / "some.parquet"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"some\.parquet"):
        Trace.load(path)


def test_a_table_of_another_program_is_refused(tmp_path):
    """A Parquet file that does not describe itself as a trace is refused by name."""
    path = tmp_path / "some.parquet"
    pq.write_table(pa.table({"run": [1], "event": [0]}), path)
    with pytest.raises(DataError, match=r"some\.parquet"):
        Trace.load(path)


def test_a_truncated_file_is_refused_wherever_it_ends(tmp_path):
    """Cut at any length, a trace is refused by name."""
    path, cut = tmp_path / "some.parquet", tmp_path / "cut.parquet"
    small().save(path)
    content = path.read_bytes()
    for length in range(0, len(content), 9):
        cut.write_bytes(content[:length])
        with pytest.raises(DataError, match=r"cut\.parquet"):
            Trace.load(cut)


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_a_flipped_byte_is_noticed_or_harmless(tmp_path, flip):
    """With any one byte changed, a trace is refused by name or still reads as it was: never wrong, never a crash."""
    path, damaged = tmp_path / "some.parquet", tmp_path / "damaged.parquet"
    trace = small()
    trace.save(path)
    content = bytearray(path.read_bytes())
    wrong = []
    for place in range(flip % 5, len(content), 5):
        content[place] ^= flip
        damaged.write_bytes(content)
        content[place] ^= flip
        try:
            if not same(Trace.load(damaged), trace):
                wrong.append((place, "other content"))
        except DataError as error:
            if "damaged.parquet" not in str(error):
                wrong.append((place, "file not named"))
        except Exception as error:  # noqa: BLE001  (this is what must not happen)
            wrong.append((place, repr(error)))
    assert not wrong
