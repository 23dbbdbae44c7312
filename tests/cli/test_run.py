"""`nassim run`: what it prints, how it is stopped, and that a study it refuses leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.command_line import HEARING, Run, refused
from tests.study.studies import ROOT, STUDY, TOYS, contents, traces, write


def test_run_prints_a_table_and_where_the_report_is(done: Path) -> None:
    """A study ends with a row per strategy, regret with interval and rank per data set, and the report's place."""
    printed = (done / "printed").read_text(encoding="utf-8")
    for text in ("random_search", "population=4,sample=2", f"{TOYS}:ONE", f"{TOYS}:TWO", "rank", "95 % interval"):
        assert text in printed
    assert f"report: {done / 'out' / 'report.html'}" in printed
    assert (done / "out" / "report.html").stat().st_size


def test_a_bad_study_writes_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A study that is refused leaves no results folder behind."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "study", STUDY.replace("sample = 2", "samples = 2"))
    line = refused(run("run", "study"))
    assert line.startswith("nassim: study/study.toml: strategy 2: regularized_evolution has no setting 'samples'")
    assert list(contents(tmp_path)) == ["study/study.toml"]


def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    """An interrupt from the keyboard ends all processes with one line and exit code 130; finished units are kept."""
    study = write(
        tmp_path / "study", f'{STUDY}\n[[strategy]]\nname = "{TOYS}:Slow"\n'.replace("runs = 20", "runs = 200")
    )
    command = [sys.executable, "-c", HEARING, "run", study, "--out", tmp_path / "out", "--jobs", "2"]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not traces(tmp_path / "out"):
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith("nassim: stopped with ")
    assert err.splitlines()[-1].endswith(" of 8 units done; the same command continues")
    assert traces(tmp_path / "out")
    assert not list(tmp_path.rglob("*.partial"))
