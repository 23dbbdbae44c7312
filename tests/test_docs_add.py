"""docs/add_a_figure.md does what it says: its figure is drawn and its command runs, as parts of another package."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import nassim
from tests.command_line import Run, run  # noqa: F401 - a fixture
from tests.other_packages import package
from tests.study.studies import write

PAGE = (Path(__file__).parents[1] / "docs" / "add_a_figure.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"`(\w+)\.py`:\n\n```python\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the results of a study, where a package with the page's figure and command is installed."""
    for name, group in re.findall(r'\[project\.entry-points\."(nassim\.\w+)"\]\n(\w+) =', PAGE):
        package(tmp_path / "theirs", name, group, FILES[group])
    monkeypatch.syspath_prepend(tmp_path / "theirs")
    yield nassim.run_study(write(tmp_path / "study"), out=tmp_path / "out", runs=3, jobs=1)
    for name in FILES:
        sys.modules.pop(name, None)


def test_the_figure_of_the_page_is_drawn(results: Path, run: Run) -> None:  # noqa: F811
    """On the page of a report, alone as a file, and in Python."""
    assert run("report", results, "--allow-code", "--jobs", 1).code == 0
    assert "Trainings that found nothing better" in (results / "report.html").read_text(encoding="utf-8")
    drawn = run("report", results, "--allow-code", "--figure", "wasted", "--format", "svg", "--jobs", 1)
    assert drawn.out.count("wasted-") == 2
    assert len(nassim.results(results).plot("wasted").drawn) == 2


def test_the_command_of_the_page_runs(results: Path, run: Run) -> None:  # noqa: F811
    """With its help, and its place in that of all."""
    assert "Print the lowest error" in run("best", "--help").out
    assert "│ best " in run("--help").out
    assert re.fullmatch(r"(\S+: \d+\.\d{3}\n){2}", run("best", results).out)
