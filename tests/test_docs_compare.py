"""docs/compare_yours.md does what it says: a strategy of the user's own among the baselines, and its figures."""

from __future__ import annotations

import re
from pathlib import Path

from tests.command_line import Run, run  # noqa: F401 - a fixture

PAGE = (Path(__file__).parents[1] / "docs" / "compare_yours.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    """Return the page's block of some language."""
    return re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[1]


def test_ones_own_strategy_is_compared_with_all_baselines(run: Run, tmp_path: Path) -> None:  # noqa: F811
    """In ten lines of a study."""
    assert len(block("toml").splitlines()) <= 10
    (tmp_path / "mine.py").write_text(block("python"), encoding="utf-8")
    (tmp_path / "study.toml").write_text(block("toml"), encoding="utf-8")
    ended = run("run", tmp_path, "--out", tmp_path / "results", "--runs", 6, "--jobs", 1)
    assert ended.code == 0
    assert "mine.py:Mine" in "".join(ended.out.split())
    command = re.search(r"nassim report results (.*)", block("console"))[1].split()
    drawn = run("report", tmp_path / "results", *command, "--jobs", 1)
    assert drawn.code == 0
    assert (tmp_path / "results" / "figures" / "critical-difference-nb201-cifar10.pdf").is_file()
    assert (tmp_path / "results" / "figures" / "rank-nb201-cifar10-evaluations.png").is_file()
