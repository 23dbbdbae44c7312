"""A command line to run, and a study that it has run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import run  # noqa: F401 - a fixture
from tests.study.studies import ROOT, write


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a study in `study`, its results in `out`, and what the run printed in `printed`."""
    folder = tmp_path_factory.mktemp("cli")
    command = [sys.executable, "-m", "nassim", "run", write(folder / "study"), "--out", folder / "out"]
    wide = {**os.environ, "COLUMNS": "140"}
    ended = subprocess.run(command, cwd=ROOT, env=wide, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    (folder / "printed").write_text(ended.stdout, encoding="utf-8")
    return folder
