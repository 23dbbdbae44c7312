"""`nassim report`: the same report again, and results that are refused."""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from nassim.core.trace import Trace
from tests.command_line import Run, refused
from tests.study.studies import contents, traces


def test_report_makes_the_report_again(done: Path, run: Run, tmp_path: Path) -> None:
    """From results alone, at another place, the same report is written."""
    shutil.copytree(done / "out" / "traces", tmp_path / "traces")
    shutil.copy(done / "out" / "study.json", tmp_path)
    ended = run("report", tmp_path)
    assert ended.code == 0
    assert f"report: {tmp_path / 'report.html'}" in ended.out
    assert contents(tmp_path).keys() == contents(done / "out").keys()
    assert (tmp_path / "summary.json").read_bytes() == (done / "out" / "summary.json").read_bytes()


def test_report_of_damaged_results_says_to_run_again(done: Path, run: Run, tmp_path: Path) -> None:
    """A damaged trace is named in one line, and no half report is left."""
    shutil.copytree(done / "out" / "traces", tmp_path / "traces")
    shutil.copy(done / "out" / "study.json", tmp_path)
    victim = traces(tmp_path)[0]
    victim.write_bytes(b"PAR1")
    line = refused(run("report", tmp_path, "--allow-code"))
    assert str(victim) in line
    assert "nassim run" in line
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(
    "command", [("report", "--allow-code"), ("report", "--allow-code", "--figure", "regret"), ("reproduce",)]
)
def test_results_of_two_versions_are_refused(command: tuple[str, ...], done: Path, run: Run, tmp_path: Path) -> None:
    """Whatever reads a folder with traces of another version says so in one line."""
    shutil.copytree(done / "out" / "traces", tmp_path / "traces")
    shutil.copy(done / "out" / "study.json", tmp_path)
    victim = traces(tmp_path)[-1]
    trace = Trace.load(victim)
    replace(trace, provenance=trace.provenance | {"nassim": "0.0.1"}).save(victim)
    assert "versions" in refused(run(*command[:1], tmp_path, *command[1:])).replace(
        "made with nassim 0.0.1", "versions"
    )


def test_a_full_disk_is_one_line(done: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """When results or a report cannot be written, they are named, with what to do, and nothing has changed."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(Path, "write_bytes", full)
    before = contents(done / "out")
    for command in (("run", done / "study", "--runs", "9", "--out"), ("report", "--allow-code")):
        line = refused(run(*command, done / "out"))
        assert str(done / "out") in line
        assert "cannot be written (No space left on device); free some space" in line
    assert contents(done / "out") == before
