"""A study runs on any number of processes, is interrupted, continues, and is kept apart from others."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import nassim
from nassim.core.errors import DataError, NassimError
from nassim.data.atomic import alone
from nassim.study.spec.reading import read_spec
from tests.study.studies import CELLS, ROOT, STUDY, TABLES, TOYS, Notes, contents, traces, write


def test_results_do_not_depend_on_the_number_of_processes(straight: Path, tmp_path: Path) -> None:
    """One process and two write the same bytes into the same files, and nothing else."""
    parallel = nassim.run_study(write(tmp_path / "study"), out=tmp_path / "out", jobs=2)
    assert contents(parallel) == contents(straight)
    assert len(traces(parallel)) == CELLS


def test_what_is_there_is_kept(straight: Path, tmp_path: Path) -> None:
    """A second run computes only what is missing, and then the folder is as if it had been run straight."""
    study, out = write(tmp_path / "study"), tmp_path / "out"
    nassim.run_study(study, out=out, jobs=1)
    traces(out)[2].unlink()
    before = {path: path.stat().st_mtime_ns for path in traces(out)}
    notes = Notes()
    nassim.run_study(study, out=out, jobs=1, watcher=notes)
    assert notes.begun == (CELLS - 1, CELLS)
    assert notes.advanced == 1
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert contents(out) == contents(straight)


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "foreign"])
def test_a_damaged_unit_is_named_and_made_again(damage: str, straight: Path, tmp_path: Path) -> None:
    """A trace that was cut short, changed or replaced is not believed."""
    study, out = write(tmp_path / "study"), tmp_path / "out"
    nassim.run_study(study, out=out, jobs=1)
    victim = traces(out)[1]
    data = victim.read_bytes()
    middle = len(data) // 4
    flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    other = traces(out)[0].read_bytes()
    victim.write_bytes({"truncated": data[:-100], "flipped": flipped, "empty": b"", "foreign": other}[damage])
    notes = Notes()
    nassim.run_study(study, out=out, jobs=1, watcher=notes)
    assert len(notes.notes) == 1
    assert str(victim) in notes.notes[0]
    assert contents(out) == contents(straight)


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_killed_study_continues(jobs: int, tmp_path: Path) -> None:
    """After kill -9 in the middle of the work nothing half-written counts, and a rerun ends as a straight run does."""
    slow = f'{STUDY}\n[[strategy]]\nname = "{TOYS}:Slow"\n'
    study, out = write(tmp_path / "study", slow), tmp_path / "out"
    code = f"import nassim; nassim.run_study({str(study)!r}, out={str(out)!r}, jobs={jobs})"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)
    while process.poll() is None and not traces(out):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert len(traces(out)) < CELLS + 2
    nassim.run_study(study, out=out, jobs=1)
    nassim.run_study(study, out=tmp_path / "straight", jobs=1)
    assert contents(out) == contents(tmp_path / "straight")


def test_an_interrupt_leaves_what_is_done_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C comes through to the caller; finished units stay, and no partial file does."""
    real = os.fsync

    def interrupted(handle: int) -> None:
        if len(traces(tmp_path / "out")) == 2:
            raise KeyboardInterrupt
        real(handle)

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        nassim.run_study(write(tmp_path / "study"), out=tmp_path / "out", jobs=1)
    assert len(contents(tmp_path / "out")) == 3


@pytest.mark.parametrize("allowed", [0, 1, 3])
def test_a_full_disk_is_named(allowed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, one line names the file and says what to do; whole files stay, and no half one does."""
    synced = []

    def full(handle: int) -> None:
        synced.append(handle)
        if len(synced) > allowed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match=r"out/.*: cannot be written \(No space left on device\); free some space"):
        nassim.run_study(write(tmp_path / "study"), out=tmp_path / "out", jobs=1)
    assert len(contents(tmp_path / "out")) == allowed


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file in the place of the results folder, or above it, and a read-only file system."""
    study = write(tmp_path / "study")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="file: this is a file, not a folder"):
        nassim.run_study(study, out=tmp_path / "file")
    for out in (tmp_path / "file" / "out", Path("/proc/nassim/out")):
        with pytest.raises(DataError, match=re.escape(f"{out}: cannot be written")):
            nassim.run_study(study, out=out)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """Results are not mixed with other files, nor with another study's results."""
    study = write(tmp_path / "study")
    with pytest.raises(DataError, match=r"study: not empty and not a results folder .*--out"):
        nassim.run_study(study, out=study)
    out = nassim.run_study(study, out=tmp_path / "out", jobs=1)
    before = contents(out)
    other = write(tmp_path / "other", STUDY.replace('"toys"', '"other"'))
    with pytest.raises(DataError, match=r"out: holds the results of study 'toys' .*not of study 'other'.*--out"):
        nassim.run_study(other, out=out)
    assert contents(out) == before


RECORDS = {
    "version": ('"nassim": "', '"nassim": "9.', "holds the results of study 'toys' by nassim 9"),
    "format": ('"format": 1', '"format": 2', r"study\.json: format 2, this nassim reads 1"),
    "cut short": ("]", "", r"study\.json: malformed JSON: .*; it is damaged, or not of nassim; delete the folder"),
    "other JSON": ('"study"', '"stud"', r"study\.json: the key 'study' is missing; it is damaged"),
}


@pytest.mark.parametrize(("old", "new", "message"), RECORDS.values(), ids=RECORDS)
def test_a_folder_of_another_version_is_refused(
    old: str, new: str, message: str, straight: Path, tmp_path: Path
) -> None:
    """A results folder of another nassim or format, or with a damaged record, is refused and not touched."""
    out = tmp_path / "out"
    out.mkdir()
    record = (straight / "study.json").read_text(encoding="utf-8").replace(old, new)
    (out / "study.json").write_text(record, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        nassim.run_study(write(tmp_path / "study"), out=out)
    assert contents(out) == {"study.json": record.encode()}


def test_a_folder_has_one_writer(tmp_path: Path) -> None:
    """While one process works in a results folder, another is told to wait; then it may."""
    study, out = write(tmp_path / "study"), tmp_path / "out"
    out.mkdir()
    with alone(out), pytest.raises(DataError, match="another nassim is at work in this folder"):
        nassim.run_study(study, out=out)
    assert nassim.run_study(study, out=out, jobs=1) == out


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_strategy_that_fails_later_is_named(jobs: int, tmp_path: Path) -> None:
    """What goes wrong in the middle of the work is one error that names the cell, from any process."""
    study = write(tmp_path / "study", STUDY.replace(TABLES, f'[[strategy]]\nname = "{TOYS}:Quitter"\n'))
    with pytest.raises(NassimError, match=f"{TOYS}:Quitter on {TOYS}:(ONE|TWO): enough"):
        nassim.run_study(study, out=tmp_path / "out", jobs=jobs)
    assert list(contents(tmp_path / "out")) == ["study.json"]


def test_the_record_says_what_was_run(straight: Path) -> None:
    """study.json holds the whole study, the versions, and where each trace is."""
    record = json.loads((straight / "study.json").read_text(encoding="utf-8"))
    assert record["study"] == read_spec(straight.parent / "study").to_json()
    assert record["versions"]["numpy"]
    assert sorted(str(straight / path) for paths in record["traces"] for path in paths) == [
        str(path) for path in traces(straight)
    ]
