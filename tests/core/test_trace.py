"""Trace: the incumbent, and files that come back as they were saved or are refused by name."""

from __future__ import annotations

import json
import math
import operator
from dataclasses import fields, replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.core.errors import DataError
from nassim.core.trace import Trace
from nassim.core.trace_schema import EPOCHS, RECOMMENDED
from nassim.data.trace_file import FORMAT

ARRAYS = [field.name for field in fields(Trace) if field.name not in {"provenance", "diagnostics"}]
errors = st.one_of(st.just(math.nan), st.sampled_from([0.0, 1.0, 2.0]), st.floats(-1e300, 1e300), st.just(math.inf))
times = st.floats(0, 1e300)
ABOUT = {
    "benchmark": "toy/ü",
    "data_sha256": "",
    "unit": "% error",
    "search_split": "valid",
    "report_split": "test",
    "strategy": "random_search",
    "settings": {},
    "seed": 0,
    "workers": 1,
    "evaluations": None,
    "seconds": 1.5,
    "hands_in": "best",
    "optimum": 0.3,
}


def padded(rows: list[list[float]], events: int) -> np.ndarray:
    """Return ragged rows as one array, nan after each row's end."""
    return np.array([row + [math.nan] * (events - len(row)) for row in rows], dtype=np.float64)


@st.composite
def traces(draw, genes: int | None = None) -> Trace:
    """Draw traces with unequal lengths, failures, ties and odd run numbers."""
    genes = genes or draw(st.integers(1, 12))
    lengths = draw(st.lists(st.integers(1, 7), min_size=1, max_size=4))
    events = max(lengths)
    columns = [padded([draw(st.lists(kind, min_size=n, max_size=n)) for n in lengths], events)
               for kind in (errors, times, times)]  # fmt: skip
    columns[1] = np.maximum.accumulate(columns[1], axis=1)
    archs = np.full((len(lengths), events, genes), -1, dtype=np.int8)
    for run, length in enumerate(lengths):
        for event in range(length):
            archs[run, event] = draw(st.lists(st.integers(0, 127), min_size=genes, max_size=genes))
    runs = draw(st.lists(st.integers(0, 2**62), min_size=len(lengths), max_size=len(lengths), unique=True))
    hands_in = draw(st.sampled_from(["best", "latest"]))
    optimum = draw(st.one_of(times, st.just(math.nan)))
    provenance = ABOUT | {"hands_in": hands_in, "optimum": optimum, "choices": [128] * genes, "other": "ü/x"}
    notes = {name: np.cumsum(columns[2], axis=1) for name in draw(st.sampled_from([(), ("a",), ("p 0.1", "ü")]))}
    return Trace(np.array(runs), np.array(lengths), archs, *columns, provenance, notes)


def small(hands_in: str = "best", provenance: dict | None = None, *, notes: bool = False) -> Trace:
    """Return one fixed trace of three runs, with or without notes."""
    rows = [[3.0, 1.5, math.nan, 1.5, 1.0], [math.nan, 2.0, 4.0], [0.5, 0.25, 2.0, 8.0]]
    error = padded(rows, 5)
    seconds = padded([[10.0, 20.5, 30.0, 40.0, 50.0], [11.0, 22.0, 33.0], [9.0, 18.0, 27.0, 36.0]], 5)
    truth = padded([[3.1, 1.6, 7.0, 1.4, 1.2], [5.0, 2.1, 4.1], [0.6, 0.3, 2.1, 8.1]], 5)
    archs = np.arange(3 * 5 * 2, dtype=np.int8).reshape(3, 5, 2)
    archs[np.isnan(seconds)] = -1
    about = ABOUT | {"hands_in": hands_in, "choices": [30, 30]}
    noted = {
        name: np.where(np.isnan(seconds), math.nan, float(name == EPOCHS)) for name in (EPOCHS, RECOMMENDED) if notes
    }
    own = np.array([7, 2, 2**40]), np.array([5, 3, 4]), archs, error, seconds, truth
    return Trace(*own, about | (provenance or {}), noted)


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


