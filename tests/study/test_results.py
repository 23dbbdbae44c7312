"""A results folder is read as it was left, or refused with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nassim
from nassim.core.errors import DataError
from nassim.core.trace import Trace
from nassim.study.results import ResultsFolder
from tests.study.studies import CELLS, STUDY, TOYS, traces, write

RUNS = 520  # more than one unit's


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Run the study of a few units."""
    return nassim.run_study(write(tmp_path / "study"), out=tmp_path / "out", jobs=1, runs=RUNS)


def test_results_know_their_study(folder: Path) -> None:
    """Labels and benchmarks come in the study's order, with all that was run and the versions."""
    results = ResultsFolder.open(folder)
    assert results.folder == folder
    assert results.strategies == ("random_search", *(f"regularized_evolution[population={n},sample=2]" for n in (4, 8)))
    assert results.benchmarks == (f"{TOYS}:ONE", f"{TOYS}:TWO")
    assert results.study["runs"] == RUNS
    assert results.study["budget"] == {"evaluations": 12, "seconds": None}
    assert results.study["versions"]["nassim"]


def test_a_trace_joins_its_units(folder: Path) -> None:
    """The runs of all units of a cell come back in order, as one simulation of all of them."""
    from tests.study.toys import ONE

    trace = ResultsFolder.open(str(folder)).trace("regularized_evolution[population=8,sample=2]", f"{TOYS}:ONE")
    whole = nassim.simulate("regularized_evolution", ONE, runs=RUNS, evaluations=12, seed=3, population=8, sample=2)
    for name in ("runs", "lengths", "archs", "error", "seconds", "truth"):
        assert np.array_equal(getattr(trace, name), getattr(whole, name)), name


def test_missing_traces_are_counted(folder: Path) -> None:
    """ResultsFolder that are not complete are refused, and the message says how to complete them."""
    for path in traces(folder)[:3]:
        path.unlink()
    with pytest.raises(DataError, match=f"3 of {2 * CELLS} traces are missing; .*nassim run"):
        ResultsFolder.open(folder)


def test_a_damaged_trace_is_named(folder: Path) -> None:
    """A trace cut short is found when it is read, with its name and what to do."""
    results = ResultsFolder.open(folder)
    victim = results.files["random_search", f"{TOYS}:TWO"][1]
    victim.write_bytes(victim.read_bytes()[:-20])
    with pytest.raises(DataError, match=rf"{victim.name}: damaged.*nassim run") as caught:
        results.trace("random_search", f"{TOYS}:TWO")
    assert str(caught.value).startswith(str(victim))


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    """No folder, a file, and a folder of something else are no results."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    for place in (tmp_path / "nowhere", tmp_path / "file", write(tmp_path / "study", STUDY)):
        with pytest.raises(DataError, match=f"{place.name}: not a results folder, it has no study.json"):
            ResultsFolder.open(place)


BREAK = {
    "no JSON": lambda _: "{",
    "a list": lambda _: "[]",
    "no study": lambda record: json.dumps({key: value for key, value in record.items() if key != "study"}),
    "no versions": lambda record: json.dumps({**record, "versions": {}}),
    "fewer traces": lambda record: json.dumps({**record, "traces": record["traces"][1:]}),
    "odd traces": lambda record: json.dumps({**record, "traces": [[1]] * CELLS}),
    "no name": lambda record: json.dumps({**record, "study": {**record["study"], "name": None}}),
    "bytes": lambda _: "\x80",
}


@pytest.mark.parametrize("how", BREAK.values(), ids=BREAK)
def test_a_damaged_record_is_refused(how, folder: Path) -> None:
    """Whatever is wrong with study.json is one line, not a traceback."""
    path = folder / "study.json"
    path.write_text(how(json.loads(path.read_text(encoding="utf-8"))), encoding="latin-1")
    with pytest.raises(DataError, match=r"study\.json: .*; it is damaged"):
        ResultsFolder.open(folder)


def test_another_format_is_refused(folder: Path) -> None:
    """ResultsFolder of another format are refused with both numbers."""
    path = folder / "study.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"format": 1', '"format": 7'), encoding="utf-8")
    with pytest.raises(DataError, match=r"study\.json: format 7, this nassim reads 1"):
        ResultsFolder.open(folder)


def test_a_trace_of_other_work_is_refused(tmp_path: Path) -> None:
    """A file that was copied over another is not taken for it, nor are the record's entries exchanged."""
    out = nassim.run_study(write(tmp_path), out=tmp_path / "out", jobs=1)
    first, second = sorted(out.glob("traces/*/*/*.parquet"))[:2]
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    results = ResultsFolder.open(out)
    with pytest.raises(DataError, match="this is the trace of other work"):
        [results.trace(label, benchmark) for label in results.strategies for benchmark in results.benchmarks]
    first.write_bytes(content)
    record = json.loads((out / "study.json").read_text())
    record["traces"] = record["traces"][::-1]
    (out / "study.json").write_text(json.dumps(record))
    with pytest.raises(DataError, match="names traces of one strategy as another's"):
        ResultsFolder.open(out)


def remake(path: Path, **facts: str) -> None:
    """Change what a trace says of its making, as another version would have said it."""
    trace = Trace.load(path)
    replace(trace, provenance=trace.provenance | facts).save(path)


def test_a_cell_of_two_versions_is_refused(folder: Path) -> None:
    """Units of one cell that were made by different versions, put together by hand, are no result."""
    results = ResultsFolder.open(folder)
    remake(results.files["random_search", f"{TOYS}:TWO"][1], numpy="1.0")
    with pytest.raises(DataError, match=r"random_search on .*:TWO mixes runs of different versions; give the same"):
        results.trace("random_search", f"{TOYS}:TWO")


def test_cells_of_two_versions_are_refused(folder: Path) -> None:
    """A whole cell of another version than the record names says which."""
    results = ResultsFolder.open(folder)
    for path in results.files["random_search", f"{TOYS}:ONE"]:
        remake(path, nassim="0.0.1")
    with pytest.raises(DataError, match=r"random_search on .*:ONE was made with nassim 0\.0\.1, but study\.json says"):
        results.trace("random_search", f"{TOYS}:ONE")


@pytest.mark.parametrize("empty", ["strategies", "benchmarks", "traces"])
def test_a_record_of_nothing_is_refused(empty: str, folder: Path) -> None:
    """Without a strategy, a benchmark, or a trace of a cell there is nothing to report."""
    path = folder / "study.json"
    text = path.read_text(encoding="utf-8")
    record = json.loads(text)
    if empty == "traces":
        record["traces"][0] = []
    else:
        record["study"][empty], record["traces"] = [], []
    try:
        path.write_text(json.dumps(record), encoding="utf-8")
        with pytest.raises(DataError, match="a trace of each cell at least"):
            ResultsFolder.open(folder)
    finally:
        path.write_text(text, encoding="utf-8")
