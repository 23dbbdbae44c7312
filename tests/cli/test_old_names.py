"""Old names in what a study names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.study.studies import ROOT

OLD = """
import nassim


class Mine(nassim.OneRun):
    limit = 2

    def ask(self):
        return self.sample()

    def tell(self, arch, error):
        pass
"""
STUDY = """
name = "old"
question = "?"
runs = 2
benchmarks = ["nb201/cifar10"]
budget = {evaluations = 2}
strategy = [{name = "./mine.py:Mine"}]
"""


def test_a_study_that_uses_an_old_name_says_so_once(tmp_path: Path) -> None:
    """A line on stderr has the file, the line and the new name."""
    (tmp_path / "mine.py").write_text(OLD, encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    command = [sys.executable, "-m", "nassim", "run", str(tmp_path), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said = [line for line in done.stderr.splitlines() if "max_evaluations" in line]
    assert said == [f"{tmp_path / 'mine.py'}:5: Mine.limit is called max_evaluations now"]