def incumbent_by_loop(trace: Trace) -> list[list[int]]:
    """Return the incumbent of each run after each event, one event at a time."""
    found = []
    for row in trace.error.tolist():
        best, events = -1, []
        for event, error in enumerate(row):
            improves = best < 0 or trace.provenance["hands_in"] == "latest" or error < row[best]
            if error < math.inf and improves:  # false for nan
                best = event
            events.append(best)
        found.append(events)
    return found


@given(traces())
@settings(deadline=None, max_examples=80)
def test_incumbent_agrees_with_a_loop(trace):
    """The incumbent is the first best success so far (or the latest), kept to the end of the padding."""
    assert trace.incumbent().tolist() == incumbent_by_loop(trace)


@pytest.mark.parametrize(
    ("hands_in", "incumbent"),
    [
        ("best", [[0, 1, 1, 1, 4], [-1, 1, 1, 1, 1], [0, 1, 1, 1, 1]]),
        ("latest", [[0, 1, 1, 3, 4], [-1, 1, 2, 2, 2], [0, 1, 2, 3, 3]]),
    ],
)
def test_incumbent_by_hand(hands_in, incumbent):
    """Ties keep the earlier, failures never count, and a search by mixtures hands in its latest."""
    assert small(hands_in).incumbent().tolist() == incumbent


def test_what_the_strategy_chose_is_handed_in():
    """Its choice stands to the end of the padding; if it chose a failure, or nothing yet, the lowest is handed in."""
    nan = math.nan
    choice = np.array([[nan, 0, 2, 3, 0], [0, 1, 2, nan, nan], [0, 0, 0, 2, nan]])
    chosen = replace(small(), diagnostics={RECOMMENDED: choice})
    assert chosen.incumbent().tolist() == [[0, 0, 1, 3, 0], [-1, 1, 2, 2, 2], [0, 0, 0, 2, 2]]


def test_incumbent_truth_and_regret_by_hand():
    """Truth is that of the incumbent, chosen by the search split; regret is its distance to the optimum."""
    truth = small().incumbent_truth()
    expected = [[3.1, 1.6, 1.6, 1.6, 1.2], [math.nan, 2.1, 2.1, 2.1, 2.1], [0.6, 0.3, 0.3, 0.3, 0.3]]
    assert np.array_equal(truth, expected, equal_nan=True)
    assert np.array_equal(small().regret(), np.array(expected) - 0.3, equal_nan=True)


def test_events_is_the_longest_run():
    """The number of events is that of the run with most evaluations."""
    assert small().events == 5


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


@given(st.lists(traces(genes=3), min_size=1, max_size=4))
@settings(deadline=None, max_examples=40)
def test_join_keeps_every_run(parts):
    """Joined traces hold every run's numbers in the order given, padded to the longest."""
    joined = Trace.join(parts)
    assert joined.events == max(part.events for part in parts)
    assert joined.provenance == parts[0].provenance
    row = 0
    for part in parts:
        for run in range(len(part.runs)):
            assert joined.runs[row] == part.runs[run]
            assert joined.lengths[row] == part.lengths[run]
            for name, nothing in (("archs", -1), ("error", math.nan), ("seconds", math.nan), ("truth", math.nan)):
                whole, own = getattr(joined, name)[row], getattr(part, name)[run]
                assert whole.dtype == own.dtype
                assert np.array_equal(whole[: part.events], own, equal_nan=own.dtype != np.int8)
                assert np.array_equal(
                    whole[part.events :], np.full_like(whole[part.events :], nothing), equal_nan=own.dtype != np.int8
                )
            for name in joined.diagnostics:
                assert np.array_equal(
                    joined.diagnostics[name][row, : part.events], part.diagnostic(name)[run], equal_nan=True
                )
            row += 1
    assert row == len(joined.runs)


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


def test_a_trace_is_a_value(tmp_path):
    """A trace's fields cannot be set; a changed copy leaves it alone."""
    trace = small()
    other = replace(trace, provenance={**trace.provenance, "hands_in": "latest"})
    assert trace.incumbent().tolist() != other.incumbent().tolist()
    with pytest.raises(AttributeError):
        trace.error = other.error
