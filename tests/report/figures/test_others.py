"""Figures of other packages: they are wherever a figure should be, by their entry points."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nassim.core.errors import NassimError
from nassim.report.build import build, draw
from nassim.report.figures import about, names, of_results
from tests.command_line import Run, run  # noqa: F401 - a fixture
from tests.other_packages import package
from tests.report.conftest import Memory
from tests.study.studies import write

ADDED = '''
"""A figure of somebody's own."""

from nassim.report.figures import regret

TITLE = "Regret, once more"
ORDER = 15
FILED = WIDE = True


def of_benchmark(view):
    """Yield the curves of regret, under another name."""
    for drawn in regret.of_benchmark(view):
        yield drawn._replace(stem=drawn.stem.replace("regret", "once-more"))
'''


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Add a figure: one file of another package, in a folder of its own."""
    package(tmp_path / "theirs", "nassim.figures", "once-more", ADDED)
    monkeypatch.syspath_prepend(tmp_path / "theirs")
    yield tmp_path / "theirs" / "once_more.py"
    sys.modules.pop("once_more", None)


@pytest.mark.usefixtures("added")
def test_a_figure_is_added_by_one_file(results: Memory, tmp_path: Path) -> None:
    """Then it is on the page, in its place and width, among the files, and is drawn when asked for."""
    assert "once-more" in names()
    assert "once-more" in of_results()
    build(results.only("toy/a"), tmp_path / "report")
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    titles = re.findall(r'<section class="group( whole)?" data-figure="([^"]*)"', page)
    place = [title for _, title in titles].index("Regret, once more")
    assert [title for _, title in titles][place - 1] == "Regret as the search goes on"
    assert titles[place][0] == " whole"
    assert "<option>Regret, once more</option>" in page
    assert (tmp_path / "report" / "figures" / "once-more-toy-a-seconds.pdf").is_file()
    assert len(draw(results.only("toy/a"), ["once-more"], tmp_path, kinds=["svg"])) == 2


@pytest.mark.usefixtures("added")
def test_the_command_line_draws_it(run: Run, tmp_path: Path) -> None:  # noqa: F811
    """Alone and among all, and suggests it to who misspells it."""
    run("run", write(tmp_path / "study"), "--out", tmp_path / "out", "--runs", 2, "--jobs", 1)
    report = ("report", tmp_path / "out", "--allow-code", "--jobs", 1, "--format", "svg", "--figure")
    assert "once-more-" in run(*report, "once-more").out
    assert "did you mean 'once-more'?" in run(*report, "one-more").err
    drawn = run(*report, "all").out
    assert {"once-more-", "regret-"} <= set(re.findall(r"figures/(\w+-(?:more-)?)", drawn))


def test_a_figure_without_a_title_is_refused(added: Path) -> None:
    """It says which file, and what to write into it."""
    added.write_text(ADDED.replace("TITLE", "NAME"))
    with pytest.raises(NassimError, match=r"once_more\.py: expected TITLE = '\.\.\.' and ORDER"):
        about("once-more")


def test_a_figure_that_draws_nothing_is_refused(added: Path) -> None:
    """It is neither of results nor of something else."""
    added.write_text(ADDED.replace("of_benchmark", "of_nothing"))
    with pytest.raises(NassimError, match=r"once_more\.py: expected of_benchmark, of_study or EXAMPLE"):
        about("once-more")
