"""Any text of a user is drawn as it is written, in every figure and format: no mathematics, no LaTeX, no failure."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from nassim.report.build import build, draw
from nassim.report.figures import of_results
from nassim.report.plain_text import plain, tex
from tests.report.conftest import BENCHMARKS, study
from tests.report.test_figures import NAMED

NASTY = (
    r"$x_$",
    r"$\frac{$ 100% & #_{}~^",
    "_hidden \u05e2\u05d1 \U0001f600 \u6f22\x00\x1b[31m\u202e\na \\url(#id) #0072b2",
)


@pytest.fixture(scope="module")
def nasty(tmp_path_factory):
    """Return a study whose strategies, benchmarks, name and question are all hard to draw."""
    small = study(tmp_path_factory.mktemp("nasty"), runs=4)
    labels = dict(zip(small.strategies, NASTY, strict=True))
    renamed = {name: f"{name} {NASTY[1]} {NASTY[2]}" for name in small.benchmarks}
    traces = {(labels[label], renamed[name]): trace for (label, name), trace in small.traces.items()}
    BENCHMARKS.update({renamed[name]: BENCHMARKS[name] for name in small.benchmarks})
    yield replace(small, study=small.study | {"name": NASTY[0], "question": "\n".join(NASTY)}, traces=traces)
    for name in renamed.values():
        del BENCHMARKS[name]


@pytest.mark.parametrize("name", of_results())
def test_a_figure_shows_labels_as_they_are_written(nasty, name, tmp_path) -> None:
    """Its SVG holds them letter by letter and is XML; its PGF escapes all that LaTeX reads; a PNG is made."""
    for file in draw(nasty.only(nasty.benchmarks[0]), [name], tmp_path, kinds=["svg", "pgf", "png"]):
        assert file.stat().st_size > 1000
        if file.suffix == ".svg":
            drawn = "".join(ET.fromstring(file.read_bytes()).itertext())
            for label in NASTY if name in NAMED else ():
                assert plain("".join(label.split())) in "".join(drawn.split())
        if file.suffix == ".pgf":
            said = "".join(re.findall(r"\\catcode`\\%=\\active\\def%\{\\%\}(.*?)\}\}$", file.read_text(), re.MULTILINE))
            assert not re.search(r"(?<!\\)[$&#_%]|\\frac|\\url|[\x00-\x08\x0b-\x1f]", said)


def test_a_report_of_such_a_study_is_written(nasty, tmp_path) -> None:
    """All of it; the page shows the labels escaped, and a colour's code in a label stays a text."""
    build(nasty.only(nasty.benchmarks[0]), tmp_path)
    page = (tmp_path / "report.html").read_text()
    assert "$\\frac{$ 100% &amp; #_{}~^" in page
    assert "(#id) #0072b2</text>" in page
    assert "\\$x\\_\\$" in (tmp_path / "tables" / "summary.tex").read_text()


def test_latex_of_every_character_that_it_reads() -> None:
    """Each comes out as the letter that it is; lines are one line."""
    assert tex("a_b$%&#{}\n~^\\") == r"a\_b\$\%\&\#\{\} \textasciitilde{}\textasciicircum{}\textbackslash{}"


def test_what_no_document_may_hold_is_shown_as_such() -> None:
    """Controls, halves of characters and what turns the direction of a text; all else stays."""
    assert plain("a\x00\ud800\u202e\ufffeb\tc\n\u05e9 😀") == "a\ufffd\ufffd\ufffd\ufffdb\tc\n\u05e9 😀"
